"""The live view as a terminal shows it, against text that a reader can judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from live_scenes import SCENES, SIZES, Scene, goldens
from repclip.live.frame import frame
from repclip.live.look import Look
from repclip.live.now import Moment
from repclip.live.state import Keeping, LiveState
from repclip.session.exercise import Exercise, builtin_exercises, find_exercise
from repclip.session.tempo import parse_tempo

REPLAY = next(scene for scene in SCENES if scene.name == "replay")
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


def words_of(scene: Scene, size: tuple[int, int]) -> str:
    return " ".join(" ".join(line.plain for line in scene.lines(size)).split())


@pytest.mark.parametrize("exercise", builtin_exercises(), ids=lambda exercise: exercise.id)
def test_a_prescription_is_whole_beside_the_longest_name_of_a_file(exercise: Exercise) -> None:
    keepings = (
        REPLAY.keeping,
        Keeping.replay(Path(f"{'evening-' * 20}.repclip"), None, simulated=True),
        Keeping.to(Path(f"{'evening-' * 20}.repclip")),
        Keeping.to(Path("夕方の運動の記録その一.repclip")),
        replace(Keeping.to(Path("evening.repclip")), stopped="the disk is full"),
    )
    wanted = exercise.tempo.describe() or "no tempo prescribed"
    for keeping in keepings:
        scene = replace(REPLAY, exercise=exercise.id, keeping=keeping)
        for width in (56, 57, 58, 60, 64, 70, 79, 80, 100, 120, 250):
            for height in (17, 20, 24):
                lines = scene.lines((width, height))
                assert any(wanted in line.plain for line in lines)
                said = "no longer recording" if keeping.stopped else keeping.brief.split(", ")[-1]
                assert any(said in line.plain for line in lines[:3])
                assert ("simulated" in words_of(scene, (width, height))) == ("simulated" in keeping.text)


def test_of_a_file_the_name_is_cut_first_and_then_left_out() -> None:
    scene = replace(REPLAY, exercise="nordic-curl")
    heads = {width: scene.lines((width, 20))[1].plain for width in (64, 80)}
    assert heads[80].endswith("  replay of chain_session.repclip, simulated, 10x")
    assert heads[64].endswith("  replay of chain_session.…, simulated, 10x")
    assert (
        replace(scene, exercise="prone-thigh-extension-ball")
        .lines((58, 20))[1]
        .plain.endswith("  replay, simulated, 10x")
    )


@pytest.mark.parametrize("width", [56, 60, 70, 80])
def test_a_prescription_that_is_longer_than_a_line_is_broken_between_phases(width: int) -> None:
    tempo = parse_tempo("lift=1.25-2.75,hold=1.25-2.75?,lower=2.25-3.75?,pause=1.25-2.75?")
    state = LiveState(replace(find_exercise("reverse-leg-lift"), tempo=tempo), REPLAY.keeping)
    lines = [line.plain for line in frame(state.view(), Moment(), (width, 20), Look.of("utf-8"), REPLAY.keys)]
    head = " ".join(" ".join(lines[:4]).split())
    assert tempo.describe() in head
    assert "simulated" in head
    assert all(any(phase in line for line in lines) for phase in tempo.describe().split(", "))


def test_where_rows_are_free_a_small_view_has_its_heading() -> None:
    for size in ((40, 24), (50, 20), (55, 24), (30, 24), (80, 16)):
        said = words_of(REPLAY, size)
        assert "lift 1–2 s, hold 1–2 s (optional), lower 2–3 s" in said
        assert size[1] < 17 or "Reverse leg lift on the floor (prone hip extension)" in said
        assert size[0] < 40 or "simulated" in said
    for height in range(2, 24):
        assert "7 reps · set 1" in words_of(REPLAY, (50, height)), "the count does not give way"


def test_what_is_simulated_is_called_so_in_the_smallest_view() -> None:
    for size in ((40, 5), (50, 12), (40, 13), (80, 14), (80, 15), (55, 24)):
        assert "simulated" in words_of(REPLAY, size)
