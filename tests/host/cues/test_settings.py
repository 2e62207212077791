"""Settings of the cues: what a file may say, and how its faults are named."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from repclip.cues.settings import CountAt, CueMode, CueSettings
from repclip.errors import CueSettingsError

PATH = Path("cues.toml")


def test_an_empty_file_changes_nothing() -> None:
    assert CueSettings.of_table({}, PATH) == CueSettings()


def test_each_key_is_read() -> None:
    others: dict[str, object] = {
        "mode": "lead",
        "count": "top",
        "tones": False,
        "ticks": False,
        "verdicts": False,
        "rest": False,
        "voice": False,
        "count_in_s": 3,
    }
    read = CueSettings.of_table(others, PATH)
    assert asdict(read) == others
    assert read.mode is CueMode.LEAD
    assert read.count is CountAt.TOP
    usual = asdict(CueSettings())
    assert all(usual[key] != value for key, value in others.items()), "each differs from what is usual"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("mode", "loud", "one of follow, lead, quiet"),
        ("mode", 1, "one of follow, lead, quiet"),
        ("count", False, "one of top, bottom, off"),
        ("ticks", "yes", "true or false"),
        ("voice", 1, "true or false"),
        ("count_in_s", -1, "seconds from 0 to 120"),
        ("count_in_s", True, "seconds from 0 to 120"),
        ("count_in_s", float("nan"), "seconds from 0 to 120"),
        ("volume", 3, "one of mode, count, tones, ticks, verdicts, rest, voice, count_in_s"),
    ],
)
def test_a_fault_names_file_key_and_what_was_expected(key: str, value: object, expected: str) -> None:
    with pytest.raises(CueSettingsError) as raised:
        CueSettings.of_table({key: value}, PATH)
    assert (raised.value.path, raised.value.key, raised.value.expected) == (PATH, key, expected)
    assert str(raised.value).startswith(f"cues.toml: {key}: is ")
