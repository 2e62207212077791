"""The page for a physiotherapist."""

from __future__ import annotations

import base64
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from plot_scenes import report, tired_set
from repclip import bundled
from repclip.cli.common import examine_file
from repclip.engine.outputs import Marked
from repclip.recording.info import describe
from repclip.recording.reader import RecordingReader
from repclip.report.document import _mean, document
from repclip.report.text import tenths
from repclip.session.exercise import find_exercise
from repclip.session.scores import score_session
from repclip.source import MarkKind

ELSEWHERE = re.compile(r"""(?:src|href)\s*=\s*["'](?!data:)|url\(|@import""", re.IGNORECASE)


class Reader(HTMLParser):
    """The text of a page, and its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(" ".join(data.split()))


@pytest.fixture
def page(
    repclip: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[str, Reader]]:
    monkeypatch.setenv("COLUMNS", "200")  # a caution is one line

    def made(*arguments: str | Path) -> tuple[str, Reader]:
        target = tmp_path / "page.html"
        said = repclip("report", *arguments, "-o", target)
        assert said.code == 0
        assert [line for line in said.err_lines if not line.startswith("caution: ")] == []
        assert "open it in a browser" in said.out
        text = target.read_text(encoding="utf-8")
        reader = Reader()
        reader.feed(text)
        return text, reader

    return made


def test_prescribed_and_done(page: Callable[..., tuple[str, Reader]]) -> None:
    text, reader = page(bundled.recording("chain_session.repclip"))
    words = reader.words
    assert words[words.index("reps a set") + 1 :][:3] == ["10–15", "6, 6, 6", "too few"]
    assert words[words.index("lift") + 1] == "1–2 s"
    assert words.count("Set 1, from 26.3 s to 58.1 s") == 1
    assert "None: every sample came." in words
    assert "Simulated:" in words
    assert "repclip" in words[-1]
    assert len(reader.images) == 4
    assert all(image["alt"] for image in reader.images)
    assert len(text) < 3_000_000


def test_it_needs_nothing_but_itself(page: Callable[..., tuple[str, Reader]]) -> None:
    text, reader = page(bundled.recording("chain_lost_link.repclip"))
    assert not ELSEWHERE.search(text)
    assert not {"script", "link", "iframe", "object", "form"} & set(reader.tags)
    for image in reader.images:
        kind, _, data = (image["src"] or "").partition(";base64,")
        assert kind == "data:image/svg+xml"
        assert b"</svg>" in base64.b64decode(data)


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert [tenths(value) for value in (-0.06, -0.04, 0.0, 0.04, -12.34)] == ["-0.1", "0.0", "0.0", "0.0", "-12.3"]
    assert _mean([-0.04, 0.02], "°") == "0.0° ± 0.0°"


def test_gaps_are_told(page: Callable[..., tuple[str, Reader]]) -> None:
    _, reader = page(bundled.recording("lost_packets.csv"), "-e", "lying-leg-curl")
    assert "100 samples missing from 25.0 s to 26.0 s" in reader.words
    assert any("bridged in 35 holes" in words for words in reader.words)


def test_what_people_write_is_text(
    page: Callable[..., tuple[str, Reader]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    repclip: Callable[..., Any],
) -> None:
    folder = tmp_path / "config"
    target = folder / "exercises" / "mine.toml"
    repclip("exercises", "new", "mine", "-o", target)
    monkeypatch.setenv("REPCLIP_CONFIG", str(folder))
    target.write_text(target.read_text().replace('name = "Mine"', "name = '<script>alert(1)</script>'"))
    text, reader = page(bundled.recording("demo.csv"), "-e", "mine")
    assert "script" not in reader.tags
    assert "<script>alert" not in text
    assert "<script>alert(1)</script>" in reader.words


def test_pain_comes_before_all_else(
    page: Callable[..., tuple[str, Reader]], tmp_path: Path, repclip: Callable[..., Any]
) -> None:
    path = tmp_path / "hurt.repclip"
    shutil.copy(bundled.recording("chain_set.repclip"), path)
    better = "Stop lower"
    arguments = (path, "-e", "reverse-leg-lift")
    assert better in repclip("analyze", *arguments).out
    assert better in page(*arguments)[0]

    at_ns = max(chunk.arrival_ns for chunk in RecordingReader(path).chunks())
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("INSERT INTO mark VALUES (1000000000, ?, 'pain', '')", (at_ns,))
    table = repclip("analyze", *arguments).out
    assert table.splitlines()[1].startswith("Pain was reported at ")
    assert "doctor" in table.splitlines()[-1] + table.splitlines()[-2]
    assert better not in table
    text, reader = page(*arguments)
    body = text[text.index("<body>") :]
    assert body.index("Pain was reported") < body.index("<h1>")
    assert len([words for words in reader.words if "Pain was reported" in words]) == 1, "and is not said twice"
    assert better not in text


def test_of_nothing_it_says_so(page: Callable[..., tuple[str, Reader]], tmp_path: Path) -> None:
    still = tmp_path / "still.csv"
    rows = "\n".join(f"{n / 50:.2f},0,0,1,0,0,0" for n in range(500))
    still.write_text(f"t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps\n{rows}\n")
    _, reader = page(still, "-e", "lying-leg-curl")
    assert reader.images == []
    assert reader.words[reader.words.index("reps a set") + 2] == "0"


def test_left_against_right() -> None:
    path = bundled.recording("chain_set.repclip")
    examined = examine_file(path, None)
    info = describe(path, examined.meta, examined.seen, state="complete", notes=())
    made = report(tired_set(1, 5.0, 4), tired_set(2, 100.0, 3))
    marks = (Marked(None, MarkKind.SIDE, "left"), Marked(90.0, MarkKind.SIDE, "right"))
    score = score_session(made, find_exercise("reverse-leg-lift-single"), marks)
    reader = Reader()
    reader.feed(document(made, score, info, made=datetime(2026, 1, 2, tzinfo=UTC), version="9.9"))
    words = reader.words
    assert words[words.index("left") + 1 :][:3] == ["1 set", "4 reps", "38.0°"]
    assert words[words.index("right") + 1 :][:2] == ["1 set", "3 reps"]
    assert "made 2026-01-02 00:00 by repclip 9.9" in words


def test_it_cannot_be_written(repclip: Callable[..., Any], set_csv: Path, tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "no" / "page.html", set_csv):
        said = repclip("report", set_csv, "-o", target)
        assert said.code == 1
        assert len(said.err_lines) == 1
