"""What a board that is well says of itself: begin from these, and change with `dataclasses.replace` what matters."""

from __future__ import annotations

from typing import Final

from repclip.wire import Capability, DeviceState, Hello, Status, StatusFlag

__all__ = ["HELLO", "STATUS"]

HELLO: Final = Hello(
    time_us=0,
    boot_id=1,
    generation=0,
    protocol=1,
    firmware=(0, 1, 0),
    state=DeviceState.RUNNING,
    capabilities=Capability.BLE,
    rate_mhz=100_000,
    acc_g_per_count=4 / 32768,
    gyr_dps_per_count=1000 / 32768,
    acc_range_g=4,
    gyr_range_dps=1000,
    axes=(1, 2, 3),
    next_index=0,
    ring_samples=2040,
    unique_id=b"simulated",
    name="simulated",
    board="in memory",
    sensor="simulated",
    rates_hz=(100,),
    acc_ranges_g=(4,),
    gyr_ranges_dps=(1000,),
)
STATUS: Final = Status(
    time_us=0,
    uptime_s=0,
    state=DeviceState.RUNNING,
    battery_percent=80,
    battery_mv=3900,
    temperature_c=25.0,
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
