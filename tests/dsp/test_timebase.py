"""Samples as they come are put on a clock: nothing lost, nothing invented in silence, nothing that is not a number."""

from __future__ import annotations

import numpy as np
import pytest
from dsp_helpers import EMPTY, even_parts, joined, part, pieces, without
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from repsignal import Hole, ImuBlock
from repsignal.even import BRIDGED, CLIPPED, MISSING, EvenBlock
from repsignal.rate import find_spacing
from repsignal.timebase import Timebase
from repsignal.types import FloatArray

RATE = 100.0


def wavy(count: int, rate_hz: float = RATE, stamps: FloatArray | None = None) -> ImuBlock:
    """A smooth signal: every row differs from its neighbours, and each value tells when it was taken."""
    true_s = np.arange(count) / rate_hz
    waves = np.sin(true_s[:, None] * np.array([0.7, 1.1, 1.3, 0.9, 0.6, 1.7]) + np.arange(6.0))
    return ImuBlock(true_s if stamps is None else stamps, 10.0 * waves[:, :3], waves[:, 3:])


def run(block: ImuBlock) -> tuple[list[EvenBlock], list[Hole], Timebase]:
    timebase = Timebase()
    blocks, holes = even_parts([*timebase.feed(block), *timebase.flush()])
    return blocks, holes, timebase


def of_rows(block: ImuBlock, rows: NDArray[np.intp]) -> ImuBlock:
    return ImuBlock(block.time_s[rows], block.acc[rows], block.gyr[rows])


def lose(block: ImuBlock, begin: int, samples: int) -> ImuBlock:
    index = np.arange(len(block))
    return without(block, (index >= begin) & (index < begin + samples))


def assert_sound(blocks: list[EvenBlock]) -> EvenBlock:
    """Time only goes forwards, and everything is a number."""
    assert blocks[0].restart
    even = joined(blocks)
    assert (np.diff(even.time_s) > 0).all()
    for values in (even.time_s, even.acc, even.gyr):
        assert np.isfinite(values).all()
    return even


def test_even_stamps_come_out_as_they_went_in() -> None:
    block = wavy(1000)
    blocks, holes, timebase = run(block)
    even = assert_sound(blocks)
    assert not holes
    assert np.array_equal(even.acc, block.acc)
    assert np.array_equal(even.gyr, block.gyr)
    assert np.abs(even.time_s - block.time_s).max() < 1e-6
    assert not even.flags.any()
    assert timebase.rate_hz == pytest.approx(RATE, rel=1e-6)


@pytest.mark.parametrize("missing", [1, 5, 10, 19])
def test_hole_of_up_to_a_fifth_of_a_second_is_bridged_and_said(missing: int) -> None:
    block = wavy(1000)
    blocks, holes, _ = run(lose(block, 500, missing))
    even = assert_sound(blocks)
    assert [(hole.missing, hole.bridged) for hole in holes] == [(missing, True)]
    assert holes[0].start_s == pytest.approx(4.99, abs=1e-6)
    assert holes[0].end_s == pytest.approx(5.0 + missing / RATE, abs=1e-6)
    assert len(even) == 1000
    assert np.flatnonzero(even.flags).tolist() == list(range(500, 500 + missing))
    assert (even.flags[500 : 500 + missing] == BRIDGED).all()
    # a straight line between the neighbours
    line = np.linspace(block.gyr[499], block.gyr[500 + missing], missing + 2)[1:-1]
    assert even.gyr[500 : 500 + missing] == pytest.approx(line)


@pytest.mark.parametrize("missing", [20, 100, 1400])
def test_longer_hole_is_said_and_not_bridged(missing: int) -> None:
    blocks, holes, _ = run(lose(wavy(2500), 500, missing))
    even = assert_sound(blocks)
    assert [(hole.missing, hole.bridged) for hole in holes] == [(missing, False)]
    assert len(even) == 2500
    assert (even.flags[500 : 500 + missing] == MISSING).all()
    assert np.count_nonzero(even.flags) == missing
    assert sum(block.restart for block in blocks) == 1


def test_hole_of_more_than_fifteen_seconds_starts_anew() -> None:
    blocks, holes, _ = run(lose(wavy(3000), 500, 1600))
    even = assert_sound(blocks)
    assert [(hole.missing, hole.bridged) for hole in holes] == [(1600, False)]
    assert [block.restart for block in blocks] == [True, True, False]  # the last sample comes with the flush
    assert blocks[1].time_s[0] == pytest.approx(21.0, abs=1e-6)
    assert len(even) == 1400
    assert not even.flags.any()


def test_holes_lie_between_the_samples_beside_them() -> None:
    block = wavy(1500)
    blocks, holes, _ = run(lose(lose(block, 900, 40), 300, 7))
    even = assert_sound(blocks)
    for hole in holes:
        inside = (even.time_s > hole.start_s + 1e-9) & (even.time_s < hole.end_s - 1e-9)
        assert np.count_nonzero(inside) == hole.missing
        assert (even.flags[inside] != 0).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", range(7))
def test_row_that_is_not_finite_never_comes_out(column: int, bad: float) -> None:
    block = wavy(600)
    rows = np.column_stack((block.time_s, block.acc, block.gyr))
    hit = [0, 1, 150, 151, 152, 333, 599]
    rows[hit, column] = bad
    blocks, holes, timebase = run(ImuBlock(rows[:, 0], rows[:, 1:4], rows[:, 4:7]))
    even = assert_sound(blocks)
    assert timebase.state.sieve.impossible == len(hit)
    assert [hole.missing for hole in holes] == [3, 1]
    assert len(even) == 597  # less the two at the beginning and the one at the end


def test_all_rows_not_finite_give_nothing() -> None:
    block = wavy(300)
    blocks, holes, timebase = run(ImuBlock(np.full(300, np.nan), block.acc, block.gyr))
    assert not blocks
    assert not holes
    assert timebase.rate_hz is None


def test_row_sent_twice_is_taken_once() -> None:
    block = wavy(800)
    twice = np.sort(np.concatenate((np.arange(800), np.arange(200, 210), [400, 400, 799])))
    blocks, holes, timebase = run(of_rows(block, twice))
    expected, _, _ = run(block)
    assert timebase.state.sieve.resent == len(twice) - 800
    assert not holes
    assert np.array_equal(joined(blocks).time_s, joined(expected).time_s)
    assert np.array_equal(joined(blocks).acc, joined(expected).acc)


@pytest.mark.parametrize("delay", [0, 1, 20, 400])
@pytest.mark.parametrize("begin", [20, 210, 600])
def test_packet_that_is_sent_again_is_taken_once(begin: int, delay: int) -> None:
    block = wavy(1200)
    order = np.insert(np.arange(1200), begin + 20 + delay, np.arange(begin, begin + 20))
    blocks, holes, timebase = run(of_rows(block, order))
    expected, _, _ = run(block)
    assert timebase.state.sieve.resent == 20
    assert not holes
    assert np.array_equal(joined(blocks).time_s, joined(expected).time_s)
    assert np.array_equal(joined(blocks).acc, joined(expected).acc)


def test_recording_pasted_after_itself_is_a_clock_set_back() -> None:
    blocks, holes, timebase = run(of_rows(wavy(3000), np.tile(np.arange(3000), 2)))
    assert timebase.state.sieve.resent == 0
    assert not holes
    assert len(assert_sound(blocks)) == 6000


def test_sample_that_only_looks_like_another_is_kept() -> None:
    rows = np.arange(2000) % 100  # the same hundred samples again and again, each at its own time
    block = wavy(2000)
    blocks, holes, timebase = run(ImuBlock(block.time_s, block.acc[rows], block.gyr[rows]))
    assert timebase.state.sieve.resent == 0
    assert not holes
    assert len(joined(blocks)) == 2000


@pytest.mark.parametrize("packet", [3, 10, 40])
@pytest.mark.parametrize("begin", [250, 600])
def test_packet_that_another_overtook_is_a_hole_and_bends_no_clock(begin: int, packet: int) -> None:
    block = wavy(1200)
    order = np.arange(1200)
    order[begin : begin + 2 * packet] = np.roll(order[begin : begin + 2 * packet], packet)
    blocks, holes, _ = run(of_rows(block, order))
    even = assert_sound(blocks)
    assert [hole.missing for hole in holes] == [packet]
    assert len(even) == 1200
    assert np.abs(even.time_s - block.time_s).max() < 1e-6
    seen = even.flags == 0
    assert np.array_equal(even.acc[seen], block.acc[seen])


def test_packets_may_overtake_one_another_again_and_again() -> None:
    block = wavy(1500)
    order = np.arange(1500)
    order[600:700] = order[600:700].reshape(5, 20)[[0, 2, 4, 1, 3]].ravel()
    blocks, holes, timebase = run(of_rows(block, order))
    even = assert_sound(blocks)
    assert [hole.missing for hole in holes] == [20, 20]
    assert timebase.state.late == 40
    assert np.abs(even.time_s - block.time_s).max() < 1e-6


@pytest.mark.parametrize("odd", [0, 1, 3])
@pytest.mark.parametrize("missing", [30, 90, 1000])
def test_odd_stamp_after_a_hole_is_no_late_sample(missing: int, odd: int) -> None:
    block = wavy(3000)
    stamps = block.time_s.copy()
    stamps[500 + missing + odd + 1] -= 0.06
    blocks, holes, timebase = run(lose(ImuBlock(stamps, block.acc, block.gyr), 500, missing))
    assert [hole.missing for hole in holes] == [missing]
    assert timebase.state.late == 0
    assert len(assert_sound(blocks)) == 3000


@pytest.mark.parametrize("after", [50, 150, 500])
@pytest.mark.parametrize(("missing", "back_s"), [(30, 5.0), (500, 3.0), (1000, 8.0)])
def test_clock_set_back_after_a_hole_loses_nothing(missing: int, back_s: float, after: int) -> None:
    block = wavy(4000)
    stamps = block.time_s.copy()
    stamps[500 + missing + after :] -= back_s
    blocks, holes, timebase = run(lose(ImuBlock(stamps, block.acc, block.gyr), 500, missing))
    assert [hole.missing for hole in holes] == [missing]
    assert timebase.state.late == 0
    assert len(assert_sound(blocks)) == 4000


@pytest.mark.parametrize(("begin", "missing"), [(20, 50), (20, 120), (40, 100)])
@pytest.mark.parametrize("stamped", ["jitter", "coarse"])
def test_hole_in_the_first_second_is_one(begin: int, missing: int, stamped: str) -> None:
    block = wavy(3000, 125.0)
    jitter_s = np.random.default_rng(4).normal(0.0, 0.001, 3000)
    stamps = block.time_s + jitter_s if stamped == "jitter" else np.round(block.time_s, 2)
    blocks, holes, _ = run(lose(ImuBlock(stamps, block.acc, block.gyr), begin, missing))
    assert sum(hole.missing for hole in holes) == missing
    assert np.abs(assert_sound(blocks).time_s - block.time_s).max() < 0.015


@pytest.mark.parametrize("packet", [10, 25])
def test_sensor_at_rest_in_packets_with_one_stamp_says_the_same_again(packet: int) -> None:
    rng = np.random.default_rng(2)
    values = np.round(rng.normal(0.0, 1.0, (4000, 6)))  # of few steps each
    stamps = np.arange(4000) // packet * (packet / RATE)
    twice = np.append(False, (values[1:] == values[:-1]).all(axis=1) & (stamps[1:] == stamps[:-1]))
    _, _, timebase = run(ImuBlock(stamps, values[:, :3], values[:, 3:]))
    assert timebase.state.sieve.resent == twice.sum()


@pytest.mark.parametrize("back_s", [0.0, 0.004, 0.03])
def test_odd_stamps_lose_no_sample_and_bend_no_clock(back_s: float) -> None:
    block = wavy(2000)
    stamps = block.time_s.copy()
    hit = np.random.default_rng(3).choice(np.arange(100, 2000), 30, replace=False)
    stamps[hit] = block.time_s[hit - 1] - back_s
    blocks, holes, _ = run(ImuBlock(stamps, block.acc, block.gyr))
    even = assert_sound(blocks)
    assert not holes
    assert len(even) == 2000
    assert np.abs(even.time_s - block.time_s).max() < 0.5 / RATE


@pytest.mark.parametrize("rate_hz", [20.0, 25.0, 52.0, 104.0, 200.0, 400.0])
@pytest.mark.parametrize("kind", ["even", "milliseconds", "jitter", "slow", "fast"])
def test_rate_is_found_and_the_clock_is_smooth(rate_hz: float, kind: str) -> None:
    count = int(20 * rate_hz)
    true = wavy(count, rate_hz)
    pace = {"slow": 0.99, "fast": 1.01}.get(kind, 1.0)
    stamps = true.time_s * pace
    if kind == "milliseconds":
        stamps = np.round(stamps, 3)
    if kind == "jitter":
        stamps = np.maximum.accumulate(stamps + np.random.default_rng(5).normal(0.0, 0.15 / rate_hz, count))
    blocks, holes, timebase = run(ImuBlock(stamps, true.acc, true.gyr))
    even = assert_sound(blocks)
    assert not holes
    assert len(even) == count
    assert timebase.rate_hz == pytest.approx(rate_hz / pace, rel=3e-3)
    assert np.abs(even.time_s - true.time_s * pace).max() < 0.3 / rate_hz
    assert np.diff(even.time_s) * rate_hz / pace == pytest.approx(np.ones(count - 1), abs=0.02)


@pytest.mark.parametrize("first_s", [0.0, 1.7e9])
@pytest.mark.parametrize("grain_s", [0.005, 0.01, 1 / 64, 0.02])
@pytest.mark.parametrize("rate_hz", [95.0, 104.0, 125.0, 160.0, 208.0, 250.0])
def test_coarse_clock_tells_no_holes(rate_hz: float, grain_s: float, first_s: float) -> None:
    true = wavy(round(40 * rate_hz), rate_hz)
    stamps = first_s + np.round(true.time_s / grain_s) * grain_s
    blocks, holes, timebase = run(ImuBlock(stamps, true.acc, true.gyr))
    even = assert_sound(blocks)
    assert not holes
    assert len(even) == len(true)
    assert timebase.rate_hz == pytest.approx(rate_hz, rel=3e-3)
    assert np.abs(even.time_s - first_s - true.time_s).max() < 0.5 * grain_s + 0.3 / rate_hz


def test_coarse_clock_since_1970_tells_its_rate_beside_a_hole() -> None:
    block = wavy(4000, 95.0)
    stamps = 1.7e9 + np.round(block.time_s, 2)
    _, holes, timebase = run(lose(ImuBlock(stamps, block.acc, block.gyr), 20, 50))
    assert timebase.rate_hz == pytest.approx(95.0, rel=3e-3)
    assert [hole.missing for hole in holes] == [50]


@pytest.mark.parametrize("every", [10, 37])
@pytest.mark.parametrize("rate_hz", [95.0, 100.0, 104.0])
def test_samples_lost_regularly_are_no_coarse_clock(rate_hz: float, every: int) -> None:
    block = wavy(3000, rate_hz)
    lost = np.arange(3000) % every == every - 1
    lost[-1] = False
    _, holes, timebase = run(without(ImuBlock(block.time_s + 0.0037, block.acc, block.gyr), lost))
    assert timebase.rate_hz == pytest.approx(rate_hz, rel=1e-3)
    assert sum(hole.missing for hole in holes) == lost.sum()


def arrivals(count: int, packet: int, stalls: list[tuple[float, float]], then_s: float = 0.0) -> FloatArray:
    """When samples at 100 Hz came that were sent by the packet; what waited comes one packet after ``then_s``."""
    sent = (np.arange(count) // packet + 1) * packet / RATE
    for begin_s, end_s in stalls:
        waiting = (sent >= begin_s) & (sent < end_s)
        number = np.cumsum(np.diff(sent[waiting], prepend=-1.0) > 0) - 1
        sent[waiting] = np.maximum(sent[waiting], end_s + then_s * number)
    return np.maximum.accumulate(sent)


def assert_taken_in_time(block: ImuBlock, stamps: FloatArray, off_s: float) -> list[Hole]:
    """What was said of samples with these stamps, whose times came out right."""
    even, holes, timebase = run(ImuBlock(stamps, block.acc, block.gyr))
    out = assert_sound(even)
    sound = out.flags & (MISSING | BRIDGED) == 0
    assert np.array_equal(out.acc[sound], block.acc)
    shift = out.time_s[sound] - block.time_s
    assert np.abs(shift - np.median(shift[:500])).max() <= off_s
    assert timebase.state.late == 0
    return holes


@pytest.mark.parametrize("phase_s", [0.0, 0.0013, 0.0041, 0.0066, 0.0083])
@pytest.mark.parametrize("then_s", [0.0, 0.001, 0.3], ids=["at once", "quickly", "slowly"])
@pytest.mark.parametrize(("packet", "off_s"), [(1, 0.011), (4, 0.03), (10, 0.06)])
def test_link_that_stalls_and_brings_it_all_later_loses_nothing(
    packet: int, off_s: float, then_s: float, phase_s: float
) -> None:
    """Stamps are when samples came; nothing is missing, and later times are not later by the stalls."""
    block = wavy(6000)
    stalls = [(begin_s + phase_s, end_s + phase_s) for begin_s, end_s in ((12.0, 12.6), (20.0, 20.3), (30.0, 33.0))]
    assert not assert_taken_in_time(block, arrivals(6000, packet, stalls, then_s * packet / RATE), off_s)


@pytest.mark.parametrize("stall", [(0.0, 0.5), (0.2, 2.1), (0.5, 1.5), (1.8, 4.8)])
@pytest.mark.parametrize("packet", [1, 4])
@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_stall_in_the_first_seconds_hides_no_rate(rate_hz: float, packet: int, stall: tuple[float, float]) -> None:
    block, quicker = wavy(round(30 * rate_hz), rate_hz), rate_hz / RATE
    stamps = arrivals(len(block), packet, [(stall[0] * quicker, stall[1] * quicker)]) / quicker
    even, holes, timebase = run(ImuBlock(stamps, block.acc, block.gyr))
    assert timebase.rate_hz == pytest.approx(rate_hz, rel=0.02)
    assert not holes
    assert np.ptp(joined(even).time_s) == pytest.approx(block.time_s[-1], abs=0.1)


@pytest.mark.parametrize("gap_s", [5.0, 60.0, 1.7e9])
def test_gap_in_the_first_seconds_keeps_nobody_waiting(gap_s: float) -> None:
    """Before it and after it samples are as far apart as ever, however small that is beside the gap."""
    block = wavy(110)
    timebase = Timebase()
    timebase.feed(ImuBlock(block.time_s + gap_s * (block.time_s >= 0.5), block.acc, block.gyr))
    assert timebase.rate_hz == pytest.approx(RATE, rel=0.01)


@pytest.mark.parametrize("stall_s", [0.02, 0.03, 0.05, 0.1])
def test_short_stalls_again_and_again_bend_no_clock(stall_s: float) -> None:
    """A computer that is busy for a moment every second."""
    block = wavy(6000)
    stalls = [(at_s, at_s + stall_s) for at_s in np.arange(3.0, 59.0).tolist()]
    assert not assert_taken_in_time(block, arrivals(6000, 1, stalls), 0.011)


@pytest.mark.parametrize("lost", [20, 80, 250])
@pytest.mark.parametrize("packet", [1, 10])
def test_what_a_stalled_link_forgot_is_a_hole(packet: int, lost: int) -> None:
    """Its memory was full: the oldest of three seconds are missing."""
    block, stamps = wavy(6000), arrivals(6000, packet, [(30.0, 33.0)])
    gone = (np.arange(6000) >= 3000) & (np.arange(6000) < 3000 + lost)
    even, holes, _ = run(without(ImuBlock(stamps, block.acc, block.gyr), gone))
    assert sum(hole.missing for hole in holes) == pytest.approx(lost, abs=0 if packet == 1 else 6)
    assert all(hole.start_s == pytest.approx(30.0, abs=0.15) for hole in holes)
    assert joined(even).time_s[-1] == pytest.approx(stamps[-1], abs=0.15)


@pytest.mark.parametrize("packet", [2, 4, 10])
def test_packets_lost_from_a_link_of_packets_did_not_wait(packet: int) -> None:
    block, stamps = wavy(6000), arrivals(6000, packet, [])
    gone = np.isin(np.arange(6000) // packet, [250, 300, 301, 302, 400, 401, 402, 403, 404])
    _, holes, _ = run(without(ImuBlock(stamps, block.acc, block.gyr), gone))
    assert [hole.missing for hole in holes] == [packet, 3 * packet, 5 * packet]


@pytest.mark.parametrize("jitter_s", [0.0, 0.003])
@pytest.mark.parametrize("rate_hz", [50.0, 104.0, 200.0])
@pytest.mark.parametrize("packet", [4, 10])
def test_rate_of_packets_is_found_where_some_are_lost(packet: int, rate_hz: float, jitter_s: float) -> None:
    """All samples of a packet have its stamp; as many as one in ten never came."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        count = max(20, round(2.0 * rate_hz / packet))
        came_s = np.arange(count) * packet / rate_hz + jitter_s * rng.exponential(size=count)
        kept = rng.random(count) >= 0.1
        stamps = np.repeat(np.maximum.accumulate(came_s)[kept], packet)
        assert find_spacing(stamps).period_s == pytest.approx(1.0 / rate_hz, rel=0.01), seed


@pytest.mark.parametrize("jitter_s", [0.0, 0.0003])
@pytest.mark.parametrize(
    ("rate_hz", "tick_s"),
    [(256, 0.0075), (170, 0.01125), (119, 0.016), (128, 0.015), (64, 0.03), (208, 0.0075), (104, 0.015), (52, 0.03)],
)
def test_ticks_of_a_link_are_no_packets(rate_hz: int, tick_s: float, jitter_s: float) -> None:
    """It sends what there is at its own pace, now a sample more and now one fewer: nothing is missing."""
    count = 20 * rate_hz
    block = wavy(count, rate_hz)
    tick = np.ceil((block.time_s + 0.0013) / tick_s).astype(int)
    jitter = jitter_s * np.random.default_rng(rate_hz).exponential(size=tick[-1] + 1)
    came_s = np.maximum.accumulate(np.arange(tick[-1] + 1) * tick_s + jitter)
    _, holes, timebase = run(ImuBlock(came_s[tick], block.acc, block.gyr))
    assert timebase.rate_hz == pytest.approx(rate_hz, rel=0.012)
    assert not holes


@pytest.mark.parametrize("seed", range(20))
def test_single_samples_lost_are_no_coarse_clock(seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = wavy(1000)
    lost = np.isin(np.arange(1000), rng.choice(np.arange(1, 999), 25, replace=False))
    _, holes, _ = run(without(block, lost))
    assert sum(hole.missing for hole in holes) == 25


@pytest.mark.parametrize("packet", [1, 5, 10])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_five_percent_of_packets_lost_are_all_accounted_for(packet: int, seed: int) -> None:
    block = wavy(6000)
    rng = np.random.default_rng(seed)
    lost = np.repeat(rng.random(6000 // packet) < 0.05, packet)
    lost[:300] = lost[-1] = False
    jittered = block.time_s + np.clip(rng.normal(0.0, 0.0005, 6000), -0.0015, 0.0015)
    blocks, holes, _ = run(without(ImuBlock(jittered, block.acc, block.gyr), lost))
    even = assert_sound(blocks)
    assert lost.sum() > 100
    assert sum(hole.missing for hole in holes) == lost.sum()
    assert len(even) == 6000
    assert ((even.flags != 0) == lost).all()
    assert np.array_equal(even.acc[~lost], block.acc[~lost])
    assert np.abs(even.time_s - block.time_s).max() < 0.3 / RATE


def test_clock_set_back_by_half_a_minute_goes_on() -> None:
    block = wavy(3000)
    stamps = block.time_s.copy()
    stamps[1500:] -= 30.0
    blocks, holes, _ = run(ImuBlock(stamps, block.acc, block.gyr))
    even = assert_sound(blocks)
    assert not holes
    assert len(blocks) == 2  # the last sample comes with the flush
    assert len(even) == 3000
    assert np.abs(even.time_s - block.time_s).max() < 0.03


def test_clock_set_back_still_shows_a_hole_later_on() -> None:
    block = wavy(3000)
    stamps = block.time_s.copy()
    stamps[1500:] -= 30.0
    _, holes, _ = run(lose(ImuBlock(stamps, block.acc, block.gyr), 2500, 50))
    assert [(hole.missing, hole.bridged) for hole in holes] == [(50, False)]


@pytest.mark.parametrize("count", [2, 3, 10, 63, 64, 65])
def test_few_samples_all_come_out_at_the_end(count: int) -> None:
    block = wavy(count)
    timebase = Timebase()
    early, _ = even_parts(timebase.feed(block))
    assert not early
    blocks, holes = even_parts(timebase.flush())
    assert not holes
    assert len(assert_sound(blocks)) == count


@pytest.mark.parametrize("count", [0, 1])
def test_no_or_one_sample_gives_nothing(count: int) -> None:
    blocks, holes, timebase = run(wavy(count))
    assert not blocks
    assert not holes
    assert timebase.rate_hz is None


def test_stamps_all_alike_do_no_harm() -> None:
    block = wavy(500, stamps=np.full(500, 7.0))
    assert_sound(run(block)[0])


def test_clipping_is_what_sticks_at_the_end_of_the_range() -> None:
    block = wavy(400)
    acc, gyr = block.acc.copy(), block.gyr.copy()
    acc[100:110, 2] = 2.0 * 9.80665  # the end of the smallest range there is
    gyr[200:205, 0] = np.radians(250.0)
    acc[300:310, 1] = 3.0  # a value that merely repeats
    even = joined(run(ImuBlock(block.time_s, acc, gyr))[0])
    clipped = np.flatnonzero(even.flags & CLIPPED)
    assert clipped.tolist() == [*range(101, 110), *range(201, 205)]


@pytest.mark.parametrize("rate_hz", [20.0, 104.0, 400.0])
def test_period_survives_holes_and_jitter(rate_hz: float) -> None:
    rng = np.random.default_rng(8)
    stamps = np.arange(300) / rate_hz
    stamps = (stamps + rng.normal(0.0, 0.1 / rate_hz, 300))[rng.random(300) > 0.05]
    assert find_spacing(stamps).period_s * rate_hz == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("jitter_s", [0.0, 0.002])
@pytest.mark.parametrize("seed", range(12))
def test_rate_is_found_in_two_seconds_with_packets_lost(seed: int, jitter_s: float) -> None:
    rng = np.random.default_rng(seed)
    stamps = np.arange(54) / 25.0 + rng.normal(0.0, jitter_s, 54)
    # each of two samples; so near to one another that every eight samples may span one of them
    lost = 2 * rng.choice(np.arange(1, 26), 4, replace=False)
    stamps = np.delete(stamps, [*lost, *(lost + 1)])
    assert find_spacing(stamps).period_s == pytest.approx(0.04, rel=0.01)


def test_pairs_of_samples_are_no_quicker_rate() -> None:
    stamps = (np.arange(200) // 2) * 0.02 + (np.arange(200) % 2) * 0.001
    assert find_spacing(stamps[1:]).period_s == pytest.approx(0.01, rel=0.05)


def test_period_of_stamps_that_do_not_advance_is_zero() -> None:
    assert find_spacing(np.zeros(100)).period_s == 0.0


def spoiled(seed: int, count: int = 1500) -> ImuBlock:
    """Every fault at once."""
    rng = np.random.default_rng(seed)
    block = wavy(count, float(rng.choice([95.0, 100.0, 104.0, 125.0])))
    stamps = block.time_s + float(rng.choice([0.0, rng.uniform(0.0, 0.004)])) * rng.normal(size=count)
    for share, back in ((0.01, 0.0), (0.005, 0.02)):
        hit = np.flatnonzero(rng.random(count) < share)
        hit = hit[hit > 0]
        stamps[hit] = stamps[hit - 1] - back
    if rng.random() < 0.3:
        stamps[int(rng.integers(200, count)) :] -= 30.0
    acc = block.acc.copy()
    acc[rng.random(count) < 0.01, 1] = np.nan
    lost = np.repeat(rng.random(-(-count // 8)) < 0.05, 8)[:count]
    hole = int(rng.integers(count))
    lost[hole : hole + int(rng.integers(0, 60))] = True
    stamps[int(rng.integers(count)) :] += float(rng.choice([0.0, 0.0, 3.0, 20.0]))
    picked = np.repeat(np.arange(count), 1 + (rng.random(count) < 0.01))
    if rng.random() < 0.3:
        stamps = np.round(stamps, 2)
    if rng.random() < 0.5:  # a packet sent again, and one overtaken by the next
        again, late = rng.integers(0, count - 300, 2)
        picked[late : late + 40] = np.roll(picked[late : late + 40], 20)
        picked = np.insert(picked, again + int(rng.integers(20, 200)), picked[again : again + 20])
    return without(ImuBlock(stamps[picked], acc[picked], block.gyr[picked]), lost[picked])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    sizes=st.lists(st.sampled_from([0, 1, 1, 2, 7, 40, 300]), min_size=1, max_size=6).filter(any),
)
def test_any_cut_gives_the_same_samples_and_any_fault_leaves_them_sound(seed: int, sizes: list[int]) -> None:
    block = spoiled(seed)
    whole, holes, _ = run(block)
    expected = assert_sound(whole)
    timebase = Timebase()
    parts = [given_out for piece in pieces(block, sizes) for given_out in timebase.feed(piece)]
    parts += timebase.feed(EMPTY)
    blocks, other_holes = even_parts([*parts, *timebase.flush()])
    even = joined(blocks)
    assert other_holes == holes
    for name in ("time_s", "acc", "gyr", "flags"):
        assert np.array_equal(getattr(even, name), getattr(expected, name)), name
    assert [b.time_s[0] for b in blocks if b.restart] == [b.time_s[0] for b in whole if b.restart]


def test_start_up_depends_on_samples_not_on_the_first_block() -> None:
    block = wavy(1000)
    timebase = Timebase()
    given_out = 0
    for k in range(0, 1000, 10):
        given_out += sum(len(b) for b in even_parts(timebase.feed(part(block, k, k + 10)))[0])
        if timebase.rate_hz is not None:
            break
    assert given_out == 209  # all of the first two seconds and what came with them; the last waits for the next
