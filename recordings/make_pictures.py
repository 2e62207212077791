"""Make ``demo.png``, the README's picture: ``python recordings/make_pictures.py [FOLDER]``.

It is what ``repclip demo`` draws of ``chain_set.repclip``, the recording of a SIMULATED leg. How letters are drawn
varies from one matplotlib to another, so the picture is looked at, not compared.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from repclip.cli import main as repclip


def main(arguments: Sequence[str]) -> int:
    """Draw into the folder named, or else into that of this script."""
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    return repclip(["demo", "--no-replay", "--output", str(folder / "demo.png")])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
