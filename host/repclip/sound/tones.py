"""Short tones, made here as WAV, one for each cue that is not said in words."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from typing import Final

import numpy as np

from repclip.cues.types import Cue, CueKind
from repsignal import Phase

__all__ = ["TONES", "Tone", "tone_name", "wav"]

RATE_HZ: Final = 44_100
_EDGE_S: Final = 0.006  # a tone that begins or ends at once clicks


@dataclass(frozen=True, slots=True)
class Tone:
    """Glides from one pitch to another, in so many ``beats`` of equal length with as much silence between them."""

    begin_hz: float
    end_hz: float
    seconds: float
    loudness: float = 0.5  # of what the sample format can hold
    beats: int = 1


# Up goes up, down goes down, what is held stays where it is; loud and long is what asks for attention.
TONES: Final = {
    Phase.LIFT.value: Tone(520.0, 880.0, 0.14),
    Phase.HOLD.value: Tone(880.0, 880.0, 0.16),
    Phase.LOWER.value: Tone(880.0, 440.0, 0.14),
    Phase.PAUSE.value: Tone(330.0, 330.0, 0.12),
    "tick": Tone(1200.0, 1200.0, 0.03, loudness=0.2),
    "enough": Tone(1600.0, 1600.0, 0.06, loudness=0.3),
    "count": Tone(1040.0, 1040.0, 0.05, beats=2),
    "verdict": Tone(220.0, 180.0, 0.2),
    "over": Tone(660.0, 660.0, 0.25),
    "set_done": Tone(660.0, 990.0, 0.12, beats=3),
    "warning": Tone(990.0, 495.0, 0.16, loudness=0.7, beats=3),
    "back": Tone(495.0, 990.0, 0.16, beats=2),
}
_NAMES: Final = {
    CueKind.COUNT_IN: "tick",
    CueKind.COUNT: "count",
    CueKind.VERDICT: "verdict",
    CueKind.REST: "tick",
    CueKind.SET_DONE: "set_done",
    CueKind.LINK_BACK: "back",
}


def tone_name(cue: Cue) -> str:
    """Which of the tones stands for a cue."""
    if cue.kind is CueKind.PHASE and cue.phase is not None:
        return cue.phase.value
    if cue.kind is CueKind.TICK:
        return "tick" if cue.number else "enough"
    if cue.kind is CueKind.REST and cue.number == 0:
        return "over"
    return _NAMES.get(cue.kind, "warning")


def wav(tone: Tone) -> bytes:
    """As a file: one channel, 16 bits."""
    time_s = np.arange(round(tone.seconds * RATE_HZ)) / RATE_HZ
    pitch_hz = np.linspace(tone.begin_hz, tone.end_hz, len(time_s))
    edges = np.clip(np.minimum(time_s, tone.seconds - time_s) / _EDGE_S, 0.0, 1.0)
    beat = tone.loudness * edges * np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ)
    beats = [beat, *[np.zeros(len(beat)), beat] * (tone.beats - 1)]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.concatenate(beats) * 32767).astype("<i2").tobytes())
    return out.getvalue()
