"""Tones as files that any player takes."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from repclip.cues.types import Cue, CueKind
from repclip.sound.tones import TONES, tone_name, wav
from repsignal import Phase


def samples(name: str) -> np.ndarray:
    with wave.open(io.BytesIO(wav(TONES[name]))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32767


@pytest.mark.parametrize("name", TONES)
def test_it_is_as_long_and_loud_as_it_says_and_does_not_click(name: str) -> None:
    heard, tone = samples(name), TONES[name]
    assert len(heard) / 44_100 == pytest.approx(tone.seconds * (2 * tone.beats - 1), abs=0.01)
    assert np.abs(heard).max() == pytest.approx(tone.loudness, rel=0.1)
    assert np.abs(heard[[0, 1, -2, -1]]).max() < 0.02
    assert len(wav(tone)) < 100_000


def test_up_goes_up_and_down_goes_down() -> None:
    def pitches(name: str) -> tuple[int, int]:
        crossings = np.diff(np.signbit(samples(name)).astype(int)) != 0
        half = len(crossings) // 2
        return int(crossings[:half].sum()), int(crossings[half:].sum())

    lift, hold, lower = (pitches(phase) for phase in (Phase.LIFT, Phase.HOLD, Phase.LOWER))
    assert lift[1] > 1.2 * lift[0]
    assert lower[1] < 0.8 * lower[0]
    assert hold[1] == pytest.approx(hold[0], rel=0.05)


def test_a_tick_is_softer_than_a_tone() -> None:
    assert all(TONES["tick"].loudness < TONES[phase].loudness / 2 for phase in Phase)


def test_each_cue_has_a_tone() -> None:
    names = {
        (kind, phase, number): tone_name(Cue(0.0, kind, "", phase, number))
        for kind in CueKind
        for phase in (None, *Phase)
        for number in (None, 0, 1)
    }
    assert set(names.values()) == set(TONES), "and no tone is left over"
    assert names[CueKind.PHASE, Phase.HOLD, None] == "hold"
    assert names[CueKind.TICK, Phase.HOLD, 1] == "tick" != names[CueKind.TICK, Phase.HOLD, 0]
    assert names[CueKind.REST, None, 0] == "over"
