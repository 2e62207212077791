"""What a device says of itself, as bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from repclip.source import Channel
from repclip.wire import Capability, DeviceState, Fault, FaultCode, Hello, Status, StatusFlag, build_frame, serial_line

HELLO = Hello(
    time_us=1_000_000,
    boot_id=7,
    generation=0,
    protocol=1,
    firmware=(0, 2, 0),
    state=DeviceState.IDLE,
    capabilities=Capability(0),
    rate_mhz=104_200,
    acc_g_per_count=0.000244,
    gyr_dps_per_count=0.035,
    acc_range_g=8,
    gyr_range_dps=1000,
    axes=(1, 2, 3),
    next_index=0,
    ring_samples=2040,
    unique_id=bytes.fromhex("e66038b713a27c2f"),
    name="repclip-7c2f",
    board="Simulated",
    sensor="LSM6DSOX",
    rates_hz=(52, 104, 208),
    acc_ranges_g=(2, 4, 8, 16),
    gyr_ranges_dps=(250, 500, 1000, 2000),
)
STATUS = Status(
    time_us=1_100_000,
    uptime_s=1,
    state=DeviceState.IDLE,
    battery_percent=87,
    battery_mv=3980,
    temperature_c=None,
    generation=0,
    rate_mhz=None,
    next_index=0,
    held=0,
    backlog=0,
    overruns=0,
    lost=0,
    dropped=0,
    rejected=0,
    bus_errors=0,
    flags=StatusFlag(0),
)


def introduction(fault: str | None = None, battery: int | None = 87, **changes: Any) -> list[tuple[Channel, bytes]]:
    """Frames of Hello, Fault and Status, each with the BLE channel it goes over."""
    frames = [(Channel.BLE_CONTROL, build_frame(replace(HELLO, **changes), 0))]
    if fault is not None:
        frames.append((Channel.BLE_DATA, build_frame(Fault(1, FaultCode.NO_SENSOR, 0, fault), 0)))
    return [*frames, (Channel.BLE_DATA, build_frame(replace(STATUS, battery_percent=battery), 1))]


def on_a_line(frames: list[tuple[Channel, bytes]]) -> bytes:
    return b"".join(serial_line(frame) for _, frame in frames)
