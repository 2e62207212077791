"""The whole firmware on a serial line, read by pyserial and the host's own decoder: every sample is compared."""

from __future__ import annotations

import signal

import pytest

from device_on_pty import Host, board_and_host
from repclip import wire
from samples_check import Count, count, gaps

MODELS = ["MPU-6050", "MPU-6500", "LSM6DS3", "LSM6DS3TR-C", "LSM6DSO"]


def started(answer: wire.Answer) -> int:
    assert isinstance(answer.detail, wire.Started), answer
    return answer.detail.first_index


def clean(host: Host) -> None:
    assert host.decoder.damaged == 0
    assert host.decoder.missed == 0


def faultless(found: Count, least: int) -> None:
    assert (found.missing, found.disordered, found.wrong, found.twice) == (0, 0, 0, 0)
    assert found.received >= least


@pytest.mark.parametrize("rate_hz", [50, 100, 200])
@pytest.mark.parametrize("model", MODELS)
def test_every_sample_arrives(model: str, rate_hz: int) -> None:
    with board_and_host(model=model) as host:
        hello = host.hello()
        assert hello.sensor.startswith(model)
        assert hello.state == wire.DeviceState.IDLE
        first = started(host.ask(wire.Start(rate_hz, 4, 500)))
        host.listen(10)
        assert host.ask(wire.Stop()).ok
        clean(host)
        found = count(host.messages, first)
        faultless(found, 9 * rate_hz)
        assert found.told == 0
        hello = host.hello()
        assert (hello.acc_range_g, hello.gyr_range_dps) == (4, 500)
        assert hello.rate_mhz == pytest.approx(rate_hz * 1000, rel=0.05)
        assert host.of(wire.Status)[-1].overruns == 0
        # Live samples are no older than 100 ms, and frames have as many as that allows.
        assert all(len(m) <= 18 for m in host.of(wire.Samples))
        assert len(host.of(wire.Samples)) < 10 * 16


def test_answers_to_every_command_and_what_they_refuse() -> None:
    with board_and_host(config={"led": "LED"}) as host:
        host.hello()
        assert isinstance(host.ask(wire.AskTime(2**63 + 5)).detail, wire.Echo)
        assert host.ask(wire.Identify(2)).ok
        assert host.ask(wire.Stop()).ok
        assert host.ask(wire.Start(60)).detail == wire.BadField(4)
        assert host.ask(wire.Start(0, 3)).detail == wire.BadField(6)
        assert host.ask(wire.Start(0, 0, 1)).detail == wire.BadField(8)
        assert host.ask(wire.Resend(0, 10)).result == wire.Result.NOT_HELD
        assert started(host.ask(wire.Start())) == 0
        host.listen(0.4)
        answer = host.ask(wire.Resend(0, 10))
        assert answer.detail == wire.Resending(0, 10)
        host.wait(lambda m: isinstance(m, wire.Samples) and m.resent)
        # The same again changes nothing; other figures begin a new generation.
        assert started(host.ask(wire.Start(100, 8, 1000))) > 10
        assert host.hello().generation == 0
        assert host.ask(wire.Start(50)).ok
        assert host.hello().generation == 1
        host.listen(1)
        assert host.of(wire.Status)[-1].rejected == 4
        clean(host)


def test_rubbish_on_the_line() -> None:
    """Typing, noise, halves of commands: each complete chunk is answered, the stream goes on."""
    with board_and_host() as host:
        host.hello()
        first = started(host.ask(wire.Start(200)))
        good = wire.encode_command(wire.AskHello(), 77, wire.Framing.SERIAL)
        for noise in (b"import os\r\n", b"\0" + b"}" * 200 + b"\0", bytes(range(4, 256)), good[:-4] + b"\0", b"\0\0\0"):
            host.port.write(noise)
            host.listen(0.5)
        unreadable = [m for m in host.of(wire.Answer) if m.result == wire.Result.UNREADABLE]
        assert len(unreadable) >= 2
        assert host.hello()
        host.listen(1)
        clean(host)
        faultless(count(host.messages, first), 500)


@pytest.mark.parametrize("model", MODELS)
def test_the_sensors_fifo_runs_over(model: str) -> None:
    """Python is held up for longer than the FIFO lasts, twice."""
    stalls = {"after": {"start": [[1, "stall", 3.5], [7, "stall", 3.7]]}}
    with board_and_host(model=model, **stalls) as host:
        host.hello()
        first = started(host.ask(wire.Start(200)))
        host.wait(lambda m: isinstance(m, wire.Status) and m.overruns == 2)
        host.listen(2)
        found = count(host.messages, first)
        faultless(found, 500)
        overruns = host.of(wire.Overrun)
        assert [m.cause for m in overruns] == [wire.OverrunCause.FIFO] * 2
        assert sum(m.lost for m in overruns) == found.told == host.of(wire.Status)[-1].lost
        assert found.slipped <= 8, "the index runs on by as many as were lost"
        after = [m for m in host.of(wire.Samples) if m.after_loss]
        assert len(after) == 2


def test_a_sensor_that_fails_and_one_that_is_pulled_out() -> None:
    after = {"start": [[2, "bus_error"], [4, "glitch", 5], [6, "unplug"], [9, "plug"]]}
    with board_and_host(after=after) as host:
        host.hello()
        first = started(host.ask(wire.Start(100)))
        host.wait(lambda m: isinstance(m, wire.Fault) and m.over)
        host.listen(2)
        found = count(host.messages, first)
        faultless(found, 500)
        assert {m.cause for m in host.of(wire.Overrun)} == {wire.OverrunCause.FIFO, wire.OverrunCause.SENSOR}
        told = [(m.code, m.over) for m in host.of(wire.Fault)]
        assert told == [(wire.FaultCode.BUS, False), (wire.FaultCode.BUS, True)]
        assert {m.state for m in host.of(wire.Status)} >= {wire.DeviceState.RUNNING, wire.DeviceState.FAULT}
        assert host.of(wire.Status)[-1].state == wire.DeviceState.RUNNING
        assert host.of(wire.Status)[-1].bus_errors >= 2


def test_a_start_that_fails_changes_nothing() -> None:
    """The sensor goes on as before, as HELLO tells: what it gives is not scaled by other figures than its own."""
    with board_and_host(after={"start": [[1, "fail_in_start"]]}) as host:
        host.hello()
        first = started(host.ask(wire.Start(100, 8, 1000)))
        host.listen(2)
        assert host.ask(wire.Start(200, 2, 250)).result == wire.Result.NO_SENSOR
        host.wait(lambda m: isinstance(m, wire.Fault) and m.over)
        since = len(host.messages)
        host.listen(3)
        hello = host.hello()
        assert (hello.rate_mhz, hello.acc_range_g, hello.gyr_range_dps, hello.generation) == (100_000, 8, 1000, 0)
        assert sum(len(m) for m in host.messages[since:] if isinstance(m, wire.Samples)) == pytest.approx(300, abs=30)
        faultless(count(host.messages, first), 400)


def test_no_sensor_at_first() -> None:
    with board_and_host(plan=[[0, "unplug"], [3, "plug"]]) as host:
        hello = host.hello()
        assert (hello.state, hello.sensor, hello.rate_mhz) == (wire.DeviceState.FAULT, "", 0)
        assert host.ask(wire.Start()).result == wire.Result.NO_SENSOR
        fault = host.wait(lambda m: isinstance(m, wire.Fault))
        assert isinstance(fault, wire.Fault)
        assert (fault.code, fault.over) == (wire.FaultCode.NO_SENSOR, False)
        assert "check its wires" in fault.text
        host.wait(lambda m: isinstance(m, wire.Fault) and m.over)
        assert host.ask(wire.Start()).ok
        assert host.hello().sensor == "MPU-6050"
        host.listen(6, talks=False)
        since = len(host.messages)
        host.listen(3)
        assert not [m for m in host.messages[since:] if isinstance(m, wire.Fault)], "what is over is not told again"


def test_each_host_that_comes_is_told_of_a_fault_that_lasts() -> None:
    """With what answers on the bus, so that `repclip flash` can say it, whoever was told before."""
    with board_and_host(address=0x3C) as host:
        for _ in range(3):
            since = len(host.messages)
            assert host.hello().state == wire.DeviceState.FAULT
            begun_s = host.board.now_s
            fault = host.wait(lambda m: isinstance(m, wire.Fault), 2.5, since)
            assert isinstance(fault, wire.Fault)
            assert (fault.code, fault.over) == (wire.FaultCode.NO_SENSOR, False)
            assert "seen: 0x3c" in fault.text
            assert host.board.now_s - begun_s < 1
            host.listen(2)
            assert len([m for m in host.messages[since:] if isinstance(m, wire.Fault)]) == 1
            host.listen(6, reads=False, talks=False)


@pytest.mark.parametrize("rate_hz", [100, 200])
def test_a_slow_host_gets_everything_later(rate_hz: int) -> None:
    """It does not read until the line is full, and three seconds more: the ring has them, and all comes, in order."""
    with board_and_host(tells_full=True) as host:
        host.hello()
        first = started(host.ask(wire.Start(rate_hz)))
        host.listen(1)
        for _ in range(2):
            said = len(host.board.said)
            while "full" not in host.board.said[said:]:
                host.listen(0.2, reads=False)
            host.listen(3, reads=False)
            host.listen(4)
        passed_s = host.of(wire.Status)[-1].uptime_s - 2
        clean(host)
        found = count(host.messages, first)
        faultless(found, passed_s * rate_hz)
        assert found.told == 0
        assert max(m.backlog for m in host.of(wire.Status)) > 2.5 * rate_hz


def test_a_host_that_goes_away_comes_back_and_misses_nothing() -> None:
    """Twelve seconds without a word: the stream stops, sampling does not; RESEND brings the rest."""
    with board_and_host() as host:
        host.hello()
        first = started(host.ask(wire.Start(100)))
        host.listen(3)
        host.port.close()
        host.listen(12, reads=False, talks=False)
        host.port.open()
        second = started(host.ask(wire.Start(100)))
        host.listen(1)
        missing = gaps(count(host.messages).where, first, second)
        assert sum(n for _, n in missing) > 300
        for index, length in missing:
            assert isinstance(host.ask(wire.Resend(index, length)).detail, wire.Resending)
            host.listen(2)
        found = count(host.messages, first)
        faultless(found, 1500)
        assert found.told == 0


def test_nobody_there_for_half_a_minute() -> None:
    with board_and_host() as host:
        host.hello()
        started(host.ask(wire.Start(100)))
        host.listen(2)
        host.listen(40, reads=False, talks=False)
        assert host.hello().state == wire.DeviceState.IDLE
        # And sampling goes on by its index: the pause is a hole for whoever asks.
        resumed = started(host.ask(wire.Start(100)))
        assert resumed > 3600
        host.listen(2)
        found = count([m for m in host.messages if isinstance(m, wire.Samples) and m.index >= resumed], resumed)
        faultless(found, 100)


def test_power_cut() -> None:
    with board_and_host() as host:
        boot = host.hello().boot_id
        first = started(host.ask(wire.Start(100)))
        host.listen(2)
        host.board.process.kill()
        host.board.process.wait()
        faultless(count(host.messages, first), 150)
        with board_and_host() as again:
            assert again.hello().boot_id != boot


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"rate_hz": 120}, "rate_hz is 120; it must be one of 50, 100, 200"),
        ({"axes": [1, 2, 2]}, "axes is [1, 2, 2]"),
        ({"ratehz": 100}, "there is no setting ratehz"),
        ({"battery_divider": "2"}, "battery_divider is '2'; it must be from 1 to 20"),
        ({"usb": False, "ble": False}, "usb and ble are both False: nobody could reach the board"),
        ({"usb": False}, "usb is False, and this board has no Bluetooth: nobody could reach it"),
        ({"led": 60}, "led is 60: invalid pin"),
        ({"button": 60}, "button is 60: invalid pin"),
        ({"battery_pin": 60}, "battery_pin is 60: invalid pin"),
        ({"motion_pin": 60}, "motion_pin is 60: invalid pin"),
        ({"scl": 60}, "i2c_bus 0, scl 60, sda 4: invalid pin"),
        ({"i2c_bus": 2}, "i2c_bus 2, scl 5, sda 4: I2C(2) doesn't exist"),
    ],
)
def test_a_wrong_config_is_refused_in_words(config: dict[str, object], words: str) -> None:
    with board_and_host(config=config) as host:
        assert host.hello().state == wire.DeviceState.FAULT
        fault = host.wait(lambda m: isinstance(m, wire.Fault))
        assert isinstance(fault, wire.Fault)
        assert fault.code == wire.FaultCode.CONFIG
        assert words in fault.text


def test_a_board_whose_radio_fails_is_reached_by_cable() -> None:
    """Though config.py asks for Bluetooth alone."""
    with board_and_host(config={"usb": False, "ble": True}) as host:
        hello = host.hello()
        assert hello.state == wire.DeviceState.IDLE
        assert hello.capabilities & (wire.Capability.BLE | wire.Capability.SERIAL) == wire.Capability.SERIAL
        log = host.wait(lambda m: isinstance(m, wire.Log))
        assert isinstance(log, wire.Log)
        assert log.text.startswith("no Bluetooth: ")
        first = started(host.ask(wire.Start()))
        host.listen(2)
        faultless(count(host.messages, first), 150)


def test_a_mistake_in_the_firmware_is_told_and_survived() -> None:
    with board_and_host(after={"start": [[2, "crash", 3]]}) as host:
        host.hello()
        host.ask(wire.Start())
        host.listen(5)
        faults = host.of(wire.Fault)
        assert [m.code for m in faults] == [wire.FaultCode.EXCEPTION] * 3
        assert "ValueError: a mistake" in faults[0].text
        assert any("ValueError" in m.text for m in host.of(wire.StrayText))
        assert host.hello().state == wire.DeviceState.RUNNING
        faultless(count(host.messages), 300)


def test_a_board_without_memory_to_tell_of_a_mistake_starts_again() -> None:
    with board_and_host(after={"start": [[2, "starve"], [3, "crash", 1]]}) as host:
        host.hello()
        host.ask(wire.Start())
        host.listen(2)
        host.board.ended(3)


def test_the_watchdogs_reset_is_told() -> None:
    with board_and_host(cause=3) as host:
        host.hello()
        fault = host.wait(lambda m: isinstance(m, wire.Fault))
        assert isinstance(fault, wire.Fault)
        assert fault.code == wire.FaultCode.WATCHDOG


def test_ctrl_c_ends_it_and_leaves_the_board_to_tools() -> None:
    with board_and_host() as host:
        host.hello()
        host.board.process.send_signal(signal.SIGINT)
        host.board.ended(130)


def test_self_test_at_start() -> None:
    with board_and_host(config={"self_test": True}, still=True) as host:
        assert host.hello().state == wire.DeviceState.IDLE
        host.listen(1)
        assert host.of(wire.Fault) == []
