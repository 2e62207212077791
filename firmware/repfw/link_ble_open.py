"""Bluetooth's services. Loaded for the moment, at the start."""

from bluetooth import BLE, FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, FLAG_WRITE_NO_RESPONSE, UUID
from micropython import const

_SERVICE = const("c6490001-3b5d-4195-90f1-dc61c80b692d")
_INFO = const("c6490002-3b5d-4195-90f1-dc61c80b692d")
_DATA = const("c6490003-3b5d-4195-90f1-dc61c80b692d")
_CONTROL = const("c6490004-3b5d-4195-90f1-dc61c80b692d")

_MTU = const(247)
_WRITE_BYTES = const(65)  # one more than a command may have: too long shows


def open_radio(about):
    """Switch it on, offer the services; returns the handles of battery, info, data and control.

    Nobody finds the board yet.
    """
    ble = BLE()
    ble.active(True)
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
    ble.gatts_set_buffer(control, _WRITE_BYTES)  # 20 bytes else, and longer writes are cut in silence
    return level, info, data, control
