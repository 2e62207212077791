"""Carrying out a plan, so that an end at any moment leaves a board that is whole or starts nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from repclip.errors import BoardFullError
from repclip.flash.board import Board
from repclip.flash.plan import SET_ASIDE, Action, Plan, Step

__all__ = ["Installation", "Progress", "State"]


class Progress(Protocol):
    """Who is told how far it is."""

    def begin(self, what: str, total_bytes: int | None = None) -> None:
        """A new part of the work begins."""
        ...

    def advance(self, count: int) -> None:
        """So many bytes more are done."""
        ...


class State(StrEnum):
    """What the board is left like, in the words that tell it."""

    UNTOUCHED = "nothing on the board was changed; its reset button starts what was on it"
    PARTLY = "the board is half written and starts nothing: run 'repclip flash' again"
    WRITTEN = "all files are on the board; its reset button starts them"


class Installation:
    """A plan being carried out; ``state`` is true at any moment, and whatever the moment ends in."""

    def __init__(self, board: Board, plan: Plan, progress: Progress) -> None:
        self._board = board
        self._plan = plan
        self._progress = progress
        self.state = State.UNTOUCHED

    def run(self) -> None:
        """Do it all."""
        if not self._plan.changes:
            return
        self._progress.begin("Writing to the board", self._plan.write_bytes)
        self.state = State.PARTLY
        for step in self._plan.steps:
            self._do(step)
        self.state = State.WRITTEN

    def _do(self, step: Step) -> None:
        match step.action:
            case Action.REMOVE:
                self._board.remove(step.path)
            case Action.SET_ASIDE:
                self._board.rename(step.path, f"/{SET_ASIDE}")
            case Action.FOLDER:
                self._board.make_folder(step.path.rstrip("/"))
            case Action.WRITE:
                self._write(step)
            case Action.KEEP | Action.SAME:
                pass

    def _write(self, step: Step) -> None:
        try:
            self._board.write(step.path, step.data, self._progress.advance)
        except BoardFullError as exc:
            raise BoardFullError(
                self._board.device,
                f"no room for {step.path}: it has {len(step.data)} bytes, {self._board.free_bytes()} are free; remove "
                "files of yours from the board, or '--erase' removes all that is on it",
            ) from exc
