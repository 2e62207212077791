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

import micropython_runner as micropython
from repclip import wire

SLOWER = (50, 65)


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


async def on_air(rate_hz: int, mtu: int, seconds: float, speed: int) -> tuple[float, float, int]:
    """Notifications and bytes a second of the board's, and samples that are missing."""
    from device_on_air import board_and_host
    from samples_check import count

    async with board_and_host(mtu, speed=speed) as host:
        first = await host.start(rate_hz, 8, 1000)
        await host.listen(1)
        radio = host.radio
        notified, air_bytes = radio.notified, radio.air_bytes
        clock = host.of(wire.Samples)[-1].time_us
        await host.listen(seconds)
        passed = (host.of(wire.Samples)[-1].time_us - clock) / 1e6
        found = count(host.messages, first)
        return (radio.notified - notified) / passed, (radio.air_bytes - air_bytes) / passed, found.missing + found.told


def first_sample(self_test: bool) -> float:
    """Seconds of the board's clock from power-on to the first sample, with a host that says START at once."""
    from device_on_pty import board_and_host

    with board_and_host(still=True, config={"self_test": self_test}) as host:
        host.ask(wire.Start())
        found = host.wait(lambda m: isinstance(m, wire.Samples))
        assert isinstance(found, wire.Samples)
        return found.time_us / 1e6


def notification_rate() -> float:
    """Notifications a second of ours that get through the virtual radio, at an MTU of 23."""
    begun = time.monotonic()
    a_second, _, missing = asyncio.run(on_air(200, 23, 40, 20))
    assert missing == 0
    return a_second * 40 / (time.monotonic() - begun)


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="of simulated time, for the samples lost")
    minutes = parser.parse_args().minutes
    found = costs()
    for name, figure in found["figures"].items():
        board = " to ".join(f"{figure['us'] * factor / 1000:.2f}" for factor in SLOWER)
        print(f"{name:14} {figure['us']:7.2f} µs, {figure['bytes']:.0f} bytes; a board, estimated: {board} ms")
    print(f"ring {found['ring_bytes']} bytes")
    for model in ("MPU-6050", "LSM6DSO"):
        said = long_run("heap", model)
        print(f"heap with {model}, 64 bits: {said['running']} bytes; a frame of samples takes {said['most_a_frame']}")
    for rate_hz in (100, 200):
        begun = time.monotonic()
        said = long_run("MPU-6050", rate_hz, minutes, 8000)
        each_us = (time.monotonic() - begun) / said["samples"] * 1e6
        print(
            f"{minutes} min at {rate_hz} Hz: {said['samples']} samples, missing {said['missing']}, "
            f"wrong {said['wrong']}, lost {said['lost']}; {each_us:.0f} µs a sample, the sensor's model included"
        )
    for mtu in (23, 185, 247):
        notifications, air_bytes, missing = asyncio.run(on_air(100, mtu, 10, 10))
        print(
            f"100 Hz, MTU {mtu}: {notifications:.1f} notifications, {air_bytes:.0f} bytes a second, missing {missing}"
        )
    print(f"virtual radio: {notification_rate():.0f} notifications a second of ours")
    for self_test in (False, True):
        print(
            f"power-on to first sample, self-test {self_test}: {first_sample(self_test):.2f} s and MicroPython's start"
        )


if __name__ == "__main__":
    main()
