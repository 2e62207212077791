"""The live view as a terminal shows it, against text that a reader can judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from live_scenes import SCENES, SIZES, Scene, goldens

FOLDER = Path(__file__).parents[2] / "goldens" / "live"
MADE = goldens()
WIDTHS = (*range(2, 62), 79, 80, 81, 112, 113, 200)
HEIGHTS = (1, 2, 5, 11, 12, 16, 17, 18, 19, 20, 24, 36, 60)
# Every width, too low, just high enough and higher; every height, too narrow, narrow and wide.
TERMINALS = sorted(
    {(w, h) for w in WIDTHS for h in (5, 17, 24)}
    | {(w, h) for w in (13, 40, 56, 80, 112, 113, 200) for h in (*HEIGHTS, 35)}
)


def test_there_is_a_golden_for_each() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == set(MADE)


@pytest.mark.parametrize("name", MADE)
def test_as_it_is_written_down(name: str) -> None:
    """Where this is meant to change: ``python tests/goldens/make_live_goldens.py``, and read what changed."""
    assert MADE[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_the_readme_shows_it_as_it_is() -> None:
    shown = [line[1:-1].rstrip() for line in MADE["hold_80x24.txt"].splitlines()[1:-1]]
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert "\n".join(["```", *shown, "```"]) in readme


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_fits_every_terminal(scene: Scene, encoding: str) -> None:
    for width, height in TERMINALS:
        lines = scene.lines((width, height), encoding)
        assert len(lines) == height
        # never in the last column: there terminals differ in what comes next
        assert max(line.cell_len for line in lines) < width
        assert not any("\n" in line.plain for line in lines)
        if encoding == "ascii":
            assert all(line.plain.isascii() for line in lines)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_keys_are_always_there(scene: Scene) -> None:
    sizes = [(width, height) for width in range(56, 90) for height in (17, 24)] + [(56, h) for h in range(17, 30)]
    assert all("q finish" in scene.lines(size)[-1].plain for size in sizes)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_count_is_large_from_56_columns_on(scene: Scene) -> None:
    for size in ((56, 17), *SIZES):
        blocks = [line for line in scene.lines(size) if "██" in line.plain]
        assert len(blocks) >= 7
