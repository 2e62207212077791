"""What of this computer can play a file or say a text. The only module here that knows of platforms."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from shutil import which
from threading import RLock
from typing import Final, Protocol

__all__ = ["Player", "known_players", "speakers", "tone_players", "tones_at_once"]

_LONGEST_S: Final = 12.0  # of anything that is played: who takes longer hangs
_TONE_COMMANDS: Final = {
    "darwin": (("afplay",),),
    # Both servers would else fill a buffer of two seconds, which the tone may have to wait for.
    "linux": (("pw-play", "--latency=50ms"), ("paplay", "--latency-msec=50"), ("aplay", "-q")),
}
# --wait: spd-say itself would be back at once, and nothing could be left out that comes too late.
_SPEECH_COMMANDS: Final = {
    "darwin": (("say",),),
    "linux": (("spd-say", "--wait"), ("espeak-ng",), ("espeak",)),
}
# Windows speaks through PowerShell alone, which takes a second to start: one stays, and reads line by line.
_READ_AND_SAY: Final = (
    "Add-Type -AssemblyName System.Speech; "
    "$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "while ($null -ne ($line = [Console]::In.ReadLine())) { $voice.Speak($line); [Console]::Out.WriteLine('said') }"
)
_WINDOWS_SPEECH: Final = ("powershell", "-NoProfile", "-Command", _READ_AND_SAY)


class Player(Protocol):
    """Plays files, or says texts."""

    def play(self, what: str) -> str | None:
        """Until it is over, or was stopped; why it could not be played, if so."""
        ...

    def stop(self) -> None:
        """Break off what is played, and let go of it all; from any thread."""
        ...


def tone_players(platform: str = sys.platform) -> list[Player]:
    """Those that play WAV files, the best first."""
    if platform == "win32":
        return [_WindowsTones()]
    return _commands(_of(_TONE_COMMANDS, platform))


def tones_at_once(platform: str = sys.platform) -> int:
    """How many may be played: a program may end long after its tone has. Windows plays one, and breaks off another."""
    return 1 if platform == "win32" else 3


def speakers(platform: str = sys.platform) -> list[Player]:
    """Those that say texts, the best first."""
    if platform == "win32":
        return [_LineByLine(_WINDOWS_SPEECH)] if which(_WINDOWS_SPEECH[0]) else []
    return _commands(_of(_SPEECH_COMMANDS, platform))


def known_players(platform: str = sys.platform) -> str:
    """Those that are looked for there, in words."""
    if platform == "win32":
        return "PowerShell for the voice"
    tones, speech = (
        " or ".join(command[0] for command in _of(table, platform)) for table in (_TONE_COMMANDS, _SPEECH_COMMANDS)
    )
    return f"{tones} for tones, {speech} for the voice"


def _of(table: Mapping[str, Sequence[tuple[str, ...]]], platform: str) -> Sequence[tuple[str, ...]]:
    return table.get(platform, table["linux"])


def _commands(commands: Sequence[tuple[str, ...]]) -> list[Player]:
    return [_Command(command) for command in commands if which(command[0])]


class _Command:
    """A program that is started for each, with it as the last argument."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._running: set[subprocess.Popen[bytes]] = set()  # what is taken out of it was stopped
        self._lock = RLock()  # a signal handler may stop it in the midst of stopping

    def play(self, what: str) -> str | None:
        name = self._command[0]
        with self._lock:
            try:
                running = _started([*self._command, what], subprocess.DEVNULL)
            except OSError as exc:
                return f"{name} cannot be started ({exc.strerror or exc})"
            self._running.add(running)
        problem = None
        try:
            if code := running.wait(_LONGEST_S):
                problem = f"{name} failed (exit code {code})"
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            problem = f"{name} does not end"
        with self._lock:
            stopped = running not in self._running
            self._running.discard(running)
        return None if stopped else problem

    def stop(self) -> None:
        with self._lock:
            while self._running:
                self._running.pop().kill()


class _LineByLine:
    """A program that stays: it says each line that it reads, and answers with one when it has."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = RLock()  # as above

    def play(self, what: str) -> str | None:
        name = self._command[0]
        with self._lock:
            self._stopped = False
            try:
                running = self._running = self._running or _started(self._command, subprocess.PIPE)
            except OSError as exc:
                return f"{name} cannot be started ({exc.strerror or exc})"
        if self._asked(running, what) or self._stopped:
            return None
        self.stop()
        return f"{name} does not answer (exit code {running.returncode})"

    def _asked(self, running: subprocess.Popen[bytes], what: str) -> bool:
        if running.stdin is None or running.stdout is None:
            return False
        try:
            running.stdin.write(f"{what}\n".encode())
            running.stdin.flush()
            return bool(running.stdout.readline())
        except (OSError, ValueError):  # it is gone, or was stopped meanwhile
            return False

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            running, self._running = self._running, None
        if running is not None:
            running.kill()
            with suppress(OSError), running:  # which waits for it, and closes its pipes
                pass


def _started(command: Sequence[str], streams: int) -> subprocess.Popen[bytes]:
    """Where Ctrl-C does not reach it: that is meant for us."""
    return subprocess.Popen(
        command,
        stdin=streams,
        stdout=streams,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


class _WindowsTones:
    """What Python itself has there."""

    def play(self, what: str) -> str | None:
        if sys.platform == "win32":
            import winsound

            try:
                winsound.PlaySound(what, winsound.SND_FILENAME | winsound.SND_NODEFAULT)
            except RuntimeError as exc:
                return f"winsound failed ({exc})"
            return None
        else:
            return "winsound is of Windows alone"

    def stop(self) -> None:
        """Tones are short."""
