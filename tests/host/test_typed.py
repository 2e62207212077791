"""Commands that are told to be tried next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from repclip.cli import typed
from repclip.cli.typed import command_line


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to be in, where the shell knows of no ``repclip`` and no ``python``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(typed.shutil, "which", lambda _: None)
    return tmp_path


def test_as_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sys, "argv", [str(Path(".venv", "bin", "repclip"))])
    assert command_line("analyze", Path("a b.csv"), "--json") == 'repclip analyze "a b.csv" --json'


@pytest.mark.parametrize("whole", [False, True])
def test_as_it_was_called(unknown: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool) -> None:
    below = Path(".venv", "bin", "repclip")
    monkeypatch.setattr(sys, "argv", [str(unknown / below if whole else below)])
    assert command_line("demo") == f"{below} demo"
    monkeypatch.chdir(unknown / "..")
    monkeypatch.setattr(sys, "argv", [str(unknown / below)])
    assert command_line("demo") == f"{Path(unknown.name) / below} demo"
    monkeypatch.setattr(sys, "argv", [str(unknown / "repclip")])
    monkeypatch.chdir(unknown)
    assert command_line("demo") == f"{os.curdir}{os.sep}repclip demo", "a bare name is looked for elsewhere"


def test_as_a_module(unknown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(Path("host", "repclip", "__main__.py"))])
    python = Path(".venv", "bin", "python3")
    monkeypatch.setattr(sys, "executable", str(unknown / python))
    assert command_line("demo") == f"{python} -m repclip demo"
    monkeypatch.setattr(typed.shutil, "which", lambda name: str(unknown / python) if name == "python3" else None)
    assert command_line("demo") == "python3 -m repclip demo"


def test_what_demo_names_next_runs(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PATH": str(tmp_path)}
    demo = [sys.executable, "-m", "repclip", "demo", "--no-replay", "-o", "a.png"]
    said = subprocess.run(demo, env=env, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    shown, knows = said.stdout.splitlines()[-2:]
    assert "analyze" in shown
    again = subprocess.check_output(knows, env=env, cwd=tmp_path, shell=True, text=True, timeout=60)
    assert "prone-thigh-extension-ball" in again
