"""Battery, sleep, light and button of the whole firmware, on a serial line."""

from __future__ import annotations

import json
import signal

import pytest

import micropython_runner
from device_on_pty import Host, board_and_host
from repclip import wire

DIVIDER = 2
ADC_MV = 3300 / 65535 * DIVIDER  # of the battery, for each count of a Pico's ADC


def counts(millivolts: float) -> int:
    return round(millivolts / ADC_MV)


def test_a_button_marks_the_stream() -> None:
    """Two presses that bounce: two marks, with the index and the time they were made at."""
    presses = [[2, 0], [2.01, 1], [2.03, 0], [2.3, 1], [3, 0], [3.2, 1]]
    pins = [[at, "pin", 14, level] for at, level in presses]
    with board_and_host(config={"button": 14}, after={"start": pins}) as host:
        assert wire.Capability.BUTTON in host.hello().capabilities
        host.ask(wire.Start(100))
        host.listen(5)
        marks = host.of(wire.Mark)
        assert [(m.number, m.source) for m in marks] == [(1, 0), (2, 0)]
        assert marks[1].index - marks[0].index == pytest.approx(100, abs=5)
        assert marks[1].time_us - marks[0].time_us == pytest.approx(1_000_000, abs=50_000)
        samples = [m for m in host.of(wire.Samples) if m.index <= marks[0].index < m.index + len(m)]
        assert len(samples) == 1, "the index is one of the stream's"
        assert abs(samples[0].time_us - marks[0].time_us) < 200_000


def test_battery_and_what_is_said_of_it() -> None:
    config = {"battery_pin": 26, "led": 15}
    plan = [[0, "adc", 26, counts(3750)]]
    with board_and_host(config=config, plan=plan, after={"start": [[2, "adc", 26, counts(3400)]]}) as host:
        hello = host.hello()
        assert hello.capabilities & (wire.Capability.BATTERY | wire.Capability.BUTTON | wire.Capability.LED) == 5
        host.ask(wire.Start())
        host.listen(40)
        first, last = host.of(wire.Status)[1], host.of(wire.Status)[-1]
        assert (first.battery_mv, last.battery_mv) == (pytest.approx(3750, abs=5), pytest.approx(3400, abs=20))
        assert first.battery_percent is not None
        assert last.battery_percent is not None
        assert first.battery_percent > 30 > 15 > last.battery_percent > 0
        assert wire.StatusFlag.BATTERY_LOW not in first.flags
        assert wire.StatusFlag.BATTERY_LOW in last.flags
        assert last.state == wire.DeviceState.RUNNING


def test_an_empty_battery_is_told_and_spared() -> None:
    """It says so, stops and sleeps. Motion does not wake it, only a charger does."""
    after = {
        "start": [[2, "adc", 26, counts(3100)]],
        "sleep": [[10, "shake"], [60, "adc", 26, counts(3400)], [90, "adc", 26, counts(3700)]],
    }
    plan = [[0, "adc", 26, counts(3750)]]
    with board_and_host(config={"battery_pin": 26}, plan=plan, after=after, still=True) as host:
        host.hello()
        host.ask(wire.Start())
        fault = host.wait(lambda m: isinstance(m, wire.Fault))
        assert isinstance(fault, wire.Fault)
        assert fault.code == wire.FaultCode.BATTERY_EMPTY
        assert 3000 < fault.detail < 3300
        assert "charge it" in fault.text
        asleep_s = host.board.now_s
        assert asleep_s > 5, "no mere dip"
        host.wait(lambda m: isinstance(m, wire.Status) and m.state == wire.DeviceState.IDLE, 2)
        assert 89 < host.board.ended(3) - asleep_s < 105


@pytest.mark.parametrize("model", ["MPU-6050", "MPU-6500", "LSM6DS3TR-C", "LSM6DSO"])
@pytest.mark.parametrize("wired", [True, False])
def test_sleep_until_moved(model: str, wired: bool) -> None:
    """The answer, then silence; motion boots it: by the sensor's interrupt, or by asking the sensor each second."""
    shaken = [[5, "mute"], [6.4, "shake"]] if wired else [[6.4, "shake"]]
    config = {"motion_pin": 34} if wired else {}
    with board_and_host(model=model, config=config, wire=34, after={"sleep": shaken}, still=True) as host:
        assert_sleeps(host)
        took_s = host.board.ended(3) - host.board.now_s
        assert took_s < 0.2, "the clock of the host's side is the board's"
        began_s = next(float(line.split()[1]) for line in host.board.said.splitlines() if line.startswith("sleep "))
        after_s = host.board.now_s - began_s
        assert 6.3 < after_s < (6.8 if wired else 8.5)


def test_it_sleeps_when_nobody_was_there_for_long() -> None:
    with board_and_host(config={"sleep_after_s": 30}, after={"sleep": [[100, "shake"]]}, still=True) as host:
        host.hello()
        assert 30 + 5 + 100 < host.board.ended(3) < 30 + 8 + 105


def test_a_button_wakes_it() -> None:
    config = {"button": 14, "motion_pin": None}
    with board_and_host(config=config, after={"sleep": [[20, "pin", 14, 0]]}, still=True) as host:
        assert_sleeps(host)
        begun_s = host.board.now_s
        assert 19 < host.board.ended(3) - begun_s < 22


def assert_sleeps(host: Host) -> None:
    host.hello()
    host.ask(wire.Start())
    host.listen(1)
    assert host.ask(wire.Sleep()).ok


def test_what_the_led_shows() -> None:
    """As the page of the firmware says: flashes, gaps and blinks of two seconds."""
    seen = json.loads(micropython_runner.run("light.py", firmware=micropython_runner.compiled(), heap="224k"))
    lit = {name: [len(run) for run in shown.replace(".", " ").split()] for name, shown in seen.items()}
    dark = {name: [len(run) for run in shown.replace("#", " ").split()] for name, shown in seen.items()}
    assert lit["nobody"] == [1]
    assert lit["connected"] == [1, 1]
    assert dark["streaming"] == [4, 4], "on, with a gap each second"
    assert (lit["battery low"], dark["battery low"][-1]) == ([4, 4, 4], 12), "three slow blinks, a pause"
    assert lit["fault"] == [2] * 8
    assert lit["identify"] == [1] * 16
    assert seen["closed"] == "."


def test_the_watchdog_bites_when_python_hangs_and_lets_go_for_tools() -> None:
    with board_and_host(after={"start": [[1, "stall", 9]]}) as host:
        host.ask(wire.Start())
        host.board.ended(5)
    with board_and_host() as host:
        host.hello()
        host.board.process.send_signal(signal.SIGINT)
        host.board.ended(130)
        # WATCHDOG_CTRL of the RP2040, by its alias that clears bits: ENABLE
        assert f"registers {{{0x4005B000}: {1 << 30}}}" in host.board.said
