"""What a device says of itself, as bytes."""

from __future__ import annotations

from dataclasses import replace

from repclip.source import Channel
from repclip.testing import messages
from repclip.wire import DeviceState, Fault, FaultCode, Hello, build_frame, serial_line

HELLO = replace(
    messages.HELLO,
    state=DeviceState.IDLE,
    unique_id=bytes.fromhex("e66038b713a27c2f"),
    name="repclip-7c2f",
    sensor="LSM6DSOX",
)


def introduction(
    hello: Hello = HELLO, fault: str | None = None, battery: int | None = 87
) -> list[tuple[Channel, bytes]]:
    """Frames of Hello, Fault and Status, each with the BLE channel it goes over."""
    frames = [(Channel.BLE_CONTROL, build_frame(hello, 0))]
    if fault is not None:
        frames.append((Channel.BLE_DATA, build_frame(Fault(1, FaultCode.NO_SENSOR, 0, fault), 0)))
    status = replace(messages.STATUS, state=hello.state, battery_percent=battery)
    return [*frames, (Channel.BLE_DATA, build_frame(status, 1))]


def on_a_line(frames: list[tuple[Channel, bytes]]) -> bytes:
    return b"".join(serial_line(frame) for _, frame in frames)
