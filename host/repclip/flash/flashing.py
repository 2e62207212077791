"""The whole of ``repclip flash``, in order."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from repclip.errors import BoardLostError, FlashInterruptedError, RepclipError, UnfinishedError
from repclip.flash.board import Board
from repclip.flash.compiler import find_compiler
from repclip.flash.greeting import Greeter, Greeting, await_greeting, listen
from repclip.flash.install import Installation, Progress, State
from repclip.flash.kinds import BoardFacts, check
from repclip.flash.manifest import Manifest, read_manifest, read_settings
from repclip.flash.plan import Plan, make_image, make_plan
from repclip.flash.ports import choose_port
from repclip.transports.ports import Port

__all__ = ["FlashReport", "FlashRequest", "flash"]

_HELLO_S: Final = 12.0  # reset 3 s, sensor's start and self-test 2 s, port back 2 s, battery 2 s


@dataclass(frozen=True, slots=True)
class FlashRequest:
    """What the user asked for; ``config`` takes the place of the board's ``config.py``."""

    port: str | None = None
    config: Path | None = None
    erase: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class FlashReport:
    """What was done, or with ``dry_run`` would be. ``greeting`` is None where nothing that greets was put there."""

    port: str
    board: BoardFacts
    plan: Plan
    compiled: str
    dry_run: bool
    greeting: Greeting | None = None


def flash(request: FlashRequest, progress: Progress, greet: Greeter = listen) -> FlashReport:
    """Put the firmware on the board, start it, and hear what it says.

    Raises
    ------
    RepclipError
        of the kinds named in :mod:`repclip.errors`, telling what the board is left like.

    """
    settings = None if request.config is None else read_settings(request.config)
    manifest = read_manifest()
    port = choose_port(request.port)
    report = _write(port, manifest, settings, request, progress)
    if request.dry_run or not manifest.starts:
        return report
    progress.begin("Waiting for its hello")
    with _telling(port, lambda: State.WRITTEN):
        greeting = await_greeting(port, _HELLO_S, greet)
    return FlashReport(report.port, report.board, report.plan, report.compiled, request.dry_run, greeting)


def _write(
    port: Port, manifest: Manifest, settings: bytes | None, request: FlashRequest, progress: Progress
) -> FlashReport:
    installation: Installation | None = None
    with _telling(port, lambda: State.UNTOUCHED if installation is None else installation.state):
        progress.begin(f"Asking the board at {port.device}")
        with Board(port.device) as board:
            with _going_on(board):
                facts = board.facts()
                check(facts, port.device, oldest=manifest.oldest_micropython)
                compiler, compiled = find_compiler(facts)
                progress.begin("Comparing with what is on it")
                image = make_image(manifest, compiler, settings)
                present = board.files()
                hashes = {} if request.erase else board.hashes(one.path for one in present if one.path in image.files)
                plan = make_plan(image, present, hashes, erase=request.erase)
            if not request.dry_run:
                installation = Installation(board, plan, progress)
                installation.run()
            board.restart()
    return FlashReport(port.device, facts, plan, compiled, request.dry_run)


@contextmanager
def _going_on(board: Board) -> Generator[None]:
    """Where it ends before anything was changed, what was on the board goes on."""
    try:
        yield
    except BoardLostError:
        raise
    except RepclipError:
        with suppress(RepclipError):
            board.restart()
        raise


@contextmanager
def _telling(port: Port, state: Callable[[], State]) -> Generator[None]:
    """Adds what the board is left like."""
    try:
        yield
    except KeyboardInterrupt as exc:
        raise FlashInterruptedError(port.device, "interrupted", state()) from exc
    except UnfinishedError as exc:
        raise exc.leaving(state()) from exc
