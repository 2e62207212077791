"""What is in the pictures of progress; how they look is compared with the others, in ``test_plots.py``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from progress_scenes import both_sides, eight, half_known, no_week, one_week, year
from repclip.history.progress import Progress
from repclip.report.plot import Size, draw_weeks
from repclip.report.plots.progress import ProgressSheet
from repclip.session.prescription import Span


def drawn(made: Progress, size: Size = Size.PAGE, rom_deg: Span | None = None) -> Figure:
    return draw_weeks(ProgressSheet(made, "Progress", size, rom_deg))


def panel(figure: Figure, name: str) -> Axes:
    (found,) = [axes for axes in figure.axes if axes.get_label() == name]
    return found


def weekly(axes: Axes) -> list[Line2D]:
    """The lines from week to week, without those of sessions and those upright."""
    return [line for line in axes.lines if line.get_linestyle() != "None" and line.get_marker() != "None"]


def test_a_week_is_a_mark_in_its_middle_and_one_without_sessions_breaks_the_line() -> None:
    made = eight()
    for name in ("adherence", "consistency", "range"):
        (line,) = weekly(panel(drawn(made), name))
        assert list(np.asarray(line.get_xdata())) == [number + 0.5 for number in range(8)]
        assert [number for number, value in enumerate(np.asarray(line.get_ydata())) if np.isnan(value)] == [4]
    values = np.asarray(weekly(panel(drawn(made), "adherence"))[0].get_ydata())
    share = made.weeks[0].figures.adherence.share
    assert share is not None
    assert values[0] == pytest.approx(100 * share)


def test_sessions_are_where_they_were() -> None:
    made = eight()
    (dots,) = [line for line in panel(drawn(made), "range").lines if line.get_linestyle() == "None"]
    assert len(np.asarray(dots.get_xdata())) == len(made.points) == 19
    first, second = np.asarray(dots.get_xdata())[:2]
    assert (first, second) == (pytest.approx(0.75 / 7), pytest.approx(2.75 / 7)), "at 18 o'clock"


def test_volume_is_a_bar_a_week_with_its_number() -> None:
    axes = panel(drawn(eight()), "reps")
    reps = [week.figures.reps for week in eight().weeks]
    assert [patch.get_height() for patch in axes.patches] == reps  # type: ignore[attr-defined]
    assert [text.get_text() for text in axes.texts] == [str(count) for count in reps if count]
    assert [text.get_text() for text in panel(drawn(year()), "reps").texts] == [], "no room"


def test_headings_tell_the_first_and_the_last() -> None:
    figure = drawn(eight())
    assert panel(figure, "adherence").get_title(loc="left") == "adherence: 62\u00a0% → 88\u00a0%"
    assert panel(figure, "range").get_title(loc="left") == "range: 34° → 38°"
    said = [text.get_text().replace("\u00a0", " ") for text in figure.texts]
    assert "2 Nov 2026 to 27 Dec 2026: 19 sessions, 45 sets, 545 reps, 68 min under tension." in said
    assert panel(drawn(one_week()), "range").get_title(loc="left") == "range: 34°"


def test_what_nobody_did_is_told() -> None:
    made = eight()
    figure = drawn(replace(made, points=(replace(made.points[0], simulated=True), *made.points[1:])))
    assert "1 session is simulated: nobody did it." in [text.get_text() for text in figure.texts]


def test_left_and_right_differ_without_colour() -> None:
    figure = drawn(both_sides())
    lines = weekly(panel(figure, "range"))
    assert [(line.get_marker(), line.get_linestyle()) for line in lines] == [("<", "-"), (">", "--")]
    assert panel(figure, "range").get_title(loc="left") == "range: left 34° → 39°, right 32° → 37°"
    assert len({patch.get_hatch() for patch in panel(figure, "reps").patches}) == 2


def test_where_not_all_sides_are_known_there_is_a_line_of_all() -> None:
    figure = drawn(half_known(), rom_deg=Span(30.0, 45.0))
    assert [line.get_marker() for line in weekly(panel(figure, "range"))] == ["o", "<", ">"]
    assert [axes.get_label() for axes in figure.axes] == ["consistency", "range", "reps"], "no tempo was prescribed"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["all, a week", "left, a week", "right, a week", "a session", "prescribed"]
    assert "at\u00a0least\u00a0144\u00a0min" in " ".join(text.get_text() for text in figure.texts)


@pytest.mark.parametrize("span", [Span(30.0, 45.0), Span(30.0, None), Span(None, 45.0)])
def test_the_prescribed_range_is_a_band_that_is_in_sight(span: Span) -> None:
    axes = panel(drawn(eight(), rom_deg=span), "range")
    (band,) = axes.patches
    low, high = axes.get_ylim()
    box = band.get_extents().transformed(axes.transData.inverted())
    assert (box.y0, box.y1) == (pytest.approx(span.min or low), pytest.approx(span.max or high))
    assert low <= box.y0 < box.y1 <= high


def test_pain_is_an_upright_line_in_every_panel() -> None:
    figure = drawn(year())
    for axes in figure.axes:
        upright = [line for line in axes.lines if line.get_color() == "#8F3F6B"]
        assert [float(np.asarray(line.get_xdata())[0]) for line in upright] == [pytest.approx(8 + 2.75 / 7)]
    assert "pain reported" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_years_are_told_where_they_begin() -> None:
    labels = [label.get_text() for label in drawn(both_sides()).axes[-1].get_xticklabels()]
    assert labels[0] == "2\u00a0Nov\n2026"
    assert labels[-1] == "4\u00a0Jan\n2027"
    assert not any("\n" in label for label in labels[1:-1])


def test_only_partial_reps_are_a_week_as_well() -> None:
    made = one_week()
    week = made.weeks[0]
    none = replace(week.figures, reps=0, adherence=replace(week.figures.adherence, on=0, judged=0))
    none = replace(none, variation=None, rom_deg=None, tension_s=0.0)
    figure = drawn(replace(made, weeks=(replace(week, figures=none),)))
    assert [axes.get_label() for axes in figure.axes] == ["reps"]


def test_nothing_says_so() -> None:
    assert [text.get_text() for text in drawn(no_week()).texts] == ["Progress", "No session in these weeks"]
