"""Bytes of a link → messages. No I/O, no clock, no exception: what is damaged comes out as `Damaged`."""

from __future__ import annotations

from typing import Final

from repclip.errors import FrameError
from repclip.wire import cobs
from repclip.wire.codes import FRAGMENT, Damage, Framing
from repclip.wire.fragments import FragmentJoiner
from repclip.wire.messages import Damaged, Message, StrayText, Unknown
from repclip.wire.parse import parse_frame
from repclip.wire.serial_chunks import LONGEST_CHUNK, Chunk, ChunkKind, SerialChunks

__all__ = ["FrameDecoder"]

_NO_TEXT: Final = bytes({*range(0x20), 0x7F} - set(b"\t\r\x1b"))


class FrameDecoder:
    """Decodes one channel: a serial line, or one characteristic. A new connection takes a new decoder.

    ``feed`` takes a serial line's bytes in any cut, and a characteristic's notifications one at a time.
    """

    def __init__(self, framing: Framing = Framing.SERIAL) -> None:
        self._framing = framing
        self._chunks = SerialChunks()
        self._joiner = FragmentJoiner()
        self.frames = 0
        self.damaged = 0
        self.missed = 0  # frames that never came, by ``seq``
        self.last_seq: int | None = None

    def feed(self, data: bytes | bytearray) -> list[Message]:
        """The messages that are complete now, in the order they came."""
        messages: list[Message] = []
        if self._framing == Framing.SERIAL:
            for chunk in self._chunks.feed(bytes(data)):
                message = self._chunk(chunk)
                if message is not None:
                    messages.append(message)
        elif data:
            self._notification(bytes(data), messages)
        self.damaged += sum(isinstance(message, Damaged) for message in messages)
        return messages

    def _chunk(self, chunk: Chunk) -> Message | None:
        message: Message
        match chunk.kind:
            case ChunkKind.LINE:
                message = _line(chunk.data)
            case ChunkKind.TOO_LONG:
                message = Damaged(Damage.TOO_LONG, chunk.data)
            case ChunkKind.FRAME:
                try:
                    message = self._frame(cobs.decode(chunk.data))
                except FrameError as exc:
                    message = Damaged(Damage(exc.reason), chunk.data)
        # What came before the first 0x00 may be the rest of a frame that began before we listened.
        return message if chunk.joined or not isinstance(message, Damaged) else None

    def _notification(self, data: bytes, messages: list[Message]) -> None:
        frame: bytes | None = data
        if data[0] & FRAGMENT:
            frame, lost = self._joiner.feed(data)
        else:
            lost = self._joiner.abandon()
        if lost is not None:
            messages.append(Damaged(Damage.FRAGMENT, lost[:LONGEST_CHUNK]))
        if frame is not None:
            try:
                messages.append(self._frame(frame))
            except FrameError as exc:
                messages.append(Damaged(Damage(exc.reason), frame[:LONGEST_CHUNK]))

    def _frame(self, frame: bytes) -> Message:
        message = parse_frame(frame)
        self.frames += 1
        if not isinstance(message, Unknown) or message.version == 1:
            if self.last_seq is not None:
                self.missed += (frame[3] - self.last_seq - 1) & 0xFF
            self.last_seq = frame[3]
        return message


def _line(data: bytes) -> StrayText | Damaged:
    if data.translate(None, _NO_TEXT) == data:
        try:
            return StrayText(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return Damaged(Damage.TEXT, data)
