"""A clone stays small: pictures and recordings are looked at, not stored."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_BYTES = 300_000
DATA = {".bin", ".csv", ".gif", ".jpg", ".jpeg", ".json", ".mp4", ".npy", ".npz", ".pdf", ".png", ".repclip", ".svg"}
FOLDERS = ("firmware", "host", "recordings", "signal", "tests")


def test_pictures_and_recordings_are_small() -> None:
    candidates = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix.lower() in DATA]
    large = {str(path.relative_to(ROOT)): path.stat().st_size for path in candidates if path.is_file()}
    assert not {name: size for name, size in large.items() if size >= LIMIT_BYTES}
