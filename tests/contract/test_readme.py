"""What the README promises is what is run, and what it shows exists."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from repclip.cues.settings import CueSettings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def marked_line(name: str) -> str:
    """The only line of the code block after the marker; ``.ci/run`` finds it the same way."""
    blocks = re.findall(rf"<!-- line: {name} -->\n```sh\n(.*?)\n```\n", README, flags=re.DOTALL)
    assert len(blocks) == 1, f"README.md must have one block marked 'line: {name}'"
    assert "\n" not in blocks[0]
    return str(blocks[0])


@pytest.mark.parametrize(
    ("name", "ending"), [("demo", ".venv/bin/repclip demo"), ("tests", ".venv/bin/pytest")], ids=["demo", "tests"]
)
def test_line_starts_from_nothing(name: str, ending: str) -> None:
    line = marked_line(name)
    assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert line.endswith(f" && {ending}")


def test_ci_runs_the_line_as_it_stands() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "readme_line tests" in script
    assert 'bash -c "$line"' in script
    assert "pip install" not in script
    assert "/pytest" not in script


def test_local_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), ROOT / "recordings" / "FORMAT.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_settings_of_cues_are_the_usual_ones() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    assert tomllib.loads(example) == asdict(CueSettings())


def test_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})
    assert len(capsys.readouterr().out.splitlines()) >= 3
