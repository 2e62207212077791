"""Programs that stand in for those which play and speak: they write down what they are given."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

SLEEP: Final = shutil.which("sleep") or "sleep"
NAMED: Final = 'echo "${0##*/} $*" >> "$HEARD"\n'


class StandIns:
    """``add(name)`` puts one on the PATH, where there is nothing else; `heard` is what they were all given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = folder / "heard.txt"

    def add(self, name: str, then: str = "") -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{NAMED}{then}\n", encoding="utf-8")
        path.chmod(0o755)

    def add_failing(self, name: str) -> None:
        self.add(name, "exit 3")

    def add_hanging(self, name: str, first: str = ":") -> None:
        self.add(name, f"{first}\nexec {SLEEP} 1000")

    @property
    def heard(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
