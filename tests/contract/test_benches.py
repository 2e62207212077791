"""Every benchmark says what it measures and what it wants."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
PROGRAMS = [path.name for path in sorted(BENCH.glob("*.py")) if "__main__" in path.read_text(encoding="utf-8")]
# Each as if started by itself, but what they load of other packages is loaded once: that takes most of the time.
ASK_ALL = """
import contextlib, io, json, os.path, runpy, sys

said, given = {}, sys.path[1:]
for program in sys.argv[1:]:
    folder, file = os.path.split(program)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(os.path.dirname(folder) + os.sep):
            del sys.modules[name]
    sys.path[:], sys.argv[:] = [folder, *given], [program, "--help"]
    out, code = io.StringIO(), None
    with contextlib.redirect_stdout(out):
        try:
            runpy.run_path(program, run_name="__main__")
        except SystemExit as end:
            code = end.code
    said[file] = out.getvalue() if not code else f"exit code {code}"
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What each says when asked for help."""
    command = [sys.executable, "-c", ASK_ALL, *[str(BENCH / name) for name in PROGRAMS]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    texts: dict[str, str] = json.loads(done.stdout)
    return texts


@pytest.mark.parametrize("name", PROGRAMS)
def test_bench_explains_itself(said: dict[str, str], name: str) -> None:
    assert said[name].startswith(f"usage: {name}")


def test_benches_are_found() -> None:
    assert {"accuracy.py", "disturbed.py", "speed.py", "live.py", "firmware.py", "flags.py"} <= set(PROGRAMS)
