"""``repclip live`` as a process, with the chunks of a recording in place of a sensor.

``python live_process.py RECORDING [--record] [--stays] [--most-bytes N] [live's options, or record's]``
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from repclip import cli
from repclip.cli import live, record
from repclip.cli.links import Choice
from repclip.recording.reader import RecordingReader
from repclip.source import ByteSource, Chunk, HostClock
from repclip.testing.scripted import ScriptedSource


class Hanging(ScriptedSource):
    """Takes for ever to close, as a link may."""

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        try:
            async for chunk in super().chunks():
                yield chunk
        finally:
            await asyncio.sleep(1000)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("recording", type=Path)
    parser.add_argument("--record", action="store_true", help="instead of live")
    parser.add_argument("--stays", action="store_true")
    parser.add_argument("--most-bytes", type=int)
    given, rest = parser.parse_known_args()

    async def find(_choice: Choice, _clock: HostClock) -> ByteSource:
        made = Hanging if "HANGS" in os.environ else ScriptedSource
        return made(RecordingReader(given.recording).chunks(), stays=given.stays)

    live.find_source = record.find_source = find
    if given.most_bytes is not None:  # no file may become larger: to SQLite that is a full disk
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (given.most_bytes, resource.RLIM_INFINITY))
    return cli.main(["record" if given.record else "live", *rest])


if __name__ == "__main__":
    sys.exit(main())
