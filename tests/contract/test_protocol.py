"""The numbers of ``firmware/PROTOCOL.md`` are those of the host's code and of the firmware's."""

from __future__ import annotations

import re
import struct
from enum import IntEnum
from pathlib import Path
from struct import Struct

import pytest

from repclip.wire import codes, layout

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "firmware" / "PROTOCOL.md").read_text(encoding="utf-8")
SIZES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "f32": 4}


def section(title: str) -> str:
    (found,) = re.findall(rf"^### {title} 0x\w\w\n(.*?)(?=^##)", TEXT, flags=re.DOTALL | re.MULTILINE)
    return str(found)


def firmware_constants(prefix: str) -> dict[str, int]:
    """Those that begin so, by the rest of their names, from all files; the same name has the same value in all."""
    found = {}
    for path in (ROOT / "firmware" / "repfw").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        found.update(re.findall(rf"^_{prefix}_(\w+) = const\((\w+)\)", text, flags=re.MULTILINE))
    return {name: int(value, 0) for name, value in found.items()}


FLAGS = firmware_constants("FLAG")
LONGEST = firmware_constants("LONGEST")


def test_kinds() -> None:
    headings = {name: int(code, 16) for name, code in re.findall(r"^### (\w+) (0x\w\w)$", TEXT, flags=re.MULTILINE)}
    assert headings == {kind.name: kind.value for kind in codes.Kind}
    assert firmware_constants("KIND") == headings


def test_commands() -> None:
    rows = {name: int(code, 16) for code, name in re.findall(r"^\| (0x4\w) \| `(\w+)` ", TEXT, flags=re.MULTILINE)}
    assert rows == {kind.name: kind.value for kind in codes.CommandKind}
    assert firmware_constants("COMMAND") == rows


def test_results() -> None:
    rows = {name: int(code) for code, name in re.findall(r"^\| (\d) \| `(\w+)` ", TEXT, flags=re.MULTILINE)}
    assert rows == {result.name: result.value for result in codes.Result}
    never = {"UNSUPPORTED", "BUSY"}  # of this firmware
    assert firmware_constants("RESULT") == {name: code for name, code in rows.items() if name not in never}


@pytest.mark.parametrize(
    ("prefix", "known"),
    [
        ("STATE", codes.DeviceState),
        ("CAUSE", codes.OverrunCause),
        ("FAULT", codes.FaultCode),
        ("CAN", codes.Capability),
        ("STATUS", codes.StatusFlag),
    ],
)
def test_codes_of_the_firmware(prefix: str, known: type[IntEnum]) -> None:
    found = firmware_constants(prefix)
    assert found
    assert found.items() <= {member.name: member.value for member in known}.items()


@pytest.mark.parametrize(
    ("kind", "fixed"),
    [
        ("HELLO", layout.HELLO),
        ("SAMPLES", layout.SAMPLES),
        ("STATUS", layout.STATUS),
        ("LOG", layout.LOG),
        ("OVERRUN", layout.OVERRUN),
        ("FAULT", layout.FAULT),
        ("MARK", layout.MARK),
        ("ANSWER", layout.ANSWER),
    ],
)
def test_fields_follow_each_other(kind: str, fixed: Struct) -> None:
    """The offsets in the table add up, and the layout of the code has the same fields of the same sizes."""
    rows = re.findall(r"^\| (\d+) \| (?:(\d) × )?(\w+) \| (\S+) \|", section(kind), flags=re.MULTILINE)
    at = 4
    sizes: list[int] = []
    for offset, times, of, field in rows:
        if of not in SIZES:
            break
        assert int(offset) == at, field
        at += int(times or 1) * SIZES[of]
        sizes += [SIZES[of]] * int(times or 1)
    assert at == 4 + fixed.size
    codes_of = fixed.format.lstrip("<").replace("x", "B")
    assert [struct.calcsize("<" + code) for code in codes_of] == sizes


@pytest.mark.parametrize(
    ("known", "where"),
    [
        (codes.DeviceState, r"\| `state` \| (.*?) \|"),
        (codes.OverrunCause, r"\| `cause` \| (.*?) \|"),
        (codes.FaultCode, r"Codes: (.*?)\.\n"),
        (codes.LogLevel, r"\| `level` \| (.*?) \|"),
    ],
)
def test_lists_of_codes(known: type[IntEnum], where: str) -> None:
    found = re.search(where, TEXT, flags=re.DOTALL)
    assert found is not None
    assert [int(code) for code in re.findall(r"\b(\d+) [a-z`]", found.group(1))] == [member.value for member in known]


def test_flags_and_capabilities() -> None:
    listed = re.findall(r"0x(\d{4}) ", TEXT.split("Capabilities:")[1].split("\n\n")[0])
    assert [int(bit, 16) for bit in listed] == [bit.value for bit in codes.Capability]
    listed = re.findall(r"0x(\d\d) ", section("STATUS").split("Flags:")[1])
    assert [int(bit, 16) for bit in listed] == [bit.value for bit in codes.StatusFlag]
    flags = {"AFTER_LOSS": codes.AFTER_LOSS, "RESENT": codes.RESENT, "OVER": codes.OVER}
    assert {name: FLAGS[name] for name in flags} == flags
    assert FLAGS["ACKNOWLEDGES"] == codes.ACKNOWLEDGES


def test_uuids_and_sizes() -> None:
    uuids = (codes.BLE_SERVICE_UUID, codes.BLE_INFO_UUID, codes.BLE_DATA_UUID, codes.BLE_CONTROL_UUID)
    assert tuple(re.findall(r"`(c649\w{4}-[\w-]+)`", TEXT)) == uuids
    assert f"8 to {codes.LONGEST_FRAME} bytes" in TEXT
    assert f"a host up to {codes.LONGEST_ACCEPTED}, a device up to {codes.LONGEST_READ}." in TEXT
    assert f"at most {codes.LONGEST_COMMAND} bytes" in TEXT
    assert LONGEST["FRAME"] == codes.LONGEST_FRAME
    assert LONGEST["COMMAND"] == codes.LONGEST_READ
    assert f"longer than {codes.LONGEST_READ}," in TEXT


def test_samples_per_frame_table() -> None:
    rows = re.findall(r"^\| (\d+)[^|]* \| (\d+)[^|]* \| (\d+) \| (\d+) \| (\d+) \|$", TEXT, flags=re.MULTILINE)
    assert len(rows) == 3
    for row in rows:
        mtu, payload, samples, size, notifications = map(int, row)
        fit = (payload - 20) // 12
        assert payload == mtu - 3
        assert samples == (min(fit, 18) if fit >= 4 else 18)
        assert size == 20 + 12 * samples
        assert notifications == (1 if size <= payload else -(-size // (payload - 1)))
