"""A device in memory and the host's side of the talk, in virtual time: an hour takes seconds, and nothing is random.

What befalls the link is told by a `LinkPlan`. The chunks that came are kept, so that they can be recorded, replayed or
analysed like those of any link.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from repclip.engine.dialog import Dialog, Sampling
from repclip.engine.outputs import Output
from repclip.engine.pipeline import Pipeline
from repclip.source import Channel, Chunk, LinkChange, LinkEvent, Packet
from repclip.testing.device import SimulatedDevice
from repclip.wire import Framing, encode_command
from repsignal import CounterParams

__all__ = ["LinkPlan", "VirtualLink"]

_STEP_S = 0.02
_FOUND_AGAIN_S = 0.3


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """What goes wrong: ``away`` and ``asleep`` are (from, to) in s, of the link and of the host; ``bunched`` the same.

    ``dropped`` is the share of notifications that never arrive; ``delay_s`` what each takes, ``spread_s`` at random
    more. While the host sleeps what comes waits; while arrivals are bunched they all come at the end.
    """

    away: tuple[tuple[float, float], ...] = ()
    asleep: tuple[tuple[float, float], ...] = ()
    bunched: tuple[tuple[float, float], ...] = ()
    resets: tuple[float, ...] = ()
    dropped: float = 0.0
    delay_s: float = 0.01
    spread_s: float = 0.0
    kept: int = 10_000  # packets that wait; more are dropped


class VirtualLink:
    """Runs a device and a pipeline for so many seconds; ``chunks`` and ``outputs`` are what came of it."""

    def __init__(
        self, device: SimulatedDevice, plan: LinkPlan | None = None, *, framing: Framing = Framing.BLE, seed: int = 0
    ) -> None:
        self.device = device
        self.plan = plan or LinkPlan()
        self.chunks: list[Chunk] = []
        self.outputs: list[Output] = []
        self._framing = framing
        self._random = np.random.default_rng(seed)
        self._air: deque[tuple[float, Channel, bytes]] = deque()
        self._last_s = 0.0
        self._up = False
        self._resets = deque(sorted(self.plan.resets))

    def run(self, seconds: float, params: CounterParams | None = None, sampling: Sampling | None = None) -> Pipeline:
        """From the first connection on; the pipeline is flushed at the end."""
        pipeline = Pipeline(params)
        dialog = Dialog(pipeline.assembly, sampling)
        for now_s in _steps(seconds):
            while self._resets and self._resets[0] <= now_s:
                self._resets.popleft()
                self.device.reset()
            self._link(now_s, pipeline, dialog)
            self._send(self.device.advance(now_s), now_s)
            if _within(now_s, self.plan.asleep):
                continue
            self._arrive(now_s, pipeline, dialog)
            if self._up:
                for command, tag in dialog.due(round(now_s * 1e9), pipeline.last_data_seq):
                    self._send(self.device.receive(encode_command(command, tag, self._framing)), now_s)
            if dialog.dead is not None:
                self._lose(now_s, dialog.dead, pipeline, dialog)
        self.outputs += pipeline.flush()
        return pipeline

    def _link(self, now_s: float, pipeline: Pipeline, dialog: Dialog) -> None:
        away = _within(now_s, self.plan.away)
        if self._up and away:
            self._lose(now_s, "out of range", pipeline, dialog)
        elif not self._up and not away and not _within(now_s - _FOUND_AGAIN_S, self.plan.away):
            self._up = True
            self.device.link_up()
            self._take(LinkEvent(round(now_s * 1e9), LinkChange.CONNECTED, "in memory"), pipeline)
            dialog.connected(round(now_s * 1e9))

    def _lose(self, now_s: float, reason: str, pipeline: Pipeline, dialog: Dialog) -> None:
        self._up = False
        self._air.clear()
        self.device.link_down()
        self._take(LinkEvent(round(now_s * 1e9), LinkChange.LOST, reason), pipeline)
        dialog.lost()
        dialog.dead = None

    def _send(self, sent: list[tuple[Channel, bytes]], now_s: float) -> None:
        for channel, data in sent:
            if not self._up or self._random.random() < self.plan.dropped or len(self._air) >= self.plan.kept:
                continue
            late_s = self.plan.delay_s + self._random.exponential(self.plan.spread_s) if self.plan.spread_s else 0.0
            self._last_s = max(self._last_s, now_s + late_s + (0.0 if self.plan.spread_s else self.plan.delay_s))
            self._air.append((self._last_s, channel, data))

    def _arrive(self, now_s: float, pipeline: Pipeline, dialog: Dialog) -> None:
        if _within(now_s, self.plan.bunched):
            return
        while self._air and self._air[0][0] <= now_s:
            _, channel, data = self._air.popleft()
            arrival_ns = round(now_s * 1e9)
            self._take(Packet(arrival_ns, channel, data), pipeline)
            dialog.heard(pipeline.messages, arrival_ns)

    def _take(self, chunk: Chunk, pipeline: Pipeline) -> None:
        self.chunks.append(chunk)
        self.outputs += pipeline.feed(chunk)


def _steps(seconds: float) -> Iterator[float]:
    return (step * _STEP_S for step in range(round(seconds / _STEP_S)))


def _within(now_s: float, spans: tuple[tuple[float, float], ...]) -> bool:
    return any(begin <= now_s < end for begin, end in spans)
