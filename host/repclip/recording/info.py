"""What a recording is: when, how long, by what, how well the link did, what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from repclip.engine.offline import Examination
from repclip.recording.reader import recording_bytes
from repclip.source import LinkChange, MarkKind

__all__ = ["RecordingInfo", "describe"]


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """None is unknown. ``created`` is ISO 8601, UTC; ``state`` is complete, unfinished or being written.

    ``rate_asked_hz`` is what the sensor was set to, ``rate_hz`` what it did. ``lost_samples`` is None where a board
    started anew, for then nobody knows. ``link`` and ``signal_dbm`` are those of the last connection.
    """

    path: Path
    size_bytes: int
    state: str
    created: str | None
    software: str | None
    exercise: str | None
    imported_from: str | None
    simulated: str | None  # how: no person did this
    device: str | None
    board: str | None
    sensor: str | None
    firmware: str | None
    link: str | None
    signal_dbm: int | None
    duration_s: float
    samples: int
    rate_asked_hz: float | None
    rate_hz: float | None
    clock_drift_ppm: float | None
    gaps: int
    lost_samples: int | None
    times_lost: int
    restarts: int
    overflows: int
    damaged_frames: int
    missed_frames: int
    repeated_samples: int
    battery_first_percent: int | None
    battery_last_percent: int | None
    temperature_c: float | None
    marks: int
    side: str | None
    load: str | None
    told: tuple[str, ...]  # the user's notes
    sets: int
    reps: int
    partials: int
    notes: tuple[str, ...]


def describe(
    path: Path, meta: Mapping[str, str], seen: Examination, *, state: str, notes: tuple[str, ...]
) -> RecordingInfo:
    """Put together what the file and what came in it say."""
    hello = seen.hello
    report = seen.report
    batteries = [status.battery_percent for status in seen.statuses if status.battery_percent is not None]
    temperatures = [status.temperature_c for status in seen.statuses if status.temperature_c is not None]
    links = [event for event in seen.link_events if event.change is LinkChange.CONNECTED]
    holes = [gap.missing for gap in report.gaps if not gap.bridged]
    counts = [gap.count for gap in seen.gaps] if hello else holes
    known = [count for count in counts if count is not None]
    return RecordingInfo(
        path=path,
        size_bytes=recording_bytes(path),
        state=state,
        created=meta.get("created"),
        software=meta.get("repclip"),
        exercise=meta.get("exercise"),
        imported_from=meta.get("imported_from"),
        simulated=meta.get("simulated"),
        device=hello.name if hello else None,
        board=hello.board if hello else None,
        sensor=hello.sensor if hello else None,
        firmware=".".join(map(str, hello.firmware)) if hello else None,
        link=links[-1].text if links else None,
        signal_dbm=links[-1].signal_dbm if links else None,
        duration_s=report.duration_s,
        samples=report.samples,
        rate_asked_hz=hello.rate_mhz / 1000 if hello and hello.rate_mhz else None,
        rate_hz=report.sample_rate_hz,
        clock_drift_ppm=seen.drift * 1e6 if hello else None,
        gaps=len(counts),
        lost_samples=sum(known) if len(known) == len(counts) else None,
        times_lost=seen.times_lost,
        restarts=seen.restarts,
        overflows=sum(event.count for event in seen.link_events),
        damaged_frames=seen.damaged,
        missed_frames=seen.missed,
        repeated_samples=seen.repeated,
        battery_first_percent=batteries[0] if batteries else None,
        battery_last_percent=batteries[-1] if batteries else None,
        temperature_c=temperatures[-1] if temperatures else None,
        marks=sum(mark.kind is MarkKind.MARK for mark in seen.marks),
        side=_last(seen, MarkKind.SIDE),
        load=_last(seen, MarkKind.LOAD),
        told=tuple(mark.text for mark in seen.marks if mark.kind is MarkKind.NOTE),
        sets=report.summary.sets,
        reps=report.summary.reps,
        partials=report.summary.partials,
        notes=(*notes, *report.remarks),
    )


def _last(seen: Examination, kind: MarkKind) -> str | None:
    texts = [mark.text for mark in seen.marks if mark.kind is kind]
    return texts[-1] if texts else None
