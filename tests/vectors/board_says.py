"""What a board at 100 Hz says, as messages, for tests of what is made of them."""

from __future__ import annotations

from functools import partial

import numpy as np

from repclip import wire

SECOND = 1_000_000_000
HELLO = wire.Hello(
    time_us=0,
    boot_id=1,
    generation=0,
    protocol=1,
    firmware=(0, 1, 0),
    state=1,
    capabilities=wire.Capability.BLE,
    rate_mhz=100_000,
    acc_g_per_count=4 / 32768,
    gyr_dps_per_count=1000 / 32768,
    acc_range_g=4,
    gyr_range_dps=1000,
    axes=(1, 2, 3),
    next_index=0,
    ring_samples=2040,
    unique_id=b"it",
    name="it",
    board="none",
    sensor="none",
    rates_hz=(100,),
    acc_ranges_g=(4,),
    gyr_ranges_dps=(1000,),
)
STARTED = wire.Answer(0, wire.CommandKind.START, 1, wire.Result.OK, wire.Started(0, 0))


def samples(index: int, count: int = 10, *, resent: bool = False) -> wire.Samples:
    return wire.Samples(index * 10_000, index, 0, np.zeros((count, 6), dtype=np.int16), False, resent)


def status(uptime_s: int) -> wire.Status:
    make = partial(wire.Status, state=1, battery_percent=None, battery_mv=None, temperature_c=None, rate_mhz=None)
    make = partial(make, generation=0, next_index=100, held=100, backlog=0, overruns=0, lost=0, dropped=0)
    return make(time_us=0, uptime_s=uptime_s, rejected=0, bus_errors=0, flags=wire.StatusFlag.STREAM_HERE)
