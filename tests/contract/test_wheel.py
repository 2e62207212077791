"""The wheel alone, in an environment without the checkout, runs ``repclip demo``.

Works without a network: the wheel is built with the hatchling that is installed, and the clean environment borrows
the dependencies, and nothing else, from the running one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class CleanEnvironment:
    """An environment with the wheel in it, and an empty folder to work in."""

    scripts: Path
    work: Path

    def run(self, *command: str) -> str:
        """What a command of this environment prints."""
        return _run(str(self.scripts / command[0]), *command[1:], cwd=self.work)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    (built,) = folder.glob("repclip-*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> CleanEnvironment:
    folder = tmp_path_factory.mktemp("clean")
    work = folder / "work"
    work.mkdir()
    target = folder / "venv"
    venv.create(target, with_pip=True, symlinks=os.name != "nt")
    scripts = target / ("Scripts" if os.name == "nt" else "bin")
    _run(str(scripts / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel), cwd=work)
    own = Path(_run(str(scripts / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=work))
    # A path named in a .pth file is searched last, and the .pth files in it (an editable install's) are not read.
    lent = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (own / "dependencies.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    return CleanEnvironment(scripts, work)


def _run(*command: str, cwd: Path) -> str:
    unwanted = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DISPLAY", "MPLBACKEND"}
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    environment["PYTHONUTF8"] = "1"
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def test_the_wheel_holds_both_packages_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"repclip", "repsignal"}
    for name in (
        "repclip/py.typed",
        "repsignal/py.typed",
        "repclip/page/static/index.html",
        "repclip/page/static/page.js",
        "repclip/_firmware/README.md",
        "repclip/_firmware/files.toml",
        "repclip/_firmware/PROTOCOL.md",
        "repclip/_firmware/repfw/hot.py",
        "repclip/_recordings/FORMAT.md",
    ):
        assert name in names
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.parametrize("package", ["repclip", "repsignal"])
def test_what_is_imported_comes_from_the_wheel(clean: CleanEnvironment, package: str) -> None:
    origin = Path(clean.run("python", "-c", f"import {package}; print({package}.__file__)")).resolve()
    assert origin.is_relative_to(clean.scripts.parent.resolve())


def test_demo_runs(clean: CleanEnvironment) -> None:
    said = clean.run("repclip", "demo")
    assert "simulated" in said.lower()
    pictures = [path for path in clean.work.rglob("*") if path.suffix in {".png", ".svg", ".pdf"}]
    assert len(pictures) == 1
    assert pictures[0].stat().st_size > 5_000
