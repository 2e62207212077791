"""``firmware/files.toml`` names what is there, and all of it: a module forgotten would be missing on every board."""

from __future__ import annotations

from pathlib import Path

import pytest

from repclip.flash.kinds import KINDS
from repclip.flash.manifest import MAIN, SETTINGS, read_manifest

FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
MANIFEST = read_manifest(FIRMWARE)
LISTED = [*MANIFEST.modules, *MANIFEST.programs, *MANIFEST.settings]


@pytest.mark.parametrize("name", LISTED)
def test_every_file_listed_exists(name: str) -> None:
    assert (FIRMWARE / name).is_file()


def test_every_file_is_listed_once() -> None:
    assert sorted(LISTED) == sorted(path.relative_to(FIRMWARE).as_posix() for path in FIRMWARE.rglob("*.py"))
    assert len(LISTED) == len(set(LISTED))


def test_lists_hold_what_they_say() -> None:
    assert all(name.startswith("repfw/") for name in MANIFEST.modules)
    assert set(MANIFEST.programs) <= {MAIN}
    assert set(MANIFEST.settings) <= {SETTINGS}


def test_the_page_says_what_is_supported() -> None:
    page = (FIRMWARE / "README.md").read_text(encoding="utf-8")
    assert f"MicroPython {MANIFEST.oldest_micropython} or newer" in page
    for kind in KINDS:
        assert kind.name.split(" and ")[0] in page
