"""The host's codec against the golden vectors, and the vectors against the script that makes them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import make_vectors
from repclip import wire
from repclip.errors import FrameError
from vector_json import as_json, command_from_json

FOLDER = Path(__file__).resolve().parents[1] / "vectors"

Vector = dict[str, Any]


def vectors(name: str) -> list[Any]:
    loaded: list[Vector] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    names = [vector["name"] for vector in loaded]
    assert len(set(names)) == len(names)
    return [pytest.param(vector, id=vector["name"]) for vector in loaded]


def test_files_and_examples_are_up_to_date() -> None:
    for name, text in make_vectors.vector_files().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, "run python tests/vectors/make_vectors.py"
    assert make_vectors.PROTOCOL.read_text(encoding="utf-8") == make_vectors.protocol_text()


@pytest.mark.parametrize("vector", vectors("device_frames"))
def test_device_frame(vector: Vector) -> None:
    data = bytes.fromhex(vector["hex"])
    if "damage" in vector:
        with pytest.raises(FrameError) as caught:
            wire.parse_frame(data)
        assert caught.value.reason == vector["damage"]
        return
    message = wire.parse_frame(data)
    assert as_json(message) == vector["message"]
    assert data[3] == vector["seq"]
    if vector.get("firmware"):
        assert not isinstance(message, wire.Unknown)
        assert wire.build_frame(message, vector["seq"]) == data


@pytest.mark.parametrize("vector", vectors("command_frames"))
def test_command_frame(vector: Vector) -> None:
    data = bytes.fromhex(vector["hex"])
    if "result" in vector:
        with pytest.raises(FrameError):
            wire.parse_command(data)
        return
    command = command_from_json(vector["command"])
    assert wire.parse_command(data) == (command, vector["tag"])
    if "grown" not in vector["name"]:
        assert wire.encode_command(command, vector["tag"], wire.Framing.BLE) == data
        assert wire.encode_command(command, vector["tag"], wire.Framing.SERIAL).hex() == vector["serial"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("vector", vectors("serial_to_host"))
def test_serial_stream(vector: Vector, size: int) -> None:
    stream = bytes.fromhex(vector["hex"])
    decoder = wire.FrameDecoder()
    messages = [m for at in range(0, len(stream), size) for m in decoder.feed(stream[at : at + size])]
    assert as_json(tuple(messages)) == vector["messages"]
    assert decoder.damaged == sum(message["type"] == "Damaged" for message in vector["messages"])


@pytest.mark.parametrize("vector", vectors("notifications"))
def test_notifications(vector: Vector) -> None:
    decoder = wire.FrameDecoder(wire.Framing.BLE)
    messages = [m for part in vector["notifications"] for m in decoder.feed(bytes.fromhex(part))]
    assert as_json(tuple(messages)) == vector["messages"]
    if "payload" in vector:
        cut = wire.notifications(bytes.fromhex(vector["frame"]), vector["payload"], vector["number"])
        assert [part.hex() for part in cut] == vector["notifications"]
        assert max(map(len, cut)) <= vector["payload"]


def test_examples_decode_as_they_say() -> None:
    """What stands in the document is read from there, not from what made it."""
    text = make_vectors.PROTOCOL.read_text(encoding="utf-8").split("## 8. Examples")[1]
    blocks = re.findall(r"\*\*(.*?)\*\*\n\n```text\n(.*?)\n```", text, flags=re.DOTALL)
    assert len(blocks) == 9
    seen: dict[str, wire.Message] = {}
    for title, body in blocks:
        rows = [re.fullmatch(r" *\d+  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {2,}.*)?", line) for line in body.splitlines()]
        listed = bytes.fromhex("".join(row.group(1) for row in rows if row))
        plain = bytes.fromhex(body) if not listed else b""
        if "as it is written over BLE" in title:
            assert wire.parse_command(listed) == (wire.Start(100, 4, 500), 2)
        elif "COBS, escapes" in title:
            assert plain == wire.encode_command(wire.Start(100, 4, 500), 2, wire.Framing.SERIAL)
        elif "on a serial line" in title:
            assert wire.FrameDecoder().feed(plain) == [seen["SAMPLES"]]
        elif "MTU of 23" in title:
            decoder = wire.FrameDecoder(wire.Framing.BLE)
            parts = [bytes.fromhex(line) for line in body.splitlines()]
            assert [m for part in parts for m in decoder.feed(part)] == [seen["SAMPLES"]]
            assert max(map(len, parts)) <= 20
        else:
            seen[re.split(r"[ :]", title)[0]] = wire.parse_frame(listed)
    assert set(seen) == {"HELLO", "SAMPLES", "OVERRUN", "ANSWER", "STATUS"}
    answer = seen["ANSWER"]
    assert isinstance(answer, wire.Answer)
    assert answer.detail == wire.Resending(0xFFFFFF80, 400)
