"""Figures of the firmware, on real MicroPython with modelled sensors: python tests/bench/firmware.py [--minutes 60].

Times are this machine's; what a board would take is an estimate, 50 to 65 times as long.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "firmware"))

import heap_use
import micropython_runner as micropython
from repclip import wire

SLOWER = (50, 65)
BURST = 10  # samples, in cost.py


def costs() -> dict[str, Any]:
    """Bytes allocated and µs, by part."""
    command = wire.command_frame(wire.AskTime(2**64 - 1, 7), 9)
    line = wire.encode_command(wire.AskTime(2**64 - 1, 7), 9, wire.Framing.SERIAL)
    said = micropython.run("cost.py", line.hex(), command.hex(), firmware=micropython.compiled())
    return dict(json.loads(said))


def long_run(*arguments: object) -> dict[str, Any]:
    """What ``onboard/long_run.py`` found."""
    said = micropython.run("long_run.py", *arguments, heap="224k", firmware=micropython.compiled(), timeout_s=3600)
    return dict(json.loads(said.decode().splitlines()[-1]))


async def on_air(rate_hz: int, mtu: int, seconds: float) -> tuple[float, float, int]:
    """Notifications and bytes a second of the board's, and samples that are missing or out of order."""
    from device_on_air import board_and_host
    from samples_check import count

    async with board_and_host(mtu) as host:
        first = await host.start(rate_hz, 8, 1000)
        await host.listen(1)
        radio = host.radio
        notified, air_bytes, begun_s = radio.notified, radio.air_bytes, radio.now_s
        await host.listen(seconds)
        passed = radio.now_s - begun_s
        found = count(host.messages, first)
        bad = found.missing + found.told + found.disordered
        return (radio.notified - notified) / passed, (radio.air_bytes - air_bytes) / passed, bad


async def offered(packets: int, stack: str, mtu: int) -> tuple[float, int, int]:
    """A link that takes so many notifications each 20 ms, and 9 s of the ring asked for again while 200 Hz go on.

    Notifications a second that went over until all was there, 15 s at most; live samples that waited then; samples
    that are missing and were not told.
    """
    from device_on_air import board_and_host
    from samples_check import count

    board = "esp32" if stack == "nimble" else "picow"
    async with board_and_host(mtu, stack=stack, slice_us=5000, config={"board": board}) as host:
        first = await host.start(200, 8, 1000)
        await host.listen(9)
        radio = host.radio
        radio.interval_s, radio.packets = 0.02, packets
        answer = await host.ask(wire.Resend(first, 1800))
        assert isinstance(answer.detail, wire.Resending)
        last = answer.detail.first + answer.detail.count - 1
        notified, begun_s = radio.notified, radio.now_s

        def is_last(message: wire.Message) -> bool:
            return isinstance(message, wire.Samples) and message.resent and last < message.index + len(message)

        while radio.now_s - begun_s < 15 and not any(map(is_last, host.messages)):
            await host.listen(0.1)
        rate = (radio.notified - notified) / (radio.now_s - begun_s)
        await host.listen(1)
        backlog = host.of(wire.Status)[-1].backlog
        radio.packets = 0
        await host.listen(10)
        return rate, backlog, count(host.messages, first).missing


def first_sample(self_test: bool) -> float:
    """Seconds of the board's clock from power-on to the first sample, with a host that says START at once."""
    from device_on_pty import board_and_host

    with board_and_host(still=True, config={"self_test": self_test}) as host:
        host.ask(wire.Start())
        found = host.wait(lambda m: isinstance(m, wire.Samples))
        assert isinstance(found, wire.Samples)
        return found.time_us / 1e6


def print_work() -> None:
    """Of the processor, and what it allocates."""
    figures = costs()["figures"]
    for name, figure in figures.items():
        print(f"{name:14} {_here_and_there(figure['us'])}, {figure['bytes']:.0f} bytes allocated")
    a_frame = figures["live_frame"]["us"]
    a_sample = (figures["drain"]["us"] + figures["poll"]["us"] + a_frame) / BURST
    print(f"a sample, from the FIFO to the serial line: {_here_and_there(a_sample)}")
    print(f"a frame of {BURST}: {_here_and_there(a_frame)}")


def _here_and_there(us: float) -> str:
    board = " to ".join(f"{us * factor / 1000:.3f}" for factor in SLOWER)
    return f"{us:7.2f} µs here; a board, estimated: {board} ms"


def print_heap() -> None:
    """Used, and how much has to be free."""
    for model in heap_use.MODELS:
        streaming, least = heap_use.measure(model)["streaming"], heap_use.least(model)
        print(f"heap, {model}, words of 64 bits: {streaming} bytes streaming, {least} have to be free")
        print(f"heap, {model}, words of 64 bits, not compiled: {heap_use.least(model, compiled=False)} have to be free")
        with heap_use.with_32_bits() as board:
            for name, kind, usb_only in heap_use.BOARDS:
                streaming, least = board.needs(model, kind, usb_only=usb_only)
                print(f"heap, {model}, {name}: {streaming} bytes streaming, {least} have to be free")
        print(f"a frame of samples takes {long_run('frames', model)['most_a_frame']} bytes")


def print_long_runs(minutes: int) -> None:
    """Every sample compared."""
    for rate_hz in (100, 200):
        begun = time.monotonic()
        said = long_run("MPU-6050", rate_hz, minutes, 8000)
        each_us = (time.monotonic() - begun) / said["samples"] * 1e6
        print(
            f"{minutes} min at {rate_hz} Hz: {said['samples']} samples, missing {said['missing']}, wrong "
            f"{said['wrong']}, lost {said['lost']}, out of order {said['disordered']}; {each_us:.0f} µs a sample, the "
            "sensor's model included"
        )


def print_air() -> None:
    """What goes over the virtual radio."""
    for mtu in (23, 185, 247):
        notifications, air_bytes, bad = asyncio.run(on_air(100, mtu, 10))
        print(
            f"100 Hz, MTU {mtu}: {notifications:.1f} notifications, {air_bytes:.0f} bytes a second; missing or out of "
            f"order {bad}"
        )
    for stack, mtu in (("nimble", 23), ("nimble", 247), ("btstack", 23), ("btstack", 247)):
        for packets in (2, 4, 6, 8, 12, 16, 24):
            rate, backlog, missing = asyncio.run(offered(packets, stack, mtu))
            print(
                f"{stack}, MTU {mtu}, a link of {50 * packets} notifications a second, 200 Hz and 9 s of them again: "
                f"{rate:.0f} went over, {backlog} live samples waited, {missing} missing"
            )
            if rate < 40 * packets:
                break
    begun = time.monotonic()
    through, _, _ = asyncio.run(on_air(200, 23, 40))
    print(f"notifications a second of ours through bumble and bleak: {through * 41 / (time.monotonic() - begun):.0f}")


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="of simulated time, for the samples lost")
    minutes = parser.parse_args().minutes
    print_work()
    print_heap()
    print_long_runs(minutes)
    print_air()
    for self_test in (False, True):
        print(
            f"power-on to first sample, self-test {self_test}: {first_sample(self_test):.2f} s and MicroPython's start"
        )


if __name__ == "__main__":
    main()
