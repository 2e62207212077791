"""Ring, frames and resending on real MicroPython, decoded by the host: nothing missing, nothing twice or wrong."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import micropython_runner as micropython
from repclip import wire

PERIOD_US = 10_000
MODULUS = 2**32


def expected(indices: np.ndarray) -> np.ndarray:
    """(N, 6) int16: what ``onboard/stream.py`` makes of an index."""
    low, high = indices & 0xFFFF, indices >> 16 & 0xFFFF
    columns = [low, high, low ^ 0xFFFF, high ^ 0xFFFF, low ^ high, low * 31 & 0xFFFF]
    return np.stack(columns, axis=1).astype(np.uint16).view(np.int16)


def spans(messages: list[wire.Message], *, resent: bool) -> list[tuple[int, int, wire.Samples | wire.Overrun]]:
    """(first, count) of what was streamed, in order."""
    found: list[tuple[int, int, wire.Samples | wire.Overrun]] = []
    for message in messages:
        if isinstance(message, wire.Samples | wire.Overrun) and message.resent == resent:
            count = len(message) if isinstance(message, wire.Samples) else message.lost
            found.append((message.index, count, message))
    return found


STARTS = [(1, 0), (2, MODULUS - 9000), (3, 2**31 - 9000), (4, 2**30 - 5), (5, MODULUS - 1)]


@pytest.mark.parametrize(("seed", "start"), STARTS)
def test_every_index_is_accounted_for(seed: int, start: int) -> None:
    check(micropython.run("stream.py", "60000", str(seed), str(start)), start)


@pytest.mark.parametrize(("seed", "start"), STARTS)
def test_every_index_is_accounted_for_with_words_of_32_bits(seed: int, start: int) -> None:
    check(micropython.run_with_words_of_32_bits("stream.py", "16000", str(seed), str(start)), start)


def check(stream: bytes, start: int) -> None:
    decoder = wire.FrameDecoder()
    messages = decoder.feed(stream)
    assert decoder.damaged == 0
    assert decoder.missed == 0
    lost: dict[int, int] = {}  # causes
    answers: list[wire.Detail] = []
    made = 0
    for message in messages:
        if isinstance(message, wire.Log):
            if hole := re.fullmatch(r"lost (\d+) from (\d+) by (\d)", message.text):
                count, first, cause = map(int, hole.groups())
                lost |= {(first + k) % MODULUS: cause for k in range(count)}
            elif wish := re.fullmatch(r"wish (-?\d+) (\d+) of (\d+)", message.text):
                first, count, there = map(int, wish.groups())
                oldest = max(there - 2040, 0)
                low, high = max(first, oldest), min(first + count, there)
                refused = wire.NotHeld((start + oldest) % MODULUS, there - oldest)
                answers.append(wire.Resending((start + low) % MODULUS, high - low) if low < high else refused)
            else:
                made = int(message.text.removeprefix("made "))

    live = spans(messages, resent=False)
    at = start
    times: list[tuple[int, int]] = []
    overtaken = 0
    for k, (index, count, message) in enumerate(live):
        assert index == at % MODULUS
        if isinstance(message, wire.Samples):
            np.testing.assert_array_equal(message.raw, expected((at + np.arange(count)) % MODULUS))
            assert message.after_loss == (k > 0 and isinstance(live[k - 1][2], wire.Overrun))
            times.append((at, message.time_us))
        else:
            overtaken += count * check_cause(message, lost)
        at += count
    assert at - start == made
    assert overtaken > 0, "the slow link was not slow enough to test anything"

    # Time goes with the index, across its wrap.
    first_index, first_us = times[0]
    for index, time_us in times:
        assert (time_us - first_us - (index - first_index) * PERIOD_US) % MODULUS == 0

    resent = spans(messages, resent=True)
    grants = [m.detail for m in messages if isinstance(m, wire.Answer) and isinstance(m.detail, wire.Resending)]
    assert len(grants) > 5
    assert [m.detail for m in messages if isinstance(m, wire.Answer)] == answers
    assert len(answers) > len(grants)
    parts = iter(resent)
    for grant in grants:
        at = grant.first
        while (at - grant.first) % MODULUS < grant.count:
            index, count, message = next(parts)
            assert index == at % MODULUS
            if isinstance(message, wire.Samples):
                np.testing.assert_array_equal(message.raw, expected((at + np.arange(count)) % MODULUS))
            else:
                check_cause(message, lost)
            at += count
        assert at - grant.first == grant.count
    assert next(parts, None) is None


def check_cause(told: wire.Overrun, lost: dict[int, int]) -> bool:
    """What was never there has the cause it had; returns whether the ring ran over, over something that was there."""
    causes = {lost.get((told.index + n) % MODULUS) for n in range(told.lost)}
    if told.cause == wire.OverrunCause.RING:
        # What was asked for again can have been a hole of which the ring knows nothing any more.
        assert told.resent or None in causes
        return True
    assert causes == {told.cause}
    return False


def test_sampling_path_allocates_nothing() -> None:
    command = wire.command_frame(wire.AskTime(2**64 - 1, 7), 9)
    line = wire.encode_command(wire.AskTime(2**64 - 1, 7), 9, wire.Framing.SERIAL)
    said = json.loads(micropython.run("cost.py", line.hex(), command.hex()))
    assert {name: figure["bytes"] for name, figure in said["figures"].items() if figure["bytes"]} == {}
    assert said["ring_bytes"] <= 40_000
