"""Cues as they are heard at this computer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import monotonic
from types import TracebackType
from typing import Final, Self

from repclip.cues.types import Cue, CueKind
from repclip.sound.players import known_players, speakers, tone_players, tones_at_once
from repclip.sound.tones import TONES, tone_name, wav
from repclip.sound.worker import Item, Worker

__all__ = ["Sound"]

_GRACE_S: Final = 4.0  # to say at the end that the set is done
_ALWAYS_TONES: Final = (CueKind.PHASE, CueKind.TICK)


class Sound:
    """Tones and, where it is wanted, a voice: each with a thread, so that neither waits for the other.

    `hear` conforms to `repclip.cues.types.CueSink`: it only puts cues into short queues. ``complain`` is told what
    cannot be heard, once, by whoever calls.
    """

    def __init__(
        self,
        *,
        voice: bool,
        complain: Callable[[str], None],
        platform: str = sys.platform,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._complain = complain
        self._complained: str | None = None
        self._platform = platform
        self._voice = voice
        self._clock = clock
        self._tones = Worker(tone_players(platform), tones_at_once(platform), clock)
        self._words = Worker(speakers(platform) if voice else [], 1, clock)
        self._folder: Path | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Make the tones, and begin."""
        self._folder = Path(self._open.enter_context(TemporaryDirectory(prefix="repclip-")))
        for name, tone in TONES.items():
            (self._folder / f"{name}.wav").write_bytes(wav(tone))
        for worker in (self._tones, self._words):
            worker.start()
            self._open.callback(worker.close, _GRACE_S)
        self._look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What has just been said may be said to the end."""
        self._open.close()

    def abandon(self) -> None:
        """Break off all, and leave nothing on the disk: the program ends at once."""
        for worker in (self._tones, self._words):
            worker.interrupt()
        if self._folder is not None:
            rmtree(self._folder, ignore_errors=True)

    @property
    def trouble(self) -> str | None:
        """Why not all is heard, in one line; None where it is."""
        missing = [
            what
            for what, worker, wanted in (("tones", self._tones, True), ("voice", self._words, self._voice))
            if wanted and not worker.works
        ]
        if not missing:
            return None
        why = [worker.trouble for worker in (self._tones, self._words) if worker.trouble is not None]
        reason = ", ".join(why) if why else f"looked for {known_players(self._platform)}"
        return f"no {' and no '.join(missing)}: {reason}"

    def hear(self, cue: Cue, now_s: float) -> None:
        """Play it soon, or not at all."""
        self._look()
        if self._folder is None:
            return
        until = self._clock() + cue.until_s - now_s
        if cue.kind is CueKind.PAIN:
            self._tones.interrupt()
            self._words.interrupt()
        if self._words.works and cue.kind not in _ALWAYS_TONES:
            self._words.offer(Item(cue.text, until, cue.priority))
        else:
            self._tones.offer(Item(str(self._folder / f"{tone_name(cue)}.wav"), until, cue.priority))

    def _look(self) -> None:
        trouble = self.trouble
        if trouble is not None and trouble != self._complained:
            self._complained = trouble
            self._complain(trouble)
