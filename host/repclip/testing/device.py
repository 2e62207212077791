"""A device in memory: speaks ``firmware/PROTOCOL.md`` as a board does, in a time of its own.

No I/O and no clock: ``advance`` lets time go by, ``receive`` takes what a host wrote, and both give what the device
sends. It keeps a ring, forgets what fell out of it, and boots when told to.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from repclip import wire
from repclip.calibrate import si_to_csv_units
from repclip.errors import FrameError
from repclip.source import Channel
from repclip.testing.messages import HELLO, STATUS
from repclip.wire import RawSamples, cobs
from repsignal import ImuBlock

__all__ = ["DeviceFigures", "SimulatedDevice"]

_RING: Final = 2040
_LIVE_S: Final = 5.0
_KEEPS_SAMPLING_S: Final = 30.0
_FRAME: Final = 10  # samples of a live frame: 100 ms at 100 Hz
_RESENT: Final = 18
_WRAP: Final = 1 << 32

Sent = tuple[Channel, bytes]


@dataclass(frozen=True, slots=True)
class DeviceFigures:
    """What the device is. ``sensor_error`` is how much quicker than told the sensor is; ``clock_error`` its crystal."""

    name: str = "simulated"
    rate_hz: int = 100
    acc_range_g: int = 4
    gyr_range_dps: int = 1000
    sensor_error: float = 0.0
    clock_error: float = 0.0
    jitter_s: float = 0.0005
    first_us: int = 0  # what the device's clock says at boot
    first_index: int = 0

    @property
    def acc_g_per_count(self) -> float:
        """Of 16 bits."""
        return self.acc_range_g / 32768

    @property
    def gyr_dps_per_count(self) -> float:
        """Of 16 bits."""
        return self.gyr_range_dps / 32768

    def counts(self, block: ImuBlock) -> RawSamples:
        """(N, 6): what the sensor says where this is felt."""
        steps = [self.acc_g_per_count] * 3 + [self.gyr_dps_per_count] * 3
        return np.clip(np.round(si_to_csv_units(block)[:, 1:] / steps), -32768, 32767).astype(np.int16)


@dataclass(slots=True)
class _Boot:
    boot_id: int
    at_s: float
    next_index: int
    begun_s: float | None = None  # when sampling began
    sent: int = 0  # first sample not yet sent live
    resend: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    ring: dict[int, tuple[int, RawSamples]] = field(default_factory=dict[int, tuple[int, RawSamples]])


class SimulatedDevice:
    """``raw`` is (N, 6) int16, what its sensor says at ``rate_hz`` from time 0 on; afterwards it lies still.

    Time is the world's, in seconds. On BLE, frames are whole notifications unless ``mtu`` makes them fragments.
    """

    def __init__(
        self, raw: RawSamples, figures: DeviceFigures | None = None, *, ble: bool = True, mtu: int = 247, seed: int = 0
    ) -> None:
        self.figures = figures or DeviceFigures()
        self.now_s = 0.0
        self.commands: list[wire.Command] = []
        self._raw = raw
        self._ble = ble
        self._payload = mtu - 3
        self._random = np.random.default_rng(seed)
        self._boot = self._new_boot()
        self._streams = False
        self._heard_s: float | None = None  # a command, on the present link
        self._status_s = 0.0
        self._seq = {Channel.BLE_DATA: 0, Channel.BLE_CONTROL: 0, Channel.SERIAL: 0}
        self._fragment = {Channel.BLE_DATA: 0, Channel.BLE_CONTROL: 0}
        self._buffer = b""

    # --- the world ---------------------------------------------------------------------------------------------------

    def link_up(self) -> None:
        """A host connected."""
        self._heard_s = None
        self._seq = dict.fromkeys(self._seq, 0)
        self._fragment = dict.fromkeys(self._fragment, 0)

    def link_down(self) -> None:
        """The link is gone; sampling goes on."""
        self._heard_s = None
        self._streams = False

    def reset(self) -> None:
        """Power off and on."""
        self._boot = self._new_boot()
        self._streams = False
        self._heard_s = None

    def press_button(self, number: int) -> list[Sent]:
        """The user marks something."""
        mark = wire.Mark(self._time_us(self.now_s), self._boot.next_index % _WRAP, number, 0)
        return self._data(mark) if self._live else []

    def advance(self, until_s: float) -> list[Sent]:
        """Time goes by: what is sent meanwhile."""
        self.now_s = until_s
        self._sample()
        out: list[Sent] = []
        if not self._live:
            self._streams = False
            return out
        boot = self._boot
        while self._streams and boot.next_index - boot.sent >= _FRAME:
            out += self._send_from(boot.sent, _FRAME, resent=False)
            boot.sent += _FRAME
            out += self._resend_some()
        if not self._streams or boot.next_index == boot.sent or boot.resend:
            out += self._resend_some()
        if until_s - self._status_s >= 1.0:
            self._status_s = until_s
            out += self._data(self._status())
        return out

    def receive(self, data: bytes) -> list[Sent]:
        """A host wrote this; the answers."""
        self._heard_s = self.now_s
        if self._ble:
            return self._command(data)
        out: list[Sent] = []
        self._buffer += data
        while b"\0" in self._buffer:
            chunk, self._buffer = self._buffer.split(b"\0", 1)
            if chunk:
                out += self._command(cobs.decode(cobs.unescape(chunk)))
        return out

    # --- sampling ----------------------------------------------------------------------------------------------------

    def _new_boot(self) -> _Boot:
        boot_id = int(self._random.integers(1, _WRAP))
        return _Boot(boot_id, self.now_s, self.figures.first_index, sent=self.figures.first_index)

    @property
    def _live(self) -> bool:
        return self._heard_s is not None and self.now_s - self._heard_s <= _LIVE_S

    @property
    def _state(self) -> wire.DeviceState:
        return wire.DeviceState.IDLE if self._boot.begun_s is None else wire.DeviceState.RUNNING

    @property
    def _true_rate_hz(self) -> float:
        return self.figures.rate_hz * (1.0 + self.figures.sensor_error)

    def _time_us(self, at_s: float) -> int:
        since_s = (at_s - self._boot.at_s) * (1.0 + self.figures.clock_error)
        return (self.figures.first_us + round(since_s * 1e6)) % _WRAP

    def _sample(self) -> None:
        boot = self._boot
        if boot.begun_s is None:
            return
        first = self.figures.first_index
        due = first + int((self.now_s - boot.begun_s) * self._true_rate_hz)
        for index in range(boot.next_index, due):
            at_s = boot.begun_s + (index - first + 1) / self._true_rate_hz
            jitter_s = self._random.uniform(-1.0, 1.0) * self.figures.jitter_s
            row = min(int(at_s * self.figures.rate_hz), len(self._raw) - 1)
            boot.ring[index] = (self._time_us(at_s + jitter_s), self._raw[row])
            boot.ring.pop(index - _RING, None)
        boot.next_index = max(boot.next_index, due)

    # --- frames ------------------------------------------------------------------------------------------------------

    def _send_from(self, first: int, count: int, *, resent: bool) -> list[Sent]:
        ring = self._boot.ring
        held = [index for index in range(first, first + count) if index in ring]
        out: list[Sent] = []
        lost = count - len(held)
        if lost:
            out += self._data(wire.Overrun(self._time_us(self.now_s), first % _WRAP, lost, 0, 3, resent=resent))
        if held:
            raw = np.array([ring[index][1] for index in held], dtype=np.int16)
            out += self._data(wire.Samples(ring[held[0]][0], held[0] % _WRAP, 0, raw, bool(lost), resent))
        return out

    def _resend_some(self) -> list[Sent]:
        boot = self._boot
        if not boot.resend:
            return []
        first, count = boot.resend.pop(0)
        now = min(count, _RESENT)
        if count > now:
            boot.resend.insert(0, (first + now, count - now))
        return self._send_from(first, now, resent=True)

    def _hello(self) -> wire.Hello:
        own = self.figures
        return replace(
            HELLO,
            time_us=self._time_us(self.now_s),
            boot_id=self._boot.boot_id,
            state=self._state,
            rate_mhz=own.rate_hz * 1000,
            acc_g_per_count=own.acc_g_per_count,
            gyr_dps_per_count=own.gyr_dps_per_count,
            acc_range_g=own.acc_range_g,
            gyr_range_dps=own.gyr_range_dps,
            next_index=self._boot.next_index % _WRAP,
            ring_samples=_RING,
            name=own.name,
            rates_hz=(own.rate_hz,),
            acc_ranges_g=(own.acc_range_g,),
            gyr_ranges_dps=(own.gyr_range_dps,),
        )

    def _status(self) -> wire.Status:
        boot = self._boot
        return replace(
            STATUS,
            time_us=self._time_us(self.now_s),
            uptime_s=int(self.now_s - boot.at_s),
            state=self._state,
            next_index=boot.next_index % _WRAP,
            held=len(boot.ring),
            backlog=max(0, boot.next_index - boot.sent),
            flags=wire.StatusFlag.STREAM_HERE if self._streams else wire.StatusFlag(0),
        )

    def _data(self, message: wire.DeviceMessage) -> list[Sent]:
        return self._wrapped(message, Channel.BLE_DATA if self._ble else Channel.SERIAL)

    def _control(self, message: wire.DeviceMessage) -> list[Sent]:
        return self._wrapped(message, Channel.BLE_CONTROL if self._ble else Channel.SERIAL)

    def _wrapped(self, message: wire.DeviceMessage, channel: Channel) -> list[Sent]:
        frame = wire.build_frame(message, self._seq[channel])
        self._seq[channel] = (self._seq[channel] + 1) % 256
        if channel is Channel.SERIAL:
            return [(channel, wire.serial_line(frame))]
        pieces = wire.notifications(frame, self._payload, self._fragment[channel])
        if len(pieces) > 1:
            self._fragment[channel] += len(pieces)
        return [(channel, piece) for piece in pieces]

    # --- commands ----------------------------------------------------------------------------------------------------

    def _command(self, frame: bytes) -> list[Sent]:
        now_us = self._time_us(self.now_s)
        try:
            command, tag = wire.parse_command(frame)
        except FrameError:
            return self._control(wire.Answer(now_us, 0, 0, wire.Result.UNREADABLE))
        self.commands.append(command)
        kind = wire.CommandKind(frame[1])
        boot = self._boot
        detail: wire.Detail | None = None
        result = wire.Result.OK
        out: list[Sent] = []
        match command:
            case wire.AskHello():
                out += self._control(self._hello())
            case wire.Start():
                if boot.begun_s is None:
                    boot.begun_s = self.now_s
                if not self._streams:
                    boot.sent = boot.next_index
                self._streams = True
                out += self._control(self._hello())
                detail = wire.Started(boot.sent % _WRAP, 0)
            case wire.Stop():
                self._streams = False
                detail = wire.Stopped(boot.next_index % _WRAP)
            case wire.Resend(first, count):
                result, detail = self._resend(first, count)
            case wire.AskTime(echo):
                detail = wire.Echo(echo, now_us)
            case _:
                pass
        return out + self._control(wire.Answer(now_us, kind, tag, result, detail))

    def _resend(self, first: int, count: int) -> tuple[wire.Result, wire.Detail]:
        boot = self._boot
        oldest = max(boot.next_index - len(boot.ring), 0)
        begin = oldest + (first - oldest + _WRAP // 2) % _WRAP - _WRAP // 2
        end = min(begin + count, boot.next_index)
        begin = max(begin, oldest)
        if end <= begin:
            return wire.Result.NOT_HELD, wire.NotHeld(oldest % _WRAP, len(boot.ring))
        boot.resend = [(begin, end - begin)]
        return wire.Result.OK, wire.Resending(begin % _WRAP, end - begin)
