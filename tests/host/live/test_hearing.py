"""``repclip live --sound`` and ``replay --sound``, with programs that stand in for those which play and speak."""

from __future__ import annotations

import asyncio
import io
import os
import re
import sys
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from rich.console import Console

from host_helpers import Run
from repclip.cli import live, watching
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CueMode, CueSettings
from repclip.cues.types import Cue, CueKind
from repclip.engine.pipeline import Pipeline
from repclip.live import sitting as module
from repclip.live.console import Lines
from repclip.live.sitting import Sitting, sit
from repclip.live.state import Keeping, LiveState
from repclip.page.page import Page
from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.session.exercise import Exercise, find_exercise
from repclip.sound import speaker
from repclip.source import ByteSource, HostClock
from repclip.testing.scripted import ScriptedSource
from repsignal import CounterParams
from stand_ins import StandIns

BALL = find_exercise("prone-thigh-extension-ball")
NAMED = ("--exercise", BALL.id)
PLAYERS = ("espeak-ng", "say", "aplay", "afplay")


class Ear:
    """Hears all, and when."""

    def __init__(self) -> None:
        self.heard: list[Cue] = []
        self.late_s: list[float] = []

    def hear(self, cue: Cue, now_s: float) -> None:
        self.heard.append(cue)
        self.late_s.append(now_s - cue.time_s)


class Enough(Ear):
    """Says when it has heard so many."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self.enough = asyncio.Event()
        self._wanted = wanted

    def hear(self, cue: Cue, now_s: float) -> None:
        super().hear(cue, now_s)
        if len(self.heard) >= self._wanted:
            self.enough.set()


def lines() -> Lines:
    return Lines(Console(file=io.StringIO()))


def listened(path: Path, *, from_s: float = 0.0) -> list[Cue]:
    """To a replay, in no time."""
    clock, ear = ReplayClock(lambda: 0, None), Ear()
    source = ReplaySource(RecordingReader(path).chunks, clock, start_s=from_s)
    sitting = Sitting(
        source,
        clock,
        BALL.counting(),
        hold=clock.hold,
        cues=CueEngine(BALL, CueSettings()),
        sinks=(ear,),
        heard=lambda: not source.passing,
    )
    asyncio.run(sit(sitting, LiveState(BALL, Keeping("replay")), lines(), str))
    return ear.heard


@pytest.fixture
def looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What falls due is not looked for in between: that may be a moment sooner than something else is known."""
    monkeypatch.setattr(module, "_CUE_S", 10_000.0)


@pytest.mark.usefixtures("looked_for_once")
def test_what_is_heard_is_what_the_engine_says(session_file: Path) -> None:
    engine = CueEngine(BALL, CueSettings())
    pipeline = Pipeline(BALL.counting())
    outputs = [one for chunk in RecordingReader(session_file).chunks() for one in pipeline.feed(chunk)]
    told = [cue for output in [*outputs, *pipeline.flush()] for cue in engine.take(output)]
    assert listened(session_file) == told
    assert {CueKind.PHASE, CueKind.TICK, CueKind.COUNT, CueKind.LINK_LOST, CueKind.SET_DONE} <= {c.kind for c in told}


@pytest.mark.usefixtures("looked_for_once")
def test_what_passes_at_once_is_not_heard(session_file: Path) -> None:
    whole = listened(session_file)
    late = listened(session_file, from_s=30.0)
    assert 0 < len(late) < len(whole)
    assert late == whole[-len(late) :]


def test_a_metronome_goes_on_though_nothing_comes(session_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes ten milliseconds each time that somebody looks at it."""
    monkeypatch.setattr(module, "_CUE_S", 0.0)
    chunks = list(RecordingReader(session_file).chunks())[:60]

    async def test() -> None:
        now_ns = chunks[-1].arrival_ns

        def clock() -> int:
            nonlocal now_ns
            now_ns += 10_000_000
            return now_ns

        ear = Enough(40)
        cues = CueEngine(BALL, CueSettings(mode=CueMode.LEAD, count_in_s=15.0))
        sitting = Sitting(ScriptedSource(chunks, stays=True), clock, CounterParams(), cues=cues, sinks=(ear,))
        running = asyncio.create_task(sit(sitting, LiveState(BALL, Keeping("")), lines(), str))
        async with asyncio.timeout(60):
            await ear.enough.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        due = [late_s for cue, late_s in zip(ear.heard, ear.late_s, strict=True) if cue.kind is CueKind.PHASE]
        assert len(due) > 8
        assert max(due) < 0.1, "each at its time"
        assert min(due) >= 0.0, "and none before"

    asyncio.run(test())


# The commands


@pytest.fixture
def scripted(session_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def find(_: object, __: HostClock) -> ByteSource:
        return ScriptedSource(RecordingReader(session_file).chunks())

    monkeypatch.setattr(live, "find_source", find)


def settings_file(text: str) -> Path:
    path = Path(os.environ["REPCLIP_CONFIG"]) / "cues.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("scripted")
def test_live_is_heard(repclip: Run, stand_ins: StandIns) -> None:
    stand_ins.add("espeak-ng" if sys.platform == "linux" else "say")
    said = repclip("live", *NAMED, "--sound", "--no-record")
    assert (said.code, said.err) == (0, "")
    assert "no tones: looked for" in said.out
    assert any("set 1 done: 5 reps" in line for line in stand_ins.heard)


@pytest.mark.usefixtures("scripted")
def test_without_sound_nothing_is(repclip: Run, stand_ins: StandIns) -> None:
    stand_ins.add("espeak-ng")
    stand_ins.add("say")
    said = repclip("live", *NAMED, "--no-record")
    assert (said.code, stand_ins.heard) == (0, [])
    assert "no tones" not in said.out


@pytest.mark.usefixtures("scripted")
def test_where_there_is_nothing_to_play_it_with_that_is_said_and_counting_goes_on(
    repclip: Run, stand_ins: StandIns, tmp_path: Path
) -> None:
    said = repclip("live", *NAMED, "--sound", "-o", tmp_path / "a.repclip")
    assert (said.code, said.err) == (0, "")
    assert len([line for line in said.out.splitlines() if "no tones and no voice: looked for" in line]) == 1
    assert "5 reps in 1 set" in said.out


@pytest.mark.usefixtures("scripted")
def test_what_fails_in_between_is_said_in_the_end(repclip: Run, stand_ins: StandIns) -> None:
    stand_ins.add_failing("aplay")
    stand_ins.add_failing("afplay")
    said = repclip("live", *NAMED, "--sound", "--no-voice", "--no-record")
    assert said.code == 0
    assert re.search(r"^Sound: no tones: a\w+ failed \(exit code 3\)$", said.out, re.MULTILINE)


@pytest.mark.usefixtures("scripted")
def test_a_player_that_hangs_delays_neither_counting_nor_recording(
    repclip: Run, stand_ins: StandIns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaker, "_GRACE_S", 0.0)
    for name in PLAYERS:
        stand_ins.add_hanging(name)
    repclip("live", *NAMED, "--no-record")  # the first time there is a caution
    told = repclip("live", *NAMED, "--sound", "-o", tmp_path / "heard.repclip")
    silent = repclip("live", *NAMED, "-o", tmp_path / "silent.repclip")
    assert (told.code, told.err) == (0, "")
    # Only file and number of the session are others.
    assert re.sub("heard.repclip|session 1", "", told.out) == re.sub("silent.repclip|session 2", "", silent.out)
    heard, unheard = (list(RecordingReader(tmp_path / f"{n}.repclip").chunks()) for n in ("heard", "silent"))
    assert heard == unheard


def test_a_replay_is_heard(repclip: Run, stand_ins: StandIns, session_file: Path) -> None:
    for name in PLAYERS:
        stand_ins.add(name)
    said = repclip("replay", session_file, "--sound", "--speed", "1000x")
    assert (said.code, said.err) == (0, "")
    assert {"link lost", "link back"} <= {line.split(" ", 1)[1] for line in stand_ins.heard}


@pytest.mark.usefixtures("scripted")
def test_the_users_settings_are_heard_and_the_command_line_over_them(repclip: Run, stand_ins: StandIns) -> None:
    for name in PLAYERS:
        stand_ins.add(name)

    def kinds(*options: str) -> set[str]:
        before = len(stand_ins.heard)
        assert repclip("live", *NAMED, "--sound", "--no-record", *options).code == 0
        return {line.split(" ", 1)[1].split(":")[0] for line in stand_ins.heard[before:]}

    settings_file('mode = "quiet"')
    assert kinds() == {"link lost", "link back", "set 1 done"}
    assert any(kind.endswith("lift.wav") for kind in kinds("--cues", "follow"))


def test_each_setting_is_an_option(
    repclip: Run, stand_ins: StandIns, session_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {
        "mode": ("--cues", "lead"),
        "count": ("--count", "top"),
        "tones": ("--no-tones",),
        "ticks": ("--no-ticks",),
        "verdicts": ("--no-verdicts",),
        "rest": ("--no-countdown",),
        "voice": ("--no-voice",),
        "count_in_s": ("--count-in", "3"),
    }
    made: list[CueSettings] = []

    def engine(exercise: Exercise, settings: CueSettings) -> CueEngine:
        made.append(settings)
        return CueEngine(exercise, settings)

    monkeypatch.setattr(watching, "CueEngine", engine)
    usual = asdict(CueSettings())
    for option in ((), *options.values()):
        said = repclip("replay", session_file, *NAMED, "--sound", "--speed", "5000x", *option)
        assert (said.code, said.err) == (0, "")
    assert [asdict(one) for one in made[:1]] == [usual]
    differing = [{key for key, value in asdict(one).items() if value != usual[key]} for one in made[1:]]
    assert differing == [{field.name} for field in fields(CueSettings)]
    assert repclip("replay", session_file, "--sound", "--count-in", "121").code == 2


@pytest.mark.usefixtures("scripted")
def test_the_page_is_given_the_same_cues(repclip: Run, stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Cue] = []
    monkeypatch.setattr(Page, "hear", lambda _page, cue, _now_s: heard.append(cue))
    assert repclip("live", *NAMED, "--page", "--count", "top", "--no-record").code == 0
    assert [cue.number for cue in heard if cue.kind is CueKind.SET_DONE] == [5]
    assert [cue.number for cue in heard if cue.kind is CueKind.COUNT] == [3, 4, 5]
    assert stand_ins.heard == [], "and this computer is silent"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--cues", "lead"), "goes with --sound or --page"),
        (("--no-ticks",), "goes with --sound or --page"),
        (("--sound", "--speed", "max"), "--speed max"),
        (("--sound", "--cues", "loud"), "--cues"),
        (("--sound", "--count", "2"), "--count"),
        (("--sound", "--cues", "lead", "--exercise", "generic"), "no tempo"),
    ],
)
def test_what_makes_no_sense_is_said(
    repclip: Run, session_file: Path, stand_ins: StandIns, arguments: tuple[str, ...], what: str
) -> None:
    said = repclip("replay", session_file, *arguments)
    assert (said.code, len(said.err_lines), said.out) == (2, 1, "")
    assert what in said.err


def test_a_fault_in_the_settings_names_file_and_key(repclip: Run, stand_ins: StandIns, session_file: Path) -> None:
    path = settings_file("ticks = 3")
    said = repclip("replay", session_file, "--sound")
    assert (said.code, said.out) == (1, "")
    assert said.err == f"repclip: {path}: ticks: is 3; expected true or false\n"
    settings_file("ticks =")
    assert "is not valid TOML" in repclip("replay", session_file, "--sound").err
