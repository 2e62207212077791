"""Putting samples in order: what is held, what is given up, and that it all follows from what came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from board_says import SECOND, STARTED, samples, status
from repclip import wire
from repclip.engine.assembly import Assembly, AssemblyItem, LossReason, LostSamples, SampleRun
from repclip.engine.outputs import Gap
from repclip.engine.pipeline import Pipeline
from repclip.source import Channel, LinkChange, LinkEvent, Packet
from repclip.testing.messages import HELLO


def overrun(index: int, lost: int) -> wire.Overrun:
    return wire.Overrun(0, index, lost, 0, wire.OverrunCause.FIFO, False)


def assembled(*messages: wire.Message) -> tuple[Assembly, list[AssemblyItem]]:
    assembly = Assembly()
    items = [item for message in (HELLO, STARTED, *messages) for item in assembly.feed(message, 0)]
    return assembly, items


def spans(items: list[AssemblyItem]) -> list[tuple[int, int]]:
    """Of samples given out: from, to."""
    return [(item.index, item.end) for item in items if isinstance(item, SampleRun)]


def test_what_the_board_says_it_no_longer_has_is_lost_without_a_word_of_the_question() -> None:
    """A recording holds answers only, and its replay must decide as live did."""
    assembly, _ = assembled(samples(0), samples(20))
    answer = wire.Answer(0, wire.CommandKind.RESEND, 2, wire.Result.NOT_HELD, wire.NotHeld(20, 10))
    lost, run = assembly.feed(answer, SECOND)
    assert lost == LostSamples(10, 10, LossReason.BOARD)
    assert spans([run]) == [(20, 30)]


def test_an_answer_about_an_empty_ring_does_not_bury_what_is_to_come() -> None:
    assembly, _ = assembled(samples(0), samples(20))
    answer = wire.Answer(0, wire.CommandKind.RESEND, 2, wire.Result.NOT_HELD, wire.NotHeld(500, 0))
    assert assembly.feed(answer, SECOND)[0] == LostSamples(10, 10, LossReason.BOARD)
    assert spans(assembly.feed(samples(30), SECOND)) == [(30, 40)]


def test_a_hole_is_given_up_after_five_seconds_of_hearing_the_board() -> None:
    assembly, _ = assembled(samples(0), samples(20))
    told = {second: assembly.feed(status(second), second * SECOND) for second in range(1, 10)}
    (second,) = (second for second, items in told.items() if items)
    assert second in (5, 6)
    assert told[second][0] == LostSamples(10, 10, LossReason.LINK)


@pytest.mark.parametrize("link_was_lost", [True, False], ids=["link lost", "host asleep"])
def test_silence_costs_no_patience(link_was_lost: bool) -> None:
    """What came just before may be missing, and the board still has it."""
    assembly, _ = assembled(samples(0), samples(20))
    assert assembly.feed(status(1), SECOND) == []
    if link_was_lost:
        assembly.connected()
    assert assembly.feed(HELLO, 18 * SECOND) == []
    assert assembly.missing == (10, 10)
    assert spans(assembly.feed(samples(10, resent=True), 19 * SECOND)) == [(10, 20), (20, 30)]


def test_the_pipeline_tells_of_links() -> None:
    """Losses of the link one after the other, each shorter than it takes to ask: nothing is given up."""
    pipeline = Pipeline()
    frames = [wire.build_frame(one, number) for number, one in enumerate((HELLO, STARTED, samples(0), samples(20)))]
    for frame in frames:
        pipeline.feed(Packet(0, Channel.BLE_DATA, frame))
    for turn in range(1, 12):
        pipeline.feed(LinkEvent(turn * SECOND, LinkChange.LOST, "gone"))
        pipeline.feed(LinkEvent(turn * SECOND, LinkChange.CONNECTED, "it"))
        pipeline.feed(Packet((turn + 1) * SECOND - 1, Channel.BLE_DATA, wire.build_frame(HELLO, 0)))
    assert pipeline.assembly.missing == (10, 10)


def test_what_was_sent_before_a_status_and_is_not_here_is_missing() -> None:
    assembly, _ = assembled(samples(0))
    assert assembly.feed(status(1, sent=10), SECOND) == []
    assert assembly.missing is None
    assert assembly.feed(status(2, sent=30), 2 * SECOND) == []
    assert assembly.missing == (10, 20)
    assert spans(assembly.feed(samples(10, 20, resent=True), 3 * SECOND)) == [(10, 30)]
    assert assembly.flush() == []


def test_a_stream_that_goes_elsewhere_is_not_missed_here() -> None:
    assembly, _ = assembled(samples(0))
    elsewhere = replace(status(1, sent=30), flags=wire.StatusFlag.STREAM_ELSEWHERE, backlog=0)
    assembly.feed(elsewhere, SECOND)
    assert assembly.missing is None
    assert assembly.flush() == []


@pytest.mark.parametrize(
    ("last", "count", "reason"),
    [
        (status(1, sent=30), 20, LossReason.LINK),
        (overrun(10, 7), 7, LossReason.FIFO),
        (samples(40), 30, LossReason.LINK),
    ],
    ids=["a status", "an overrun", "samples"],
)
def test_a_loss_at_the_end_is_a_gap(last: wire.Message, count: int, reason: LossReason) -> None:
    pipeline = Pipeline()
    frames = [wire.build_frame(one, number) for number, one in enumerate((HELLO, STARTED, samples(0), last))]
    out = [output for frame in frames for output in pipeline.feed(Packet(0, Channel.BLE_DATA, frame))]
    (gap,) = (one for one in [*out, *pipeline.flush()] if isinstance(one, Gap))
    assert (gap.count, gap.reason) == (count, reason)
    assert (gap.start_s, gap.end_s) == (pytest.approx(0.09), pytest.approx(0.10 + count / 100))


@pytest.mark.parametrize("late_s", [0.0, 0.4])
def test_how_long_a_board_was_off_is_told_by_the_earliest_arrivals(late_s: float) -> None:
    """Not by the one hello, which may come late."""
    pipeline = Pipeline()
    gaps: list[Gap] = []

    def come(message: wire.Message, at_s: float) -> None:
        packet = Packet(round(at_s * SECOND), Channel.BLE_DATA, wire.build_frame(message, len(gaps)))
        gaps.extend(one for one in pipeline.feed(packet) if isinstance(one, Gap))

    for boot, booted_s in ((HELLO, 1.0), (replace(HELLO, boot_id=HELLO.boot_id + 1, time_us=0), 9.0)):
        pipeline.feed(LinkEvent(round(booted_s * SECOND), LinkChange.CONNECTED, "it"))
        come(boot, booted_s + (late_s if boot is not HELLO else 0.0))
        come(STARTED, booted_s + late_s)
        for index in range(0, 500, 10):
            come(samples(index), max(booted_s + (index + 9) / 100, booted_s + late_s))
    (gap,) = gaps
    assert gap.start_s == pytest.approx(4.99, abs=0.01)
    assert gap.end_s == pytest.approx(8.0, abs=0.01)


def test_losses_behind_a_hole_wait_no_longer_than_samples() -> None:
    assembly, _ = assembled(samples(0), overrun(20, 5))
    items = [item for second in range(1, 10) for item in assembly.feed(status(second), second * SECOND)]
    assert items == [LostSamples(10, 10, LossReason.LINK), LostSamples(20, 5, LossReason.FIFO)]


def test_what_waits_is_bounded() -> None:
    """Whatever comes behind a hole: thousands of tiny frames, thousands of losses."""
    for piece in (lambda index: samples(index, 1), lambda index: overrun(index, 1)):
        assembly, items = assembled()
        for index in range(1, 6000, 2):
            items += assembly.feed(piece(index), 0)
        assert len(items) > 2 * 900


@pytest.mark.parametrize("rate_mhz", [1, 4_294_967_295])
def test_a_rate_that_no_board_has_is_not_believed(rate_mhz: int) -> None:
    assembly = Assembly()
    nonsense = replace(HELLO, rate_mhz=rate_mhz)
    items = [item for message in (nonsense, STARTED, samples(0)) for item in assembly.feed(message, 0)]
    assert items == []
    assert assembly.stranger, "it is asked again"
    assert spans(assembly.feed(HELLO, SECOND)) == [(0, 10)]
