"""A million random and mutated frames at the host's decoder: nothing raises, and nothing that is whole gets lost."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import numpy as np

from make_vectors import SAID
from repclip import wire

FRAMES = [wire.build_frame(message) for _, message in SAID]
LINES = [wire.serial_line(frame) for frame in FRAMES]


def test_serial_lines() -> None:
    """Six hundred thousand, a third of them damaged, and noise and text between."""
    rng = np.random.default_rng(3)
    decoder = wire.FrameDecoder()
    seen: Counter[type] = Counter()
    damaged = whole = 0
    for _ in range(600):
        picks = rng.integers(len(LINES), size=1000)
        lengths = np.array([len(line) for line in LINES])[picks]
        starts = np.cumsum(lengths) - lengths
        stream = np.frombuffer(b"".join(LINES[k] for k in picks.tolist()), dtype=np.uint8).copy()
        hit = rng.random(1000) < 1 / 3
        # Not the delimiters, so that it is known how many frames are to come out whole.
        places = starts[hit] + 1 + rng.integers(1 << 30, size=hit.sum()) % (lengths[hit] - 2)
        stream[places] ^= rng.integers(1, 256, size=len(places)).astype(np.uint8)
        damaged += len(places)
        whole += 1000 - len(places)
        data = stream.tobytes() + b"\0" + rng.bytes(50) + b"\0"
        for at in range(0, len(data), 4096):
            seen.update(type(message) for message in decoder.feed(data[at : at + 4096]))
    assert damaged > 150_000
    assert decoder.frames == whole
    # A changed byte may be a new 0x00, so one frame can come to two pieces.
    assert damaged <= seen[wire.Damaged] + seen[wire.StrayText] < 3 * damaged


def test_frames_with_good_check_values() -> None:
    """Four hundred thousand whose damage no check value finds: cut, changed, of another kind."""
    rng = np.random.default_rng(4)
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    seen: Counter[type] = Counter()
    for _ in range(400):
        picks = rng.integers(len(FRAMES), size=1000).tolist()
        kinds = rng.integers(0, 12, size=1000).tolist()
        dice = rng.integers(1 << 30, size=(1000, 4)).tolist()
        for pick, kind, (what, place, value, cut) in zip(picks, kinds, dice, strict=True):
            body = bytearray(FRAMES[pick][:-4])
            if what % 4 == 0:
                body[1] = kind
            if what % 4 <= 2:
                body[place % len(body)] = value & 0xFF
            if what % 8 >= 6:
                del body[4 + cut % len(body) :]
            seen.update(map(type, decoder.feed(body + crc32(body).to_bytes(4, "little"))))
    assert set(seen) == {*wire.DeviceMessage.__args__, wire.Unknown, wire.Damaged}
    assert min(seen.values()) > 1000


def test_noise_in_notifications() -> None:
    rng = np.random.default_rng(5)
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    noise = rng.bytes(1 << 20)
    lengths = rng.integers(0, 245, size=20_000).tolist()
    starts = rng.integers(0, len(noise) - 245, size=20_000).tolist()
    for start, length in zip(starts, lengths, strict=True):
        for message in decoder.feed(noise[start : start + length]):
            assert isinstance(message, wire.Damaged)
