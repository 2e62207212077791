"""How the input is cut, and whether the counter was saved in between, changes nothing: not an event, not a bit."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from dsp_helpers import BOTTOM, EMPTY, REP, a_set, assert_same_events, count, part, pieces, record
from hypothesis import given, settings
from hypothesis import strategies as st

import repsignal.counter
from repsignal import CounterParams, Event, Hole, ImuBlock, RepCounter, SetEnd
from repsignal.orientation import TickBlock
from repsignal.store import TickStore
from repsignal.synth import RepPlan, SensorModel, Still, Walk, steady_set

PARTIAL = RepPlan(lift_s=0.6, hold_s=0.4, lower_s=0.8, pause_s=0.6, rom_deg=14.0, partial=True)
SHORT_REST = CounterParams(rest_s=6.0)

SENSORS = {
    "sound": SensorModel.typical(50.0),
    "lost packets": SensorModel(50.0, packet_samples=6, packet_loss=0.05, gyr_noise_dps=0.1, acc_noise_mg=8.0),
    "bad stamps": SensorModel(100.0, jitter_s=0.001, repeated=0.01, backward=0.004, acc_noise_mg=8.0),
    "no numbers": SensorModel(25.0, nan=0.01, infinite=0.003, gyr_bias_dps=(5.0, -4.0, 3.0)),
    "long hole": SensorModel(50.0, hole_at_s=26.0, hole_s=6.6),
    "quick": SensorModel(
        208.0, packet_samples=7, packet_loss=0.03, gyr_bias_dps=(5.0, -4.0, 3.0), hole_at_s=26.0, hole_s=6.6
    ),
    "all": SensorModel(
        52.0,
        rate_error=0.01,
        gyr_noise_dps=0.1,
        acc_noise_mg=8.0,
        gyr_bias_dps=(5.0, -4.0, 3.0),
        packet_samples=5,
        packet_loss=0.03,
        jitter_s=0.003,
        repeated=0.005,
        backward=0.002,
        nan=0.003,
        infinite=0.001,
        hole_at_s=12.0,
        hole_s=0.7,
    ),
}


@cache
def recorded(sensor: str) -> ImuBlock:
    """Walking, a set with a partial rep, a rest, another set that the end cuts off: about a minute."""
    return record(
        Still(1.0),
        Walk(5.0),
        *a_set([REP, REP, PARTIAL, REP, REP], after_s=8.0),
        steady_set(4, REP, bottom=BOTTOM),
        sensor=SENSORS[sensor],
        crop=(0.0, 43.5),
    ).block


@cache
def expected(sensor: str) -> tuple[Event, ...]:
    return tuple(count(recorded(sensor), SHORT_REST).events)


CUTS = st.lists(st.sampled_from([0, 1, 1, 2, 3, 10, 25, 64, 200, 1000]), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize("sensor", SENSORS)
def test_there_is_something_to_compare(sensor: str) -> None:
    events = expected(sensor)
    assert sum(isinstance(event, SetEnd) for event in events) >= 2
    assert len(events) > 20
    assert any(isinstance(event, Hole) for event in events) == (sensor not in ("sound", "bad stamps"))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(sensor=st.sampled_from(sorted(SENSORS)), sizes=CUTS)
def test_any_cut_gives_the_same_events(sensor: str, sizes: list[int]) -> None:
    counter = RepCounter(SHORT_REST)
    got: list[Event] = counter.feed(EMPTY)
    for piece in pieces(recorded(sensor), sizes):
        got += counter.feed(piece)
    got += counter.feed(EMPTY)
    assert_same_events([*got, *counter.flush()], expected(sensor))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(sensor=st.sampled_from(sorted(SENSORS)), sizes=CUTS)
def test_sets_and_holes_are_the_same_whether_or_not_the_rest_is_told(sensor: str, sizes: list[int]) -> None:
    counter = RepCounter(replace(SHORT_REST, live=False))
    got = [event for piece in pieces(recorded(sensor), sizes) for event in counter.feed(piece)]
    wanted = [event for event in expected(sensor) if isinstance(event, SetEnd | Hole)]
    assert_same_events([*got, *counter.flush()], wanted)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(sensor=st.sampled_from(sorted(SENSORS)), sizes=CUTS)
def test_any_cut_gives_the_same_events_with_some_passed_over(sensor: str, sizes: list[int]) -> None:
    block = recorded(sensor)
    begin, end = len(block) // 3, len(block) // 2

    def events(*cut: int) -> list[Event]:
        counter = RepCounter(SHORT_REST)
        got = [event for piece in pieces(part(block, 0, begin), cut) for event in counter.feed(piece)]
        got += [event for piece in pieces(part(block, begin, end), cut) for event in counter.pass_over(piece)]
        got += [event for piece in pieces(part(block, end, len(block)), cut) for event in counter.feed(piece)]
        return [*got, *counter.flush()]

    wanted = events(len(block))
    assert any(isinstance(event, SetEnd) for event in wanted)
    assert_same_events(events(*sizes), wanted)


@pytest.mark.parametrize("last", ["end_set", "flush", "pass_over"])
def test_what_is_over_may_be_saved_and_ended_again(last: str) -> None:
    block = recorded("sound")
    half = len(block) // 2
    counter = RepCounter(SHORT_REST)
    counter.feed(part(block, 0, half))
    counter.end_set()
    counter = RepCounter.resume(counter.save())
    rest = counter.pass_over(part(block, half, half + 1)) if last == "pass_over" else getattr(counter, last)()
    assert rest == []


@pytest.mark.parametrize("rate_hz", [100.1, 200.2])
def test_what_the_end_tells_is_known_with_the_newest_sample(rate_hz: float) -> None:
    """The time of the newest tick, of several samples, would be before that of reps told with the warm-up."""
    quick = RepPlan(lift_s=0.5, hold_s=0.2, lower_s=0.5, pause_s=0.1, rom_deg=40.0)
    block = record(Still(0.5, BOTTOM), steady_set(6, quick, bottom=BOTTOM), sensor=SensorModel.typical(rate_hz)).block
    for count_ in range(round(6.0 * rate_hz) - 3, round(6.0 * rate_hz) + 4):
        counter = RepCounter()
        events = [*counter.feed(part(block, 0, count_)), *counter.flush()]
        known = [event.end_s if isinstance(event, Hole) else event.detected_s for event in events]
        assert known == sorted(known)
        assert known[-1] == pytest.approx(block.time_s[count_ - 1], abs=0.1 / rate_hz)


@pytest.mark.parametrize("at_s", [26.0, 26.013, 26.07, 26.11, 26.19])
@pytest.mark.parametrize("origin_s", [0.0, 0.1, 7.3, 1e6 / 3.0])
def test_a_hole_comes_before_the_set_that_it_ends(at_s: float, origin_s: float) -> None:
    """Its end and the first sample after it are one instant; worked out twice they differed by rounding."""
    block = recorded("sound")
    kept = (block.time_s < at_s) | (block.time_s > at_s + 6.6)
    time_s = block.time_s[kept] + origin_s
    kinds = [type(event) for event in count(ImuBlock(time_s, block.acc[kept], block.gyr[kept]), SHORT_REST).events]
    assert kinds.count(Hole) == 1
    assert kinds[kinds.index(Hole) + 1] is SetEnd


@pytest.mark.parametrize("sensor", SENSORS)
def test_events_come_in_the_order_in_which_they_were_known(sensor: str) -> None:
    known = [event.end_s if isinstance(event, Hole) else event.detected_s for event in expected(sensor)]
    assert known == sorted(known)


def test_a_set_that_a_hole_ends_is_told_at_once_after_it() -> None:
    events = expected("long hole")
    (hole,) = [event for event in events if isinstance(event, Hole) and not event.bridged]
    following = events[events.index(hole) + 1]
    assert isinstance(following, SetEnd)
    assert following.detected_s == pytest.approx(hole.end_s)


def test_a_set_of_an_hour_is_parted_alike_in_any_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repsignal.counter, "_LONGEST_SET_S", 9.0)  # an hour takes too long
    block = recorded("sound")
    counter = RepCounter()
    got = [event for piece in pieces(block, [64, 10]) for event in counter.feed(piece)]
    whole = count(block).events
    assert sum(isinstance(event, SetEnd) for event in whole) > 2
    assert_same_events([*got, *counter.flush()], whole)


@pytest.mark.parametrize("sensor", ["sound", "all"])
def test_sample_by_sample_is_the_batch(sensor: str) -> None:
    counter = RepCounter(SHORT_REST)
    got = [event for piece in pieces(recorded(sensor), [1]) for event in counter.feed(piece)]
    assert_same_events([*got, *counter.flush()], expected(sensor))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    sensor=st.sampled_from(sorted(SENSORS)),
    cuts=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4),
)
def test_saved_and_resumed_it_goes_on_as_if_nothing_had_happened(sensor: str, cuts: list[float]) -> None:
    block = recorded(sensor)
    bounds = [0, *sorted(round(cut * len(block)) for cut in cuts), len(block)]
    counter = RepCounter(SHORT_REST)
    got: list[Event] = []
    for begin, end in pairwise(bounds):
        got += counter.feed(part(block, begin, end))
        counter = RepCounter.resume(counter.save())
    assert_same_events([*got, *counter.flush()], expected(sensor))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_state_is_of_the_newest_sample_and_goes_on_by_itself(share: float) -> None:
    block = recorded("all")
    bound = round(share * len(block))
    counter = RepCounter(SHORT_REST)
    got = counter.feed(part(block, 0, bound))
    state = counter.state
    counter.feed(part(block, bound, len(block)))
    for _ in range(2):  # whoever is given a state leaves it as it is
        resumed = RepCounter(SHORT_REST, state)
        rest = [*resumed.feed(part(block, bound, len(block))), *resumed.flush()]
        assert_same_events([*got, *rest], expected("all"))


def test_saved_while_the_filter_settles_anew_after_a_hole_it_goes_on_alike() -> None:
    block = recorded("long hole")
    hole = int(np.argmax(np.diff(block.time_s))) + 1
    counter = RepCounter(SHORT_REST)
    got = counter.feed(part(block, 0, hole - 100))
    counter = RepCounter.resume(counter.save())
    got += counter.feed(part(block, hole - 100, hole + 50))
    counter = RepCounter.resume(counter.save())
    got += counter.feed(part(block, hole + 50, len(block)))
    assert_same_events([*got, *counter.flush()], expected("long hole"))


def test_saving_does_not_disturb_the_counter_saved() -> None:
    block = recorded("all")
    counter = RepCounter(SHORT_REST)
    got: list[Event] = []
    for piece in pieces(block, [97]):
        got += counter.feed(piece)
        counter.save()
    assert_same_events([*got, *counter.flush()], expected("all"))


def test_two_counters_resumed_from_one_save_are_strangers() -> None:
    block = recorded("sound")
    half = len(block) // 2
    counter = RepCounter(SHORT_REST)
    before = counter.feed(part(block, 0, half))
    saved = counter.save()
    one, other = RepCounter.resume(saved), RepCounter.resume(saved)
    rest = part(block, half, len(block))
    first = [*one.feed(rest), *one.flush()]
    second = [*other.feed(rest), *other.flush()]
    assert_same_events(first, second)
    assert_same_events([*before, *first], expected("sound"))


def test_resumed_counter_keeps_its_parameters() -> None:
    assert RepCounter.resume(RepCounter(SHORT_REST).save()).params == SHORT_REST


@pytest.mark.parametrize(
    "saved", [b"", b"garbage", pickle.dumps(3), pickle.dumps((1, 2)), pickle.dumps((1, 2, 3)), RepCounter().save()[:-9]]
)
def test_what_is_no_counter_is_not_resumed(saved: bytes) -> None:
    with pytest.raises(ValueError, match="saved"):
        RepCounter.resume(saved)


def test_what_another_version_saved_is_not_resumed() -> None:
    _, params, state = pickle.loads(RepCounter().save())
    with pytest.raises(ValueError, match="another version"):
        RepCounter.resume(pickle.dumps((0, params, state)))


BLOCK = ImuBlock(np.arange(10) / 50.0, np.ones((10, 3)), np.zeros((10, 3)))


@pytest.mark.parametrize(
    ("block", "error", "words"),
    [
        (None, TypeError, "block must be an ImuBlock, got NoneType"),
        (BLOCK.acc, TypeError, "block must be an ImuBlock, got ndarray"),
        (replace(BLOCK, acc=BLOCK.acc.tolist()), TypeError, "acc must be a numpy array, got list"),
        (replace(BLOCK, gyr=BLOCK.gyr.astype(str)), TypeError, "gyr must hold real numbers, got dtype"),
        (replace(BLOCK, acc=BLOCK.acc + 1j), TypeError, "acc must hold real numbers"),
        (replace(BLOCK, time_s=BLOCK.time_s.astype("M8[ns]")), TypeError, "time_s must hold real numbers"),
        (replace(BLOCK, time_s=BLOCK.time_s[:, None]), ValueError, r"time_s must have shape \(N,\), got \(10, 1\)"),
        (replace(BLOCK, gyr=BLOCK.gyr[:-1]), ValueError, r"gyr must have shape \(10, 3\) .* got \(9, 3\)"),
        (replace(BLOCK, acc=BLOCK.acc[:, 0]), ValueError, r"acc must have shape \(10, 3\)"),
    ],
)
def test_a_wrong_block_is_named(block: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        RepCounter().feed(block)


@pytest.mark.parametrize(
    "wrong", [{"lift_direction": "sideways"}, {"rest_s": 0.0}, {"rest_s": np.inf}, {"min_reps": 2.5}]
)
def test_wrong_parameters_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CounterParams(**wrong)


@pytest.mark.parametrize("scale", [1e5, 1e20, 1e150, 1e300])
@pytest.mark.parametrize("rows", [1, 3, 40])
def test_impossible_values_are_missing_samples(scale: float, rows: int) -> None:
    block = recorded("sound")
    acc, gyr = block.acc.copy(), block.gyr.copy()
    acc[1000 : 1000 + rows] *= scale
    gyr[2000 : 2000 + rows] = scale
    found = count(ImuBlock(block.time_s, acc, gyr), SHORT_REST)
    assert len(found.reps) == len(count(block, SHORT_REST).reps)
    assert sum(hole.missing for hole in found.holes) == 2 * rows


@pytest.mark.parametrize(("name", "value"), [("gyr", 35.0), ("gyr", -35.0), ("gyr", 20.0), ("acc", 300.0)])
def test_single_spikes_are_missing_samples(name: str, value: float) -> None:
    block = recorded("sound")
    array = getattr(block, name).copy()
    places = np.random.default_rng(1).choice(np.arange(50, len(block) - 50, 3), 20, replace=False)
    array[places, 1] = value
    spoilt = replace(block, **{name: array})
    found = count(spoilt, SHORT_REST)
    assert len(found.reps) == len(count(block, SHORT_REST).reps)
    assert sum(hole.missing for hole in found.holes) == 20
    counter = RepCounter(SHORT_REST)
    cut = [event for piece in pieces(spoilt, [7, 1]) for event in counter.feed(piece)]
    assert_same_events([*cut, *counter.flush()], found.events)


def test_stamps_beyond_what_floats_tell_apart_give_nothing() -> None:
    block = recorded("sound")
    assert count(ImuBlock(block.time_s + 1e15, block.acc, block.gyr)).events == []


def test_the_same_input_gives_the_same_events_again() -> None:
    assert_same_events(count(recorded("all"), SHORT_REST).events, expected("all"))


def test_the_caller_s_arrays_are_neither_changed_nor_kept() -> None:
    block = recorded("sound")
    copy = ImuBlock(block.time_s.copy(), block.acc.copy(), block.gyr.copy())
    counter = RepCounter(SHORT_REST)
    got: list[Event] = []
    for begin in range(0, len(block), 30):
        piece = part(copy, begin, begin + 30)
        got += counter.feed(piece)
        piece.time_s[:], piece.acc[:], piece.gyr[:] = np.nan, np.nan, np.nan  # a ring buffer written over
    assert_same_events([*got, *counter.flush()], expected("sound"))
    intact = ImuBlock(block.time_s.copy(), block.acc.copy(), block.gyr.copy())
    count(intact)
    assert np.array_equal(intact.acc, block.acc)
    assert np.array_equal(intact.time_s, block.time_s)


# --- the store --------------------------------------------------------------------------------------------------------


def numbered(begin: int, end: int) -> TickBlock:
    """Ticks that know their number."""
    number = np.arange(begin, end, dtype=np.float64)
    wide = np.repeat(number[:, None], 3, axis=1)
    return TickBlock(number, wide, wide + 0.1, wide + 0.2, wide + 0.3, (number % 7).astype(np.uint8))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 1500), st.floats(0.0, 1.2)), min_size=1, max_size=12))
def test_store_keeps_what_was_not_forgotten_under_its_number(steps: list[tuple[int, float]]) -> None:
    store = TickStore()
    store.start(0.02)
    for size, share in steps:
        store.append(numbered(store.end, store.end + size))
        store.forget(store.first + round(share * (store.end - store.first)))
        kept, wanted = store.window(store.first, store.end), numbered(store.first, store.end)
        for name in ("time_s", "path_deg", "up", "acc", "flags"):
            assert np.array_equal(getattr(kept, name), getattr(wanted, name)), name
        if store.end > store.first:
            assert store.time_s(store.end - 1) == store.end - 1
        assert store._columns.time_s.shape[0] <= max(1024, 8 * (len(kept) + size))


def test_store_forgets_neither_backwards_nor_beyond_its_end() -> None:
    store = TickStore()
    store.start(0.02)
    store.append(numbered(0, 100))
    store.forget(60)
    store.forget(10)
    assert store.first == 60
    store.forget(1000)
    assert (store.first, store.end) == (100, 100)
    store.append(numbered(100, 130))
    assert store.window(100, 130).time_s.tolist() == list(range(100, 130))
