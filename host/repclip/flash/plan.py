"""What has to be written and removed, decided without touching anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

from repclip.flash.board import FileOnBoard
from repclip.flash.compiler import Compiler
from repclip.flash.manifest import MAIN, SETTINGS, Manifest

__all__ = ["SET_ASIDE", "Action", "Image", "Plan", "Step", "make_image", "make_plan"]

SET_ASIDE: Final = "main_before_repclip.py"  # a program of the user's that was there first


class Action(StrEnum):
    """What happens to a file or folder on the board; a folder's path ends in a slash."""

    REMOVE = "remove"
    SET_ASIDE = "set aside"
    FOLDER = "make"
    WRITE = "write"
    KEEP = "keep"  # the user's own
    SAME = "same"  # it is there, byte for byte


@dataclass(frozen=True, slots=True)
class Image:
    """What should be on the board: path → content. ``kept`` is only written where there is nothing yet."""

    files: Mapping[str, bytes]
    kept: Mapping[str, bytes]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one file."""

    action: Action
    path: str
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order in which they are done: while anything is missing there is no ``main.py``."""

    steps: tuple[Step, ...]

    def having(self, action: Action) -> tuple[str, ...]:
        """The paths with which this is done."""
        return tuple(step.path for step in self.steps if step.action is action)

    @property
    def changes(self) -> bool:
        """Whether anything on the board will be different."""
        return any(step.action not in (Action.KEEP, Action.SAME) for step in self.steps)

    @property
    def write_bytes(self) -> int:
        """How much has to be sent."""
        return sum(len(step.data) for step in self.steps if step.action is Action.WRITE)


def make_image(manifest: Manifest, compiler: Compiler | None, settings: bytes | None) -> Image:
    """The files as they go onto a board; ``settings`` takes the place of the user's ``config.py``."""
    files: dict[str, bytes] = {}
    for name in manifest.modules:
        if compiler is None:
            files[f"/{name}"] = manifest.read(name)
        else:
            files[f"/{name.removesuffix('.py')}.mpy"] = compiler.compile(manifest.folder / name)
    files |= {f"/{name}": manifest.read(name) for name in manifest.programs}
    kept = {f"/{name}": manifest.read(name) for name in manifest.settings}
    if settings is not None:
        files[f"/{SETTINGS}"] = settings
        kept.pop(f"/{SETTINGS}", None)
    return Image(files, kept, tuple(f"/{name}/" for name in manifest.folders))


def make_plan(image: Image, present: Iterable[FileOnBoard], hashes: Mapping[str, str], *, erase: bool = False) -> Plan:
    """The way from what is on the board to what should be; ``hashes`` are of those present that should be there too."""
    there = {one.path for one in present}
    main = f"/{MAIN}"
    ours = any(folder in there for folder in image.folders)
    first = [Step(Action.REMOVE, path) for path in there if erase or _is_left_over(path, image)]
    there -= {step.path for step in first}
    same = {path for path, data in image.files.items() if path in there and _sum(data) == hashes.get(path)}
    kept = image.kept.keys() & there
    written = {path: data for path, data in {**image.files, **image.kept}.items() if path not in same | kept}
    if main in image.files and main in there and (first or written):
        foreign = main in written and not ours
        first.append(Step(Action.SET_ASIDE if foreign else Action.REMOVE, main))
        same.discard(main)
        written[main] = image.files[main]
    first.sort(key=_main_first_folders_last)
    folders = {path[: path.rindex("/") + 1] for path in written} - there - {"/"}
    return Plan(
        (
            *first,
            *(Step(Action.FOLDER, path) for path in sorted(folders)),
            *(
                Step(Action.WRITE, path, written[path])
                for path in sorted(written, key=lambda path: (path == main, path))
            ),
            *(Step(Action.KEEP, path) for path in sorted(kept)),
            *(Step(Action.SAME, path) for path in sorted(same)),
        )
    )


def _sum(data: bytes) -> str:
    return sha256(data).hexdigest()


def _main_first_folders_last(step: Step) -> tuple[bool, bool, int, str]:
    """The order in which things can be removed: a folder after what is in it."""
    return step.path != f"/{MAIN}", step.path.endswith("/"), -step.path.count("/"), step.path


def _is_left_over(path: str, image: Image) -> bool:
    """Of an interrupted run, of an older firmware, or the same module in the form it does not have now."""
    wanted = image.files.keys() | image.kept.keys()
    if path.endswith("/") or path in wanted:
        return False
    return path.startswith(image.folders) or (path.endswith(".new") and path.removesuffix(".new") in wanted)
