"""Pictures of one report, and the command that draws them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from host_helpers import Run, most_bytes
from plot_scenes import scored
from repclip.analysis import AnalysisReport
from repclip.cli.common import examine_file
from repclip.errors import OutputError, PictureFormatError
from repclip.report.plot import FORMATS, Kind, draw, save_picture, show_picture
from repsignal import Hole


def drawn(report: AnalysisReport, *, title: str, kind: Kind = Kind.TEMPO) -> Figure:
    return draw(report, title=title, score=scored(report), kind=kind)


MAGIC = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.fixture(autouse=True)
def headless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", FORMATS)
def test_picture_is_written_headless(report: AnalysisReport, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"evening.{kind}"
    save_picture(drawn(report, title="evening.csv", kind=Kind.ANGLE), path)
    assert path.read_bytes().startswith(MAGIC[kind])
    assert path.stat().st_size > 5000


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_report_gives_the_same_file(report: AnalysisReport, tmp_path: Path, kind: str) -> None:
    for name in ("one", "two"):
        save_picture(drawn(report, title="evening.csv", kind=Kind.ANGLE), tmp_path / name, kind)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_overlay_of_a_rep_whose_end_a_gap_hid_stops_there() -> None:
    """It climbed again into the next one."""
    path = Path(__file__).parents[2] / "recordings" / "lost_packets.csv"
    figure = drawn(examine_file(path, "generic").report, title="", kind=Kind.OVERLAY)
    for line in figure.axes[0].get_lines():
        time_s, angle_deg = (np.asarray(data, dtype=np.float64) for data in line.get_data())
        if len(time_s) > 2:
            assert np.nanmax(angle_deg[time_s > 4.2], initial=-np.inf) < 10.0


def test_picture_has_panels_numbers_and_a_legend(report: AnalysisReport) -> None:
    figure = drawn(report, title="evening.csv", kind=Kind.ANGLE)
    assert len(figure.axes) == 3
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert high - low < 90
    written = [words.get_text() for axes in figure.axes for words in axes.texts]
    assert [words for words in written if words.isdigit()] == [str(number) for number in range(1, 21)]
    assert {"p1", "c1", "gap", "clipped ?"} <= set(written)
    legend = [words.get_text() for words in figure.legends[0].get_texts()]
    assert {"lift", "hold", "lower", "samples missing"} <= set(legend)


def test_legend_has_what_is_drawn(report: AnalysisReport) -> None:
    elsewhere = replace(report, gaps=(Hole(500.0, 600.0, 10_000, bridged=False),))
    legend = [words.get_text() for words in drawn(elsewhere, title="", kind=Kind.ANGLE).legends[0].get_texts()]
    assert "samples missing" not in legend


def test_long_title_is_shortened_in_the_middle(report: AnalysisReport) -> None:
    figure = drawn(report, title="a" * 200 + ".csv: an exercise")
    (title,) = [words for words in figure.texts if "…" in words.get_text()]
    assert title.get_text().startswith("aaaa")
    assert title.get_text().endswith(".csv: an exercise")
    figure.canvas.draw()
    box = title.get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.width


def test_times_after_a_huge_gap_are_plain(report: AnalysisReport) -> None:
    (one,) = report.sets
    late = replace(
        one,
        reps=(replace(one.reps[0], start_s=1e7 + 5.0, top_s=1e7 + 6.0, lower_start_s=1e7 + 9.0, end_s=1e7 + 12.5),),
        partials=(),
        cut_offs=(),
        trace=replace(one.trace, time_s=one.trace.time_s + 1e7),
    )
    figure = drawn(replace(report, sets=(late,)), title="", kind=Kind.ANGLE)
    figure.canvas.draw()
    assert not figure.axes[0].xaxis.get_offset_text().get_text()
    assert any(label.get_text().startswith("10000") for label in figure.axes[0].get_xticklabels())


def test_curve_is_broken_where_samples_are_missing(report: AnalysisReport) -> None:
    (curve,) = drawn(report, title="", kind=Kind.ANGLE).axes[0].lines
    time_s, angle_deg = curve.get_data()
    inside = (time_s > 30.0) & (time_s < 31.5)
    assert inside.any()
    assert all(value != value for value in angle_deg[inside])


def test_phases_differ_in_grey_print(report: AnalysisReport, tmp_path: Path) -> None:
    """Lift and lower have no hatching: their greys must be apart."""
    figure = drawn(replace(report, gaps=()), title="", kind=Kind.ANGLE)
    path = tmp_path / "grey.png"
    save_picture(figure, path)
    pixels = imread(path)[..., :3] @ (0.299, 0.587, 0.114)
    axes = figure.axes[0]

    def grey(second: float) -> float:
        x, y = axes.transData.transform((second, axes.get_ylim()[1] * 0.8))
        scale = pixels.shape[1] / figure.bbox.width
        return float(pixels[pixels.shape[0] - int(y * scale), int(x * scale)])

    lift, lower, pause = grey(5.2), grey(12.2), grey(12.75)
    assert lift + 0.1 < lower
    assert lower + 0.03 < pause


def test_picture_of_no_reps(empty_report: AnalysisReport, tmp_path: Path) -> None:
    save_picture(drawn(empty_report, title="evening.csv"), tmp_path / "none.png")
    assert (tmp_path / "none.png").exists()


def test_picture_of_very_many_sets(report: AnalysisReport, tmp_path: Path) -> None:
    figure = drawn(replace(report, sets=report.sets * 8), title="a day")
    save_picture(figure, tmp_path / "day.png")
    assert imread(tmp_path / "day.png").shape[0] <= 40_000


@pytest.mark.parametrize("title", ["$x_$", "a\\frac{b}", "山.csv", "a_b^c"])
def test_any_file_name_is_a_title(report: AnalysisReport, tmp_path: Path, title: str) -> None:
    save_picture(drawn(report, title=title), tmp_path / "any.png")


def test_picture_that_cannot_be_written(report: AnalysisReport, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="--output") as caught:
        save_picture(drawn(report, title=""), tmp_path / "no" / "folder.png")
    assert caught.value.path == tmp_path / "no" / "folder.png"
    with pytest.raises(PictureFormatError):
        save_picture(drawn(report, title=""), tmp_path / "evening.gif")


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX limits what a process may write")
def test_a_disk_that_is_full_leaves_the_old_file(repclip: Run, set_csv: Path, tmp_path: Path) -> None:
    for command, name in (("plot", "set.png"), ("report", "set.html"), ("export", "set.csv")):
        new, old = tmp_path / f"new {name}", tmp_path / name
        old.write_text("mine")
        force = ["--force"] if command == "export" else []
        with most_bytes(1000):
            said = [repclip(command, set_csv, "-o", target, *force) for target in (new, old)]
        for one, target in zip(said, (new, old), strict=True):
            assert (one.code, len(one.err_lines)) == (1, 1)
            assert one.err.startswith(f"repclip: {target}: cannot be written (")
        assert old.read_text() == "mine"
        assert not new.exists()
    assert {one.name for one in tmp_path.iterdir()} >= {"set.png", "set.html", "set.csv"}
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".part"]


def test_no_display_is_said(report: AnalysisReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(OutputError, match="no display"):
        show_picture(report, title="", score=scored(report))


# The command


def test_plot_writes_beside_where_one_is(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert repclip("plot", set_csv).code == 0
    assert repclip("plot", set_csv, "--format", "svg").code == 0
    assert repclip("plot", set_csv, "-o", "other.pdf").code == 0
    assert repclip("plot", set_csv, "-o", "noending", "--format", "PDF").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["noending", "other.pdf", "set.png", "set.svg"]


def test_pictures_of_other_kinds_and_sizes_lie_side_by_side(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = [[], ["--kind", "consistency"], ["--size", "phone"], ["-k", "Overlay", "--size", "Phone", "-f", "svg"]]
    wrote = ["set.png", "set-consistency.png", "set-phone.png", "set-overlay-phone.svg"]
    for options, name in zip(asked, wrote, strict=True):
        assert f"the picture is {name}" in repclip("plot", set_csv, *options).out
    assert {path.name for path in tmp_path.iterdir()} == set(wrote)


def test_plot_to_nowhere_is_one_line(repclip: Callable[..., Any], set_csv: Path) -> None:
    said = repclip("plot", set_csv, "-o", "no/such/folder.png")
    assert (said.code, len(said.err_lines)) == (1, 1)


@pytest.mark.parametrize("command", ["plot", "report", "demo"])
@pytest.mark.parametrize("where", ["no/such/folder.html", "set.csv/folder.html", "."])
def test_what_cannot_be_written_is_said_before_the_work(
    repclip: Callable[..., Any], set_csv: Path, monkeypatch: pytest.MonkeyPatch, command: str, where: str
) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("the work has begun")

    for module in ("plot", "report", "demo"):
        monkeypatch.setattr(f"repclip.cli.{module}.examine_file", worked)
    target = set_csv.parent / (where if command == "report" else where.replace(".html", ".png"))
    said = repclip(command, *([] if command == "demo" else [set_csv]), "-o", target)
    assert (said.code, said.out, len(said.err_lines)) == (1, "", 1)


def test_plot_show_without_display(repclip: Callable[..., Any], set_csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    said = repclip("plot", set_csv, "--show")
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "no display" in said.err


@pytest.mark.parametrize("link", ["itself", "symbolic", "hard"])
def test_plot_never_overwrites_the_recording(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, link: str
) -> None:
    recording, output = tmp_path / "me.png", tmp_path / ("me.png" if link == "itself" else "other.png")
    recording.write_bytes(set_csv.read_bytes())
    if link == "symbolic":
        output.symlink_to(recording)
    elif link == "hard":
        output.hardlink_to(recording)
    said = repclip("plot", recording, "-o", output)
    assert (said.code, len(said.err_lines)) == (1, 1)
    assert "is the recording itself" in said.err
    assert recording.read_bytes() == set_csv.read_bytes()


def test_the_usual_name_never_overwrites_the_recording(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("me.png").write_bytes(set_csv.read_bytes())
    assert repclip("plot", "me.png").code == 1
    assert Path("me.png").read_bytes() == set_csv.read_bytes()


@pytest.mark.parametrize("name", ["a.csv", "a.svg", "a.b"])
def test_a_kind_is_not_written_under_another_ending(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, name: str
) -> None:
    said = repclip("plot", set_csv, "-f", "png", "-o", tmp_path / name)
    assert (said.code, len(said.err_lines)) == (2, 1)
    assert Path(name).suffix in said.err
    assert not (tmp_path / name).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", [b"bad\xff.csv", b"two\nlines.csv"])
def test_a_name_that_is_no_text(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(os.fsdecode(name))
    path.write_bytes(set_csv.read_bytes())
    for kind in FORMATS:
        assert repclip("plot", path, "-f", kind).code == 0
        assert path.with_suffix(f".{kind}").exists()
    said = repclip("analyze", path)
    assert said.code == 0
    assert said.out.splitlines()[0] in ("bad�.csv", "two lines.csv")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_drawn_for_page_and_phone(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, kind: str
) -> None:
    said = repclip("plot", set_csv, "--kind", kind, "-o", tmp_path / "page.png", "--tempo", "4-0-1-3")
    assert (said.code, said.err) == (0, "")
    assert repclip("plot", set_csv, "-k", kind.upper(), "-o", tmp_path / "phone.png", "--size", "phone").code == 0
    assert imread(tmp_path / "page.png").shape[1] == 1520
    assert imread(tmp_path / "phone.png").shape[1] == 1080


@pytest.mark.parametrize("wrong", [["--kind", "pie"], ["--kind", ""], ["--size", "wall"], ["--tempo", "fast"]])
def test_what_is_not_drawn_is_refused_before_the_work(
    repclip: Callable[..., Any], set_csv: Path, tmp_path: Path, wrong: list[str]
) -> None:
    said = repclip("plot", set_csv, "-o", tmp_path / "a.png", *wrong)
    assert (said.code, len(said.err_lines)) == (2, 1)
    assert not (tmp_path / "a.png").exists()
    if wrong[0] == "--kind":
        assert "tempo, angle, consistency, overlay" in said.err
