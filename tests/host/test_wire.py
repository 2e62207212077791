"""Properties of the wire codec: any cut, any bytes, nothing lost but what was damaged."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from make_vectors import COMMANDS, HELLO, SAID, STATUS
from repclip import wire
from repclip.errors import FieldError, FrameError
from repclip.wire import cobs
from repclip.wire.frame import seal
from vector_json import as_json

RUN = settings(deadline=None, derandomize=True)
U8 = st.integers(0, 0xFF)
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
MESSAGES = [message for _, message in SAID]
FRAMES = [wire.build_frame(message, seq) for seq, message in enumerate(MESSAGES)]
STREAM = b"boot\r\n" + b"".join(map(wire.serial_line, FRAMES)) + b"Traceback:\n  File\nOSError: 5\n"

COMMAND = st.one_of(
    st.just(wire.AskHello()),
    st.builds(wire.Start, U16, U16, U16),
    st.just(wire.Stop()),
    st.builds(wire.Resend, U32, st.integers(1, 0xFFFF)),
    st.builds(wire.AskTime, st.integers(0, 2**64 - 1), st.none() | U8),
    st.builds(wire.Identify, st.integers(0, 60)),
    st.just(wire.Sleep()),
)


def cut_at(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@RUN
@given(st.lists(st.integers(0, 1 << 20), max_size=60))
def test_any_cut_gives_the_same(places: list[int]) -> None:
    decoder = wire.FrameDecoder()
    messages = [m for part in cut_at(STREAM, places) for m in decoder.feed(part)]
    texts = [wire.StrayText(text) for text in ("boot", "Traceback:", "  File", "OSError: 5")]
    assert messages == [texts[0], *MESSAGES, *texts[1:]]
    assert (decoder.frames, decoder.damaged, decoder.missed) == (len(MESSAGES), 0, 0)
    assert decoder.last_seq == len(MESSAGES) - 1


@RUN
@given(st.binary(max_size=3000), st.lists(st.integers(0, 1 << 20), max_size=20))
def test_any_bytes_in_any_cut(data: bytes, places: list[int]) -> None:
    whole = wire.FrameDecoder()
    parts = wire.FrameDecoder()
    once = whole.feed(data)
    assert [m for part in cut_at(data, places) for m in parts.feed(part)] == once
    assert whole.damaged == parts.damaged


@RUN
@given(st.lists(st.sampled_from(range(len(FRAMES))), min_size=1, max_size=20), st.data())
def test_damage_costs_one_frame(which: list[int], data: st.DataObject) -> None:
    lines = [bytearray(wire.serial_line(FRAMES[k])) for k in which]
    hit = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[hit]) - 1))
    before = lines[hit][place]
    lines[hit][place] = data.draw(U8.filter(lambda byte: byte != before))
    messages = wire.FrameDecoder().feed(b"\0" + b"".join(lines) + b"\0")
    good = [message for message in messages if not isinstance(message, wire.Damaged | wire.StrayText)]
    wanted = [MESSAGES[k] for k in which]
    if place in (0, len(lines[hit]) - 1):
        # A delimiter: what it became hangs on to this frame, never to its neighbour's.
        assert good in (wanted, wanted[:hit] + wanted[hit + 1 :])
    else:
        assert good == wanted[:hit] + wanted[hit + 1 :]


@RUN
@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=40), st.integers(20, 250), U8)
def test_notifications_of_any_size(picks: list[int], payload: int, seed: int) -> None:
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    number = seed % 32
    for pick in picks:
        frame = FRAMES[pick % len(FRAMES)]
        parts = wire.notifications(frame, payload, number)
        number += len(parts) if len(parts) > 1 else 0
        assert max(map(len, parts)) <= payload
        (message,) = [m for part in parts for m in decoder.feed(part)]
        assert message == MESSAGES[pick % len(FRAMES)]


@RUN
@given(st.lists(st.integers(0, 200), max_size=6), st.integers(20, 120))
def test_lost_notifications_cost_their_frames_only(lost: list[int], payload: int) -> None:
    parts: list[tuple[int, bytes]] = []
    number = 0
    for k, frame in enumerate(FRAMES):
        cut = wire.notifications(frame, payload, number)
        number += len(cut) if len(cut) > 1 else 0
        parts += [(k, part) for part in cut]
    gone = {place % len(parts) for place in lost}
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    messages = [m for n, (_, part) in enumerate(parts) if n not in gone for m in decoder.feed(part)]
    hit = {parts[n][0] for n in gone}
    assert [m for m in messages if not isinstance(m, wire.Damaged)] == [
        message for k, message in enumerate(MESSAGES) if k not in hit
    ]


@RUN
@given(COMMAND, U8)
def test_commands_come_back(command: wire.Command, tag: int) -> None:
    frame = wire.encode_command(command, tag, wire.Framing.BLE)
    assert len(frame) <= 20
    assert wire.parse_command(frame) == (command, tag)
    line = wire.encode_command(command, tag, wire.Framing.SERIAL)
    assert line[0] == line[-1] == 0
    assert min(line[1:-1]) >= 0x20  # no Ctrl-C, nor any other control character
    assert line[1] == 0x7D
    assert cobs.decode(cobs.unescape(line[1:-1])) == frame


@RUN
@given(st.binary(max_size=1200))
def test_cobs_and_escapes_come_back(data: bytes) -> None:
    encoded = cobs.encode(data)
    assert 0 not in encoded
    assert len(encoded) <= len(data) + 1 + len(data) // 254
    assert cobs.decode(encoded) == data
    assert cobs.unescape(cobs.escape(encoded)) == encoded


@pytest.mark.parametrize("zeros", [0, 1, 253, 254, 255, 508, 509])
def test_cobs_around_its_longest_run(zeros: int) -> None:
    for data in (b"x" * zeros, b"x" * zeros + b"\0", b"\0" + b"x" * zeros, b"\0" * zeros):
        assert cobs.decode(cobs.encode(data)) == data


@RUN
@given(st.binary(max_size=60))
def test_whatever_is_decoded_is_data_or_our_error(data: bytes) -> None:
    for decode in (cobs.decode, cobs.unescape, wire.parse_frame, wire.parse_command):
        reason: str | None = None
        try:
            decode(data)
        except FrameError as exc:
            reason = exc.reason
        assert reason is None or reason in set(wire.Damage)


@RUN
@given(
    time_us=U32,
    index=U32,
    generation=U8,
    rows=st.lists(st.lists(st.integers(-32768, 32767), min_size=6, max_size=6), min_size=1, max_size=18),
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_samples_come_back(
    time_us: int, index: int, generation: int, rows: list[list[int]], flags: tuple[bool, bool]
) -> None:
    samples = wire.Samples(time_us, index, generation, np.array(rows, dtype=np.int16), *flags)
    frame = wire.build_frame(samples)
    got = wire.parse_frame(frame)
    assert got == samples
    assert isinstance(got, wire.Samples)
    assert len(got) == len(rows)
    assert got.raw.dtype == np.int16
    assert not got.raw.flags.writeable
    assert len(frame) == 20 + 12 * len(rows) <= 244


def test_frames_missed_are_counted() -> None:
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    for seq in (250, 251, 255, 0, 3):
        decoder.feed(wire.build_frame(MESSAGES[0], seq))
    assert (decoder.frames, decoder.missed, decoder.last_seq) == (5, 5, 3)


def test_a_newer_device_is_told_apart() -> None:
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    assert decoder.feed(seal(wire.Kind.STATUS, 0, 0, b"", version=2)) == [wire.Unknown(2, wire.Kind.STATUS)]


NO_GOOD: list[tuple[str, Callable[[], object]]] = [
    ("count", lambda: wire.command_frame(wire.Resend(0, 0), 0)),
    ("first", lambda: wire.command_frame(wire.Resend(-1, 1), 0)),
    ("first", lambda: wire.command_frame(wire.Resend(2**32, 1), 0)),
    ("tag", lambda: wire.command_frame(wire.Stop(), 256)),
    ("seconds", lambda: wire.command_frame(wire.Identify(61), 0)),
    ("rate_hz", lambda: wire.command_frame(wire.Start(rate_hz=100.0), 0)),  # type: ignore[arg-type]
    ("echo", lambda: wire.command_frame(wire.AskTime(2**64), 0)),
    ("name", lambda: wire.build_frame(replace(HELLO, name="n" * 25))),
    ("axes", lambda: wire.build_frame(replace(HELLO, axes=(1, 1, 2)))),
    ("acc_g_per_count", lambda: wire.build_frame(replace(HELLO, acc_g_per_count=math.nan))),
    ("the number of rates_hz", lambda: wire.build_frame(replace(HELLO, rates_hz=tuple(range(9))))),
    ("battery_percent", lambda: wire.build_frame(replace(STATUS, battery_percent=101))),
    ("temperature_c", lambda: wire.build_frame(replace(STATUS, temperature_c=400.0))),
    ("temperature_c", lambda: wire.build_frame(replace(STATUS, temperature_c=math.nan))),
    ("seq", lambda: wire.build_frame(STATUS, -1)),
    ("raw", lambda: wire.build_frame(wire.Samples(0, 0, 0, np.zeros((0, 6), dtype=np.int16)))),
    ("raw", lambda: wire.build_frame(wire.Samples(0, 0, 0, np.zeros((3, 6), dtype=np.int32)))),  # type: ignore[arg-type]
    ("the frame's length", lambda: wire.build_frame(wire.Samples(0, 0, 0, np.zeros((19, 6), dtype=np.int16)))),
    ("detail", lambda: wire.build_frame(wire.Answer(0, wire.CommandKind.START, 0, wire.Result.OK))),
    ("lost", lambda: wire.build_frame(wire.Overrun(0, 0, 0, 0, 0))),
]


@pytest.mark.parametrize(("field", "make"), NO_GOOD, ids=[f"{k} {case[0]}" for k, case in enumerate(NO_GOOD)])
def test_what_does_not_fit_is_refused(field: str, make: Callable[[], object]) -> None:
    with pytest.raises(FieldError) as caught:
        make()
    assert caught.value.field == field
    assert len(str(caught.value).splitlines()) == 1


def test_every_command_and_message_has_a_vector() -> None:
    assert {type(command) for _, command, _ in COMMANDS} == set(wire.Command.__args__)
    assert {type(message) for message in MESSAGES} == set(wire.DeviceMessage.__args__)
    details = {type(m.detail) for m in MESSAGES if isinstance(m, wire.Answer)} - {type(None)}
    assert details == set(wire.Detail.__args__)
    assert as_json(MESSAGES[0])["type"] == "Hello"
