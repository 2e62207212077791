"""Moments of a session as outputs, and how a terminal shows them; ``make_live_goldens.py`` writes it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from rich.text import Text

from made_cycles import made
from repclip.engine.assembly import LossReason
from repclip.engine.outputs import Counted, DeviceSeen, Gap, Marked, Output, RecordingStopped, Sampled
from repclip.live.frame import frame
from repclip.live.keys import LIVE_KEYS, Key
from repclip.live.look import Look
from repclip.live.now import Moment
from repclip.live.state import Keeping, LiveState
from repclip.session.exercise import find_exercise
from repclip.source import LinkChange, LinkEvent, MarkKind
from repclip.testing.messages import HELLO, STATUS
from repsignal import (
    AngleTrace,
    ImuBlock,
    PartialRep,
    PartialRepEvent,
    Phase,
    PhaseEvent,
    Rep,
    RepEvent,
    SetEnd,
)

# Seconds of lift, hold and lower: on, short, long, on, …
DURATIONS = (
    (1.0, 3.0, 3.5),
    (0.6, 2.4, 2.6),
    (1.5, 3.6, 4.4),
    (1.1, 2.9, 3.2),
    (0.9, 3.1, 3.9),
    (1.0, 2.0, 3.0),
    (1.2, 3.0, 4.1),
)
BEGIN_S = 12.0
PAUSE_S = 0.5
DEVICE = "repclip-7F3A"


def sampled(time_s: float, count: int = 1) -> Sampled:
    times = time_s - np.arange(count)[::-1] / 100
    return Sampled(ImuBlock(times, np.zeros((count, 3)), np.zeros((count, 3))), 99.97)


def connected() -> list[Output]:
    hello = replace(HELLO, name=DEVICE, sensor="LSM6DSOX")
    event = LinkEvent(0, LinkChange.CONNECTED, DEVICE, signal_dbm=-61)
    return [event, DeviceSeen(hello), STATUS, sampled(0.0)]


def reps(count: int) -> tuple[list[Rep], float]:
    """So many, and when the next would begin."""
    out: list[Rep] = []
    at_s = BEGIN_S
    for number in range(count):
        durations = DURATIONS[number % len(DURATIONS)]
        out.append(made(Rep, number + 1, at_s, *durations, pause_s=None, rom_deg=38.0 - number % 3))
        at_s += sum(durations) + PAUSE_S
    return out, at_s


def in_a_set(count: int, phase: Phase, running_s: float) -> list[Output]:
    """After so many reps, so long in a phase of the next."""
    done, at_s = reps(count)
    told: list[Output] = [Counted(RepEvent(1, one, one.end_s or 0.0)) for one in done]
    begun = Counted(PhaseEvent(phase, at_s, at_s + 0.1, 1))
    return [*connected(), *told, sampled(at_s + 0.1), begun, sampled(at_s + running_s)]


def after_a_set(count: int, rest_s: float) -> list[Output]:
    done, _ = reps(count)
    partial = made(PartialRep, 1, done[-1].end_s or 0.0, 0.5, 0.2, 0.6, pause_s=None, rom_deg=14.0)
    end_s = (partial.end_s or 0.0) + PAUSE_S
    trace = AngleTrace(np.zeros(0), np.zeros(0), np.zeros(0))
    over = SetEnd(1, BEGIN_S, end_s, tuple(done), (partial,), (), trace, end_s + 5)
    told: list[Output] = [Counted(RepEvent(1, one, one.end_s or 0.0)) for one in done]
    at_end: list[Output] = [
        sampled(end_s),
        Counted(PartialRepEvent(1, partial, end_s)),
        sampled(end_s + 5),
        Counted(over),
    ]
    return [*connected(), *told, *at_end, sampled(end_s + rest_s)]


def lost(away_from_s: float) -> list[Output]:
    events: list[Output] = [
        LinkEvent(round(away_from_s * 1e9), LinkChange.LOST, "out of range"),
        LinkEvent(round(away_from_s * 1e9), LinkChange.SEARCHING, f"looking for {DEVICE}"),
    ]
    return [*in_a_set(4, Phase.LOWER, 1.2), *events]


def troubled() -> list[Output]:
    gap = Gap(46.0, 47.2, 119, LossReason.BOARD)
    stopped = RecordingStopped("/home/kim/evening.repclip: the disk is full; make room: what came before is safe")
    return [*in_a_set(4, Phase.LIFT, 0.4), gap, stopped]


def paused() -> list[Output]:
    return [*in_a_set(4, Phase.PAUSE, 1.0), Marked(48.0, MarkKind.PAUSE), sampled(60.0)]


def hurt() -> list[Output]:
    return [*after_a_set(4, 5.0), Marked(50.0, MarkKind.PAIN), sampled(54.0)]


@dataclass(frozen=True)
class Scene:
    name: str
    outputs: Callable[[], list[Output]]
    moment: Moment = field(default_factory=Moment)
    exercise: str = "prone-thigh-extension-ball"
    counting: bool = True
    keys: tuple[Key, ...] = tuple(key for key in LIVE_KEYS if key is not Key.SIDE)
    first_time: bool = False
    keeping: Keeping = field(default_factory=lambda: Keeping.to(Path("evening.repclip")))

    def state(self) -> LiveState:
        exercise = find_exercise(self.exercise)
        caution = exercise.caution if self.first_time else ""
        state = LiveState(exercise, self.keeping, counting=self.counting, caution=caution)
        for output in self.outputs():
            state.take(output)
        return state

    def lines(self, size: tuple[int, int], encoding: str = "utf-8") -> list[Text]:
        return frame(self.state().view(), self.moment, size, Look.of(encoding), self.keys)


SCENES = (
    Scene("looking", list),
    Scene("looking_first", list, first_time=True),
    Scene("ready", connected),
    Scene("ready_first", connected, first_time=True),
    Scene("hold", lambda: in_a_set(12, Phase.HOLD, 2.3), Moment(ahead_s=0.05)),
    Scene("lower_long", lambda: in_a_set(4, Phase.LOWER, 4.6)),
    Scene("rest", lambda: after_a_set(10, 41.0)),
    Scene("lost", lambda: lost(46.0), Moment(now_ns=53_400_000_000)),
    Scene("troubled", troubled),
    Scene("paused", paused),
    Scene("pain", hurt),
    Scene("left", lambda: [*in_a_set(7, Phase.HOLD, 1.2), Marked(2.0, MarkKind.SIDE, "left")], keys=LIVE_KEYS),
    Scene("generic", lambda: in_a_set(3, Phase.LIFT, 0.8), exercise="generic"),
    Scene(
        "recording",
        lambda: [*connected(), sampled(161.0, 16_000)],
        exercise="generic",
        counting=False,
        keys=(Key.MARK, Key.PAIN, Key.QUIT),
    ),
    Scene(
        "replay",
        lambda: in_a_set(7, Phase.LIFT, 0.8),
        exercise="reverse-leg-lift",
        keys=(Key.PAUSE, Key.QUIT),
        keeping=Keeping.replay(Path("chain_session.repclip"), 10.0, simulated=True),
    ),
)
SIZES = ((80, 24), (60, 20))
SMALL = ((50, 20), (40, 24))


def as_text(lines: Sequence[Text], width: int) -> str:
    """In a box, so that the size of the terminal is seen."""
    edge = f"+{'-' * width}+"
    return "\n".join([edge, *(f"|{line.plain:{width}}|" for line in lines), edge, ""])


def as_markup(lines: Sequence[Text]) -> str:
    """With the colours in words."""
    return "\n".join([*(line.markup.rstrip() for line in lines), ""])


def goldens() -> dict[str, str]:
    """File name → what is in it."""
    out: dict[str, str] = {}
    for scene in SCENES:
        for size in SIZES:
            name = f"{scene.name}_{size[0]}x{size[1]}"
            lines = scene.lines(size)
            out[f"{name}.txt"] = as_text(lines, size[0])
            out[f"{name}_colour.txt"] = as_markup(lines)
    told = {scene.name: scene for scene in SCENES}
    hold = told["hold"]
    for size, encoding in (((80, 24), "ascii"), ((124, 40), "utf-8"), ((50, 12), "utf-8"), ((24, 6), "ascii")):
        out[f"hold_{size[0]}x{size[1]}_{encoding}.txt"] = as_text(hold.lines(size, encoding), size[0])
    for scene in (hold, told["replay"], told["ready_first"], told["pain"]):
        for width, height in SMALL:
            out[f"{scene.name}_{width}x{height}.txt"] = as_text(scene.lines((width, height)), width)
    return out
