"""Times, rates and losses of a sensor with a clock of its own, on real MicroPython, decoded by the host."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import micropython_runner as micropython
from repclip import wire


@pytest.mark.parametrize("error", [-0.01, 0.0, 0.003, 0.01])
@pytest.mark.parametrize("nominal_us", [5000, 10_000, 20_000])
def test_index_and_time_follow_the_sensor(error: float, nominal_us: int) -> None:
    check(micropython.run, 400, error, nominal_us)


def test_index_and_time_follow_the_sensor_with_words_of_32_bits() -> None:
    check(micropython.run_with_words_of_32_bits, 200, 0.01, 20_000)


def check(run: Callable[..., bytes], seconds: int, error: float, nominal_us: int) -> None:
    period_ns = round(nominal_us * 1000 * (1 + error))
    messages = wire.FrameDecoder().feed(run("sample.py", str(seconds), "7", str(period_ns), str(nominal_us)))
    last = messages[-1]
    assert isinstance(last, wire.Log)
    started_us, rate_mhz, overruns, lost = map(int, last.text.split())

    indices, numbers, times = [], [], []
    told = 0
    for message in messages:
        if isinstance(message, wire.Samples):
            words = message.raw.view(np.uint16)
            indices.append(message.index + np.arange(len(message)))
            numbers.append(words[:, 0].astype(np.int64) | words[:, 1].astype(np.int64) << 16)
            times.append((message.time_us, int(numbers[-1][0])))
        elif isinstance(message, wire.Overrun):
            assert message.cause == wire.OverrunCause.FIFO
            told += message.lost
    assert overruns >= 3
    assert told == lost

    # Between losses the index goes as the sensor does; a loss is told to a sample.
    difference = np.concatenate(indices) - np.concatenate(numbers)
    changes = np.diff(difference)
    assert not changes.any()

    # The clock of a sensor that is off by 1 % pushes the first times about, until its rate is known.
    true_us = [started_us + (number + 1) * period_ns / 1000 for _, number in times]
    errors = np.array([(stamp - round(true)) % 2**32 for (stamp, _), true in zip(times, true_us, strict=True)])
    errors = (errors + 2**31) % 2**32 - 2**31
    assert np.abs(errors).max() < nominal_us
    assert rate_mhz == 0 or rate_mhz == pytest.approx(1e12 / period_ns, rel=0.002)
