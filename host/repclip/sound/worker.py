"""Plays things in threads of its own, and leaves out what would come too late."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Final

from repclip.cues.types import Priority
from repclip.sound.players import Player

__all__ = ["Item", "Worker"]

_MOST_WAITING: Final = 4  # more would be too late anyway
_STOPPING_S: Final = 1.0  # until a program that was killed is gone


@dataclass(frozen=True, slots=True)
class Item:
    """What to play, and until when that is of use, on the worker's clock."""

    what: str
    until: float
    priority: Priority


class Worker:
    """``offer`` never waits for what is played, ``at_once`` of which may be. Who fails is not asked again; others are.

    ``clock`` is that of the items.
    """

    def __init__(
        self, players: Sequence[Player], at_once: int = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.trouble: str | None = None
        self._players = list(players)
        self._clock = clock
        self._waiting: deque[Item] = deque()
        self._changed = Condition()
        self._closing = False
        self._threads = [Thread(target=self._run, name="repclip sound", daemon=True) for _ in range(at_once)]

    @property
    def works(self) -> bool:
        """Whether there is a player left."""
        return bool(self._players)

    def start(self) -> None:
        """From now on."""
        for thread in self._threads:
            thread.start()

    def offer(self, item: Item) -> None:
        """Play it when what is before it is over; of too many the least important and oldest is left out."""
        with self._changed:
            self._waiting.append(item)
            if len(self._waiting) > _MOST_WAITING:
                self._waiting.remove(min(self._waiting, key=lambda one: one.priority))
            self._changed.notify()

    def interrupt(self) -> None:
        """Break off what is played, and forget what waits."""
        with self._changed:
            self._waiting.clear()
            players = self._players[:1]
        for player in players:
            player.stop()

    def close(self, grace_s: float) -> None:
        """No more; what was offered may go on for so long."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        end = time.monotonic() + grace_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self.interrupt()
        for thread in self._threads:
            thread.join(_STOPPING_S)

    def _run(self) -> None:
        while (item := self._next()) is not None:
            while (player := self._player()) is not None and self._clock() <= item.until:
                problem = player.play(item.what)
                if problem is None:
                    break
                with self._changed:
                    self.trouble = problem
                    if player in self._players:
                        self._players.remove(player)

    def _player(self) -> Player | None:
        with self._changed:
            return self._players[0] if self._players else None

    def _next(self) -> Item | None:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None
