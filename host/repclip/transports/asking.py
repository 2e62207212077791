"""Asking a device who it is, and leaving it alone again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import aclosing, suppress
from typing import Final

from repclip.source import ByteSource, Channel, Packet
from repclip.wire import AskHello, Fault, FrameDecoder, Hello, Message, Status, StrayText, Unknown, encode_command

__all__ = ["MORE_S", "Introduction", "ask"]

_AGAIN_S: Final = 1.0  # PROTOCOL.md, section 3: so long without an answer, and a command is repeated
# After the Hello: a status comes each second, and with it a battery; a fault, where there is one, has come by then.
MORE_S: Final = 2.5
_LOOK_S: Final = 0.02  # whether there is a link by now

_EXCEPTION: Final = re.compile(r"\w*(Error|Exception|Interrupt)\b")


class Introduction:
    """What a device has said of itself so far.

    ``said`` is the exception that it printed, if one was; ``newer`` means that it spoke a version of the protocol that
    this program does not know.
    """

    def __init__(self) -> None:
        self.hello: Hello | None = None
        self.status: Status | None = None
        self.fault: Fault | None = None
        self.said: str | None = None
        self.newer = False

    def take(self, messages: Iterable[Message]) -> None:
        """Keep what matters of these."""
        for message in messages:
            match message:
                case Hello():
                    self.hello = message
                case Status():
                    self.status = message
                case Fault(over=False):
                    self.fault = message
                case Unknown(version) if version != 1:
                    self.newer = True
                case StrayText(text) if _EXCEPTION.match(text):
                    self.said = text.strip()
                case _:
                    pass

    @property
    def complete(self) -> bool:
        """Whether there is nothing more to wait for."""
        if self.hello is None or self.status is None:
            return False
        return bool(self.hello.sensor) or self.fault is not None


async def ask(source: ByteSource, limit_s: float) -> Introduction:
    """Connect, say HELLO until a Hello comes, wait for a Status (one each second), and disconnect.

    Raises
    ------
    LinkError
        when there is no connection.

    """
    heard = Introduction()
    decoders: dict[Channel, FrameDecoder] = {}
    asking = asyncio.create_task(_say_hello(source, heard))
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s) as limit, aclosing(source.chunks()) as chunks:
                async for chunk in chunks:
                    had_hello = heard.hello is not None
                    if isinstance(chunk, Packet):
                        decoder = decoders.setdefault(chunk.channel, FrameDecoder(chunk.channel.framing))
                        heard.take(decoder.feed(chunk.data))
                    if heard.complete:
                        break
                    if heard.hello is not None and not had_hello:
                        limit.reschedule(min(asyncio.get_running_loop().time() + MORE_S, limit.when() or 0.0))
    finally:
        asking.cancel()
    return heard


async def _say_hello(source: ByteSource, heard: Introduction) -> None:
    while heard.hello is None:
        sent = await source.send(encode_command(AskHello(), 0, source.framing))
        await asyncio.sleep(_AGAIN_S if sent else _LOOK_S)
