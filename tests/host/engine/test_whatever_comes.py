"""Whatever befalls a link, and whatever frames say: no exception, times that rise, and a replay that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from board_says import samples, status
from repclip import wire
from repclip.engine.account import Account
from repclip.engine.outputs import Gap, Output, Sampled
from repclip.engine.pipeline import Pipeline
from repclip.source import Channel, Chunk, HostMark, LinkChange, LinkEvent, MarkKind, Packet
from repclip.testing.device import DeviceFigures, SimulatedDevice
from repclip.testing.messages import HELLO
from repclip.testing.virtual_link import LinkPlan, VirtualLink

LENGTH_S = 12
END = 1 << 32


def numbered() -> wire.RawSamples:
    """The sensor lies still, but for its gyroscope's x, which is the sample's number."""
    raw = np.zeros((2000, 6), dtype=np.int16)
    raw[:, 2] = 8192
    raw[:, 3] = np.arange(2000)
    return raw


def said(outputs: Sequence[Output]) -> list[str]:
    return [repr(one) for one in outputs if not isinstance(one, Sampled)]


def check_times(outputs: Sequence[Output]) -> None:
    times = np.concatenate([[-1.0], *(one.block.time_s for one in outputs if isinstance(one, Sampled))])
    assert np.isfinite(times).all()
    assert (np.diff(times) > 0.0).all()


def played(chunks: Sequence[Chunk]) -> list[Output]:
    pipeline = Pipeline()
    return [one for chunk in chunks for one in pipeline.feed(chunk)] + pipeline.flush()


# Links

SPANS = st.lists(
    st.tuples(st.floats(0.0, LENGTH_S), st.sampled_from((0.1, 1.0, 6.0))).map(lambda one: (one[0], sum(one))),
    max_size=2,
).map(tuple)
PLANS = st.builds(
    LinkPlan,
    away=SPANS,
    asleep=SPANS,
    bunched=SPANS,
    dropped=st.sampled_from((0.0, 0.05, 0.3)),
    spread_s=st.sampled_from((0.0, 0.1)),
    kept=st.sampled_from((10_000, 20)),
)
FIGURES = st.builds(
    DeviceFigures, first_us=st.sampled_from((0, END - 4_000_000)), first_index=st.sampled_from((0, END - 300))
)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(PLANS, FIGURES, st.sampled_from((247, 64)), st.lists(st.floats(1.0, LENGTH_S), max_size=2).map(tuple))
def test_any_link(plan: LinkPlan, figures: DeviceFigures, mtu: int, resets: tuple[float, ...]) -> None:
    link = VirtualLink(SimulatedDevice(numbered(), figures, mtu=mtu), replace(plan, resets=resets))
    link.run(LENGTH_S)
    check_times(link.outputs)
    assert said(played(link.chunks)) == said(link.outputs)
    if not resets:
        check_numbers(link.outputs)


def check_numbers(outputs: Sequence[Output]) -> None:
    """Each sample once, in order, and a gap says how many are missing."""
    wanted: int | None = None
    for output in outputs:
        if isinstance(output, Gap):
            assert wanted is not None
            assert output.count is not None
            wanted += output.count
        elif isinstance(output, Sampled):
            counts = np.round(np.degrees(output.block.gyr[:, 0]) / (1000 / 32768))
            wanted = int(counts[0]) if wanted is None else wanted
            np.testing.assert_allclose(
                counts, wanted + np.arange(len(counts)), rtol=0, atol=1
            )  # the leg's time is rounded
            wanted += len(counts)


# Frames

U32 = st.one_of(st.integers(0, 3000), st.integers(0, END - 1), st.sampled_from((END // 2, END - 1)))
MESSAGES = st.one_of(
    st.builds(
        replace,
        st.just(HELLO),
        time_us=U32,
        boot_id=st.integers(1, 2),
        generation=st.integers(0, 1),
        rate_mhz=st.one_of(U32, st.just(100_000)),
        acc_g_per_count=st.sampled_from((0.0, 1e-30, 4 / 32768, 1e5)),
        sensor=st.sampled_from(("", "it")),
    ),
    st.builds(replace, st.just(samples(0)), time_us=U32, index=U32, generation=st.integers(0, 1), resent=st.booleans()),
    st.builds(wire.Overrun, U32, U32, st.integers(1, END - 1), st.just(0), st.integers(0, 7), resent=st.booleans()),
    st.builds(
        replace,
        st.just(status(0)),
        time_us=U32,
        uptime_s=U32,
        next_index=U32,
        held=st.integers(0, 65_535),
        state=st.integers(0, 3),
    ),
    st.builds(wire.Mark, U32, U32, st.integers(0, 9), st.just(0)),
    st.builds(lambda first: wire.Answer(0, wire.CommandKind.START, 1, wire.Result.OK, wire.Started(first, 0)), U32),
    st.builds(lambda first: wire.Answer(0, wire.CommandKind.RESEND, 1, wire.Result.OK, wire.Resending(first, 9)), U32),
    st.builds(
        lambda oldest: wire.Answer(0, wire.CommandKind.RESEND, 1, wire.Result.NOT_HELD, wire.NotHeld(oldest, 9)), U32
    ),
)
FRAMES = MESSAGES.map(lambda one: (Channel.SERIAL, wire.serial_line(wire.build_frame(one, 0))))
STEPS_NS = st.sampled_from((0, 100_000_000, 1_000_000_000, -5_000_000_000, 10**18))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.lists(
        st.tuples(STEPS_NS, st.one_of(FRAMES, FRAMES, st.sampled_from(LinkChange), st.sampled_from(MarkKind))),
        max_size=80,
    )
)
def test_any_frames(plan: list[tuple[int, tuple[Channel, bytes] | LinkChange | MarkKind]]) -> None:
    now_ns = 0
    chunks: list[Chunk] = [
        Packet(0, Channel.SERIAL, wire.serial_line(wire.build_frame(one, 0))) for one in (HELLO, samples(0))
    ]
    for step_ns, what in plan:
        now_ns += step_ns
        match what:
            case LinkChange():
                chunks.append(LinkEvent(now_ns, what))
            case MarkKind():
                chunks.append(HostMark(now_ns, what))
            case (channel, data):
                chunks.append(Packet(now_ns, channel, data))
    outputs = played(chunks)
    check_times(outputs)
    account = Account()
    for output in outputs:
        account.take(output)
    assert account.report("generic", None).samples == sum(len(one.block) for one in outputs if isinstance(one, Sampled))
