"""Chunks of a source → what they mean: decoding, order, time, units, counting. Plain and synchronous, reads no clock.

Live, replay and the analysis of a recording all go through :class:`Pipeline`. What it says depends on the chunks and
their order alone, so a replay says what live said, field by field.
"""

from __future__ import annotations

import numpy as np

from repclip.calibrate import counts_to_si
from repclip.engine.assembly import Assembly, LossReason, LostSamples, Restarted, SampleRun
from repclip.engine.outputs import Counted, DeviceRestarted, DeviceSeen, Gap, Marked, Output, Sampled
from repclip.engine.session_time import SessionTime
from repclip.source import Channel, Chunk, HostMark, LinkChange, LinkEvent, MarkKind, Packet, SampleBlock
from repclip.wire import (
    Answer,
    Damaged,
    Fault,
    FrameDecoder,
    Hello,
    Log,
    Mark,
    Message,
    Samples,
    Status,
    StrayText,
)
from repsignal import CounterParams, ImuBlock

__all__ = ["Pipeline"]


class Pipeline:
    """``feed`` chunks; ``flush`` at the end.

    ``at_once`` samples may wait before the counter sees them: 0 for live, some thousands for a long recording. What is
    counted does not depend on it.
    """

    def __init__(self, params: CounterParams | None = None, *, at_once: int = 0) -> None:
        from repsignal import RepCounter  # which loads scipy: not all who know of pipelines need one

        self.counter = RepCounter(params)
        self.assembly = Assembly()
        self.messages: list[Message] = []  # of the last chunk, for who talks to the device
        self.damaged = 0
        self.missed = 0  # frames that never came
        self._decoders: dict[Channel, FrameDecoder] = {}
        self._times = SessionTime()
        self._at_once = at_once
        self._waiting: list[ImuBlock] = []
        self._waiting_samples = 0
        self._paused = False
        self._side: str | None = None
        self._gap: tuple[float, int | None, LossReason] | None = None  # begun, not yet ended

    @property
    def rate_hz(self) -> float | None:
        """The sampling rate as it is known now, None before there is one."""
        return self._times.rate_hz or self.counter.rate_hz

    @property
    def drift(self) -> float:
        """Seconds of the host in one of the board, less one, as far as it is beyond doubt."""
        return self._times.fit.drift

    def session_s(self, host_ns: int) -> float | None:
        """The session's time at one of the host's; None while it is not known, and of a file without a device."""
        return self._times.of_host(host_ns)

    @property
    def last_data_seq(self) -> int | None:
        """``seq`` of the last frame of the data channel, to acknowledge it."""
        for channel in (Channel.BLE_DATA, Channel.SERIAL):
            if channel in self._decoders:
                return self._decoders[channel].last_seq
        return None

    def feed(self, chunk: Chunk) -> list[Output]:
        """What this chunk says."""
        out: list[Output] = []
        self.messages = []
        match chunk:
            case Packet(arrival_ns, channel, data):
                self._packet(arrival_ns, channel, data, out)
            case LinkEvent(_, change):
                self._catch_up(out)
                if change in (LinkChange.CONNECTED, LinkChange.LOST):
                    self._hang_up()
                if change is LinkChange.CONNECTED:
                    self.assembly.connected()
                out.append(chunk)
            case HostMark():
                self._catch_up(out)
                self._mark(chunk, out)
            case SampleBlock(_, block):
                self._block(block, self.rate_hz or 0.0, out)
        return out

    def flush(self) -> list[Output]:
        """Nothing more will come."""
        out: list[Output] = []
        self.messages = []
        self._hang_up()
        for item in self.assembly.flush():
            self._item(item, out)
        self._runs(self._times.release(), out)
        self._catch_up(out)
        self._end_in_gap(out)
        out += map(Counted, self.counter.flush())
        return out

    # --- bytes -------------------------------------------------------------------------------------------------------

    def _hang_up(self) -> None:
        self.damaged += sum(decoder.damaged for decoder in self._decoders.values())
        self.missed += sum(decoder.missed for decoder in self._decoders.values())
        self._decoders.clear()

    def _packet(self, arrival_ns: int, channel: Channel, data: bytes, out: list[Output]) -> None:
        decoder = self._decoders.get(channel)
        if decoder is None:
            decoder = self._decoders[channel] = FrameDecoder(channel.framing)
        self.messages = decoder.feed(data)
        for message in self.messages:
            self._message(message, arrival_ns, out)

    def _message(self, message: Message, arrival_ns: int, out: list[Output]) -> None:
        if isinstance(message, Hello):
            self._catch_up(out)
            out.append(DeviceSeen(message))
        for item in self.assembly.feed(message, arrival_ns):
            self._item(item, out)
        match message:
            case Status() | Answer():
                self._times.arrived(message.time_us, arrival_ns)
            case Samples(resent=False):
                # taken at the last of them, sent at once
                rate_hz = self._times.rate_hz or self.assembly.told_rate_hz(message.generation)
                span_us = round((len(message) - 1) * 1e6 / rate_hz) if rate_hz else 0
                self._times.arrived(message.time_us + span_us, arrival_ns)
            case _:
                pass
        match message:
            case Status() | Fault() | Log() | StrayText():
                self._catch_up(out)
                out.append(message)
            case Mark(index=index, number=number):
                self._catch_up(out)
                out.append(Marked(self._times.of_index(index), MarkKind.MARK, "button", number))
            case Damaged() | _:
                pass

    # --- samples -----------------------------------------------------------------------------------------------------

    def _item(self, item: SampleRun | LostSamples | Restarted, out: list[Output]) -> None:
        match item:
            case SampleRun():
                self._runs(self._times.admit(item), out)
            case LostSamples(_, count, reason):
                self._runs(self._times.release(), out)
                if not self._times.begun:
                    return  # before the first sample nothing is missing
                before = self._gap
                known = count if before is None else None if before[1] is None else before[1] + count
                self._gap = (self._times.last_s if before is None else before[0], known, reason)
            case Restarted(hello, arrival_ns):
                self._runs(self._times.release(), out)
                self._catch_up(out)
                out.append(DeviceRestarted(hello))
                if self._times.begun:
                    self._gap = (self._times.last_s, None, LossReason.RESTART)
                self._times.restart(hello.time_us, arrival_ns)

    def _runs(self, runs: list[SampleRun], out: list[Output]) -> None:
        for run in runs:
            time_s = self._times.of_run(run)
            if self._gap is not None:
                start_s, count, reason = self._gap
                self._gap = None
                self._catch_up(out)
                out.append(Gap(start_s, float(time_s[0]), count, reason))
            hello = run.hello
            acc, gyr = counts_to_si(run.raw, hello.acc_g_per_count, hello.gyr_dps_per_count, hello.axes)
            self._block(ImuBlock(time_s, acc, gyr), self._times.rate_hz, out)

    def _end_in_gap(self, out: list[Output]) -> None:
        """What was lost last has no sample after it, so its end is told by their number."""
        if self._gap is not None:
            start_s, count, reason = self._gap
            self._gap = None
            if count is not None:
                out.append(Gap(start_s, start_s + (count + 1) / self._times.rate_hz, count, reason))

    def _block(self, block: ImuBlock, rate_hz: float, out: list[Output]) -> None:
        if not self._at_once:
            self._count(block, rate_hz, out)
            return
        self._waiting.append(block)
        self._waiting_samples += len(block)
        if self._waiting_samples >= self._at_once:
            self._catch_up(out)

    def _catch_up(self, out: list[Output]) -> None:
        if not self._waiting:
            return
        blocks, self._waiting, self._waiting_samples = self._waiting, [], 0
        whole = ImuBlock(
            np.concatenate([one.time_s for one in blocks]),
            np.concatenate([one.acc for one in blocks]),
            np.concatenate([one.gyr for one in blocks]),
        )
        self._count(whole, self.rate_hz or 0.0, out)

    def _count(self, block: ImuBlock, rate_hz: float, out: list[Output]) -> None:
        events = self.counter.pass_over(block) if self._paused else self.counter.feed(block)
        out.append(Sampled(block, rate_hz, counted=not self._paused, left_out=self.counter.left_out))
        out += map(Counted, events)

    # --- marks -------------------------------------------------------------------------------------------------------

    def _mark(self, mark: HostMark, out: list[Output]) -> None:
        if mark.kind in (MarkKind.PAUSE, MarkKind.END_SET, MarkKind.PAIN) or self._is_other_side(mark):
            out += map(Counted, self.counter.end_set())
        if mark.kind in (MarkKind.PAUSE, MarkKind.RESUME):
            self._paused = mark.kind is MarkKind.PAUSE
        out.append(Marked(self._times.of_host(mark.arrival_ns), mark.kind, mark.text))

    def _is_other_side(self, mark: HostMark) -> bool:
        """Whether another leg goes on: a set is of one, however soon the other follows."""
        if mark.kind is not MarkKind.SIDE:
            return False
        before, self._side = self._side, mark.text
        return before is not None and before != mark.text
