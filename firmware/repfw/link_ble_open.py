"""Bluetooth's services and advertisement. Needed at the start, and then no more."""

from bluetooth import FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, FLAG_WRITE_NO_RESPONSE, UUID
from micropython import const

from repfw import frame

_SERVICE = "c6490001-3b5d-4195-90f1-dc61c80b692d"
_INFO = "c6490002-3b5d-4195-90f1-dc61c80b692d"
_DATA = "c6490003-3b5d-4195-90f1-dc61c80b692d"
_CONTROL = "c6490004-3b5d-4195-90f1-dc61c80b692d"

_MTU = const(247)
_COMMAND_BYTES = const(65)  # one more than a command may have: too long shows
_NAME_IN_ADVERTISEMENT = const(8)
_NAME_IN_RESPONSE = const(23)
# 15 to 30 ms, in units of 1.25 ms (Core Specification Supplement, A 1.9). MicroPython can ask in no other way.
_INTERVALS = b"\x05\x12\x0c\x00\x18\x00"


def register(ble, about):
    """The services; returns the handles of battery, info, data and control."""
    ble.config(gap_name=about.name, mtu=_MTU)
    ble.gap_advertise(None)  # services cannot be registered meanwhile
    read = FLAG_READ
    device = (
        UUID(0x180A),
        ((UUID(0x2A29), read), (UUID(0x2A24), read), (UUID(0x2A26), read), (UUID(0x2A25), read)),
    )
    battery = (UUID(0x180F), ((UUID(0x2A19), read | FLAG_NOTIFY),))
    ours = (
        UUID(_SERVICE),
        (
            (UUID(_INFO), read),
            (UUID(_DATA), FLAG_NOTIFY),
            (UUID(_CONTROL), FLAG_WRITE | FLAG_WRITE_NO_RESPONSE | FLAG_NOTIFY),
        ),
    )
    texts, (level,), (info, data, control) = ble.gatts_register_services((device, battery, ours))
    hexed = "".join(f"{byte:02x}" for byte in about.unique_id)
    version = ".".join(str(part) for part in about.firmware)
    for handle, words in zip(texts, ("repclip", about.board, version, hexed)):
        text = words.encode()
        ble.gatts_set_buffer(handle, max(len(text), 20))
        ble.gatts_write(handle, text)
    ble.gatts_write(level, b"")
    ble.gatts_set_buffer(control, _COMMAND_BYTES)  # 20 bytes else, and longer writes are cut in silence
    return level, info, data, control


def advertisement(name):
    """What is advertised, and what answers a scan: 31 bytes each at most."""
    short, kind = _name(name, _NAME_IN_ADVERTISEMENT)
    there = b"\x02\x01\x06\x11\x07" + bytes(UUID(_SERVICE)) + bytes((len(short) + 1, kind)) + short
    long, kind = _name(name, _NAME_IN_RESPONSE)
    return there, _INTERVALS + bytes((len(long) + 1, kind)) + long


def _name(name, longest):
    """Cut to so many bytes; and its type: whole, or shortened."""
    short = frame.short_text(name, longest)
    return short, 0x09 if short == name.encode() else 0x08
