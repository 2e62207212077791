"""Write the goldens of the live view; read what changed before keeping it.

``python tests/goldens/make_live_goldens.py``
"""

from __future__ import annotations

from pathlib import Path

from live_scenes import goldens

FOLDER = Path(__file__).parent / "live"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = goldens()
    for old in FOLDER.glob("*.txt"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
