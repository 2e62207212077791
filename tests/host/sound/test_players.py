"""Which program plays on which platform, and what comes of one that does not."""

from __future__ import annotations

import sys
from threading import Thread
from types import ModuleType

import pytest

from repclip.sound import players
from repclip.sound.players import Player, known_players, speakers, tone_players, tones_at_once
from stand_ins import StandIns


def asked(players: list[Player], stand_ins: StandIns) -> list[str]:
    """In which order they come."""
    for player in players:
        assert player.play("text") is None
    return stand_ins.heard


@pytest.mark.parametrize(
    ("platform", "tones", "speech"),
    [
        (
            "linux",
            ["pw-play --latency=50ms text", "paplay --latency-msec=50 text", "aplay -q text"],
            ["spd-say --wait text", "espeak-ng text", "espeak text"],
        ),
        ("freebsd14", ["paplay --latency-msec=50 text"], ["espeak-ng text"]),
        ("darwin", ["afplay text"], ["say text"]),
    ],
)
def test_each_platform_has_its_own(platform: str, tones: list[str], speech: list[str], stand_ins: StandIns) -> None:
    assert tone_players(platform) == speakers(platform) == []
    for line in (*tones, *speech):
        stand_ins.add(line.split()[0])
        assert line.split()[0] in known_players(platform)
    assert asked([*tone_players(platform), *speakers(platform)], stand_ins) == [*tones, *speech]


class Winsound(ModuleType):
    """As Python documents it: plays to the end before it returns, and raises RuntimeError where it cannot."""

    SND_FILENAME, SND_NODEFAULT = 0x20000, 2

    def __init__(self) -> None:
        super().__init__("winsound")
        self.played: list[tuple[str, int]] = []

    def PlaySound(self, sound: str, flags: int) -> None:  # noqa: N802 - its name
        if not sound.endswith(".wav"):
            raise RuntimeError("Failed to play sound")
        self.played.append((sound, flags))


def test_windows_plays_tones_by_itself_and_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another at the same time would break off the first."""
    winsound = Winsound()
    monkeypatch.setitem(sys.modules, "winsound", winsound)
    monkeypatch.setattr(players.sys, "platform", "win32")
    (player,) = tone_players("win32")
    assert player.play("lift.wav") is None
    assert winsound.played == [("lift.wav", Winsound.SND_FILENAME | Winsound.SND_NODEFAULT)]
    assert player.play("nothing") == "winsound failed (Failed to play sound)"
    assert (tones_at_once("win32"), tones_at_once("linux")) == (1, 3)


def test_one_that_fails_says_how(stand_ins: StandIns) -> None:
    stand_ins.add_failing("aplay")
    (player,) = tone_players("linux")
    assert player.play("x.wav") == "aplay failed (exit code 3)"
    (stand_ins.folder / "aplay").unlink()
    assert player.play("x.wav") == "aplay cannot be started (No such file or directory)"


def said_until_stopped(player: Player, stand_ins: StandIns) -> list[str | None]:
    """What ``play`` comes back with when it is stopped from another thread; nothing where it never does."""
    said: list[str | None] = []
    playing = Thread(target=lambda: said.append(player.play("a long speech")))
    playing.start()
    while not stand_ins.heard:
        playing.join(0.01)
    player.stop()
    playing.join(10)
    return said


def test_one_that_is_stopped_has_not_failed(stand_ins: StandIns) -> None:
    stand_ins.add_hanging("espeak-ng")
    (player,) = speakers("linux")
    assert said_until_stopped(player, stand_ins) == [None]
    player.stop()


# Windows speaks line by line

READS = "while read line; do echo $line >> $HEARD; echo said; done"


def test_windows_has_one_voice_that_stays(stand_ins: StandIns) -> None:
    assert speakers("win32") == []
    stand_ins.add("powershell", READS)
    (player,) = speakers("win32")
    assert [player.play(text) for text in ("seven", "set 1 done: 7 reps")] == [None, None]
    assert stand_ins.heard[1:] == ["seven", "set 1 done: 7 reps"], "it was started once"
    player.stop()
    assert player.play("again") is None
    assert len(stand_ins.heard) == 5, "it was started anew"
    player.stop()


def test_a_voice_that_does_not_answer_says_so(stand_ins: StandIns) -> None:
    stand_ins.add_failing("powershell")
    (player,) = speakers("win32")
    problem = player.play("seven")
    assert problem is not None
    assert problem.startswith("powershell does not answer")


def test_a_voice_that_stays_can_be_stopped(stand_ins: StandIns) -> None:
    stand_ins.add_hanging("powershell")
    (player,) = speakers("win32")
    assert said_until_stopped(player, stand_ins) == [None]
