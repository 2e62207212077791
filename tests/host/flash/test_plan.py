"""The plan alone: what it leads to from any board, and from wherever it is cut off."""

from __future__ import annotations

import io
import time
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from repclip.cli.flash import Bar
from repclip.flash.board import FileOnBoard
from repclip.flash.kinds import BoardFacts
from repclip.flash.plan import SET_ASIDE, Action, Image, Plan, make_plan

CONTENT = st.sampled_from([b"", b"1", b"22", b"333"])
NAMES = ["/main.py", "/config.py", "/main.py.new", "/notes.txt", "/repfw/a.py", "/repfw/a.mpy", "/repfw/old.mpy"]
NAMES += ["/repfw/b.mpy.new", "/data/x/y.bin", "/boot.py"]
BOARDS = st.dictionaries(st.sampled_from(NAMES), CONTENT)
IMAGES = st.builds(
    lambda a, b, main, own: Image(
        {"/repfw/a.mpy": a, "/repfw/b.mpy": b, "/main.py": main, **({"/config.py": b"given"} if own else {})},
        {} if own else {"/config.py": b"default"},
        ("/repfw/",),
    ),
    CONTENT,
    CONTENT,
    CONTENT,
    st.booleans(),
)


def folders_of(files: dict[str, bytes]) -> set[str]:
    parents = {path[: n + 1] for path in files for n, letter in enumerate(path) if letter == "/"}
    return parents - {"/"}


def plan_for(image: Image, files: dict[str, bytes], *, erase: bool = False) -> Plan:
    present = [FileOnBoard(path, 0) for path in sorted(folders_of(files))]
    present += [FileOnBoard(path, len(data)) for path, data in files.items()]
    return make_plan(image, present, {path: sha256(data).hexdigest() for path, data in files.items()}, erase=erase)


def carried_out(plan: Plan, files: dict[str, bytes], steps: int | None = None) -> dict[str, bytes]:
    """What a board would hold, one that refuses what a real one refuses."""
    files, folders = dict(files), folders_of(files)
    for step in plan.steps[:steps]:
        match step.action:
            case Action.REMOVE if step.path.endswith("/"):
                folders.remove(step.path)
                assert not [path for path in [*files, *folders] if path.startswith(step.path)]
            case Action.REMOVE:
                del files[step.path]
            case Action.SET_ASIDE:
                files[f"/{SET_ASIDE}"] = files.pop(step.path)
            case Action.FOLDER:
                assert step.path not in folders
                folders.add(step.path)
            case Action.WRITE:
                assert step.path.startswith(("/main", "/config")) or "/repfw/" in folders
                files[step.path] = step.data
            case _:
                assert step.path in files
    return files


@given(IMAGES, BOARDS, st.booleans())
def test_it_leads_to_the_image_from_any_board(image: Image, files: dict[str, bytes], erase: bool) -> None:
    plan = plan_for(image, files, erase=erase)
    after = carried_out(plan, files)
    assert {path: after[path] for path in image.files} == image.files
    if "/config.py" in image.kept:
        assert after["/config.py"] == (b"default" if erase else files.get("/config.py", b"default"))
    assert {path for path in after if path.startswith("/repfw/")} == {"/repfw/a.mpy", "/repfw/b.mpy"}
    for path in ("/notes.txt", "/data/x/y.bin", "/boot.py"):
        assert after.get(path) == (None if erase else files.get(path))
    again = plan_for(image, after)
    assert not again.changes
    assert again.write_bytes == 0


@given(IMAGES, BOARDS, st.booleans(), st.integers(0, 20))
def test_cut_off_anywhere_it_starts_nothing_or_all(
    image: Image, files: dict[str, bytes], erase: bool, steps: int
) -> None:
    plan = plan_for(image, files, erase=erase)
    cut = carried_out(plan, files, steps)
    changing = [step for step in plan.steps if step.action not in (Action.KEEP, Action.SAME)]
    if 0 < steps < len(changing):
        assert "/main.py" not in cut
    assert {path: carried_out(plan_for(image, cut), cut)[path] for path in image.files} == image.files


def test_what_a_board_says_of_itself() -> None:
    facts = BoardFacts("micropython", (1, 24, 1), "ESP32-C3 module with ESP32-C3", 6 | 3 << 8 | 11 << 10)
    assert (facts.chip, facts.bytecode, facts.architecture, facts.release) == ("ESP32C3", (6, 3), "rv32imc", "1.24.1")
    assert BoardFacts("micropython", (1, 22, 0), "x with ESP32", 6 | 2 << 8).architecture is None


def drawn(*, terminal: bool, patience_s: float) -> str:
    file = io.StringIO()
    with Bar(Console(file=file, force_terminal=terminal, width=80), patience_s) as bar:
        bar.begin("Writing to the board", 100)
        bar.advance(50)
        time.sleep(0.15)
    return file.getvalue()


def test_progress_shows_when_it_takes_long() -> None:
    assert "Writing to the board" in drawn(terminal=True, patience_s=0.0)


def test_progress_stays_away_from_quick_work_and_from_pipes() -> None:
    assert drawn(terminal=True, patience_s=2.0) == ""
    assert drawn(terminal=False, patience_s=0.0) == ""
