"""Which cue is a tone, which is said, and what is told where neither can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from repclip.cues.types import Cue, CueKind
from repclip.sound.speaker import Sound
from repsignal import Phase
from stand_ins import StandIns

LIFT = Cue(5.0, CueKind.PHASE, "lift", Phase.LIFT)
TICK = Cue(6.0, CueKind.TICK, "1", Phase.LIFT, 1)
SEVEN = Cue(7.0, CueKind.COUNT, "7", None, 7)
PAIN = Cue(8.0, CueKind.PAIN, "stop")


def played(
    cues: list[Cue], stand_ins: StandIns, *, voice: bool = True, late_s: float = 0.0
) -> tuple[list[str], list[str]]:
    """What was heard, with files as their names, and what was complained of."""
    complaints: list[str] = []
    with Sound(voice=voice, complain=complaints.append, platform="linux") as sound:
        for number, cue in enumerate(cues):
            sound.hear(cue, cue.time_s + late_s)
            wait_for(lambda number=number: late_s > 0 or len(stand_ins.heard) > number)
    heard = [" ".join([line.split()[0], Path(line.split()[-1]).name]) for line in stand_ins.heard]
    return heard, complaints


def wait_for(is_so: Callable[[], bool]) -> None:
    end = monotonic() + 10
    while not is_so() and monotonic() < end:
        sleep(0.01)
    assert is_so()


def test_the_pace_is_played_and_the_rest_is_said(stand_ins: StandIns) -> None:
    stand_ins.add("aplay")
    stand_ins.add("espeak")
    heard, complaints = played([LIFT, TICK, SEVEN], stand_ins)
    assert heard == ["aplay lift.wav", "aplay tick.wav", "espeak 7"]
    assert complaints == []


def test_without_a_voice_all_is_played(stand_ins: StandIns) -> None:
    stand_ins.add("aplay")
    stand_ins.add("espeak")
    heard, complaints = played([LIFT, SEVEN], stand_ins, voice=False)
    assert heard == ["aplay lift.wav", "aplay count.wav"]
    assert complaints == []


def test_where_no_voice_is_to_be_had_too_and_that_is_said(stand_ins: StandIns) -> None:
    stand_ins.add("aplay")
    heard, complaints = played([LIFT, SEVEN], stand_ins)
    assert heard == ["aplay lift.wav", "aplay count.wav"]
    assert complaints == [
        "no voice: looked for pw-play or paplay or aplay for tones, spd-say or espeak-ng or espeak for the voice"
    ]


def test_a_voice_alone_says_the_rest(stand_ins: StandIns) -> None:
    stand_ins.add("espeak")
    heard, (complaint,) = played([SEVEN], stand_ins)
    assert heard == ["espeak 7"]
    assert complaint.startswith("no tones: ")


def test_where_there_is_nothing_it_is_silent_and_says_so_once(stand_ins: StandIns) -> None:
    complaints: list[str] = []
    with Sound(voice=True, complain=complaints.append, platform="linux") as sound:
        for cue in (LIFT, TICK, SEVEN, PAIN):
            sound.hear(cue, cue.time_s)
    (complaint,) = complaints
    assert complaint.startswith("no tones and no voice: ")
    assert len(complaint.splitlines()) == 1


def test_a_player_that_fails_gives_way_to_the_next(stand_ins: StandIns) -> None:
    stand_ins.add_failing("pw-play")
    stand_ins.add("aplay")
    stand_ins.add("espeak")
    complaints: list[str] = []
    with Sound(voice=True, complain=complaints.append, platform="linux") as sound:
        sound.hear(LIFT, LIFT.time_s)
        wait_for(lambda: len(stand_ins.heard) == 2)
        sound.hear(TICK, TICK.time_s)
    assert [line.split()[0] for line in stand_ins.heard] == ["pw-play", "aplay", "aplay"]
    assert complaints == []


def test_where_all_fail_it_is_said_why(stand_ins: StandIns) -> None:
    stand_ins.add_failing("aplay")
    stand_ins.add("espeak")
    complaints: list[str] = []
    with Sound(voice=True, complain=complaints.append, platform="linux") as sound:
        sound.hear(LIFT, LIFT.time_s)
        wait_for(lambda: sound.trouble is not None)
        sound.hear(TICK, TICK.time_s)
        sound.hear(TICK, TICK.time_s)
    assert complaints == ["no tones: aplay failed (exit code 3)"]
    assert len(stand_ins.heard) == 1


def test_what_is_too_late_is_not_played(stand_ins: StandIns) -> None:
    stand_ins.add("aplay")
    stand_ins.add("espeak")
    heard, _ = played([LIFT, TICK], stand_ins, late_s=0.35)
    assert heard == []
    heard, _ = played([SEVEN], stand_ins, late_s=0.35)
    assert heard == ["espeak 7"]


def test_pain_breaks_in(stand_ins: StandIns) -> None:
    stand_ins.add("aplay")
    stand_ins.add_hanging("espeak")
    with Sound(voice=True, complain=lambda _: None, platform="linux") as sound:
        sound.hear(SEVEN, SEVEN.time_s)
        wait_for(lambda: len(stand_ins.heard) == 1)
        sound.hear(SEVEN, SEVEN.time_s)
        sound.hear(PAIN, PAIN.time_s)
        wait_for(lambda: len(stand_ins.heard) == 2)
        (stand_ins.folder / "espeak").unlink()  # or it would hang once more
        sound.hear(PAIN, PAIN.time_s)
    assert stand_ins.heard == ["espeak 7", "espeak stop"]


def test_nothing_is_left_behind(stand_ins: StandIns) -> None:
    stand_ins.add("aplay")
    played([LIFT], stand_ins, voice=False)
    assert not Path(stand_ins.heard[0].split()[-1]).parent.exists()
