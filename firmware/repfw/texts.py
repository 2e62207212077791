"""Texts in frames. Loaded for the moment."""

from repfw import hot


def put(framer, at, data):
    """So many bytes, their number before them; returns where the next may stand."""
    framer.buffer[at] = len(data)
    hot.copy(data, 0, len(data), framer.buffer, at + 1)
    return at + 1 + len(data)


def short(text, longest):
    """As UTF-8, cut to so many bytes, never within a character."""
    data = text.encode()
    if len(data) > longest:
        while data[longest] & 0xC0 == 0x80:
            longest -= 1
        data = data[:longest]
    return data
