"""What HELLO tells: the fields of the specification, as attributes. Loaded for the moment."""

import os
import struct

from micropython import const

from repfw import FIRMWARE, Record, seldom

_KIND_HELLO = const(0x01)
_VERSION = const(1)
_STATE_FAULT = const(2)
_HOLDS = const(2040)
_CAN_BATTERY = const(0x0001)
_CAN_BUTTON = const(0x0002)
_CAN_LED = const(0x0004)
_CAN_TEMPERATURE = const(0x0008)
_CAN_SLEEP = const(0x0010)
_CAN_WAKE_ON_MOTION = const(0x0020)
_CAN_BLE = const(0x0040)
_CAN_SERIAL = const(0x0080)
_NAME_LONGEST = const(24)

_WORD_NEXT = const(0)
_WORD_CLOCK = const(2)


def introduce(app, unique_id):
    """What HELLO tells as long as there is no sensor."""
    settings = app.settings
    app.about = about = Record()
    about.firmware = FIRMWARE
    about.ring = _HOLDS
    about.boot_id = int.from_bytes(os.urandom(4), "little")
    about.generation = 0
    about.state = _STATE_FAULT
    about.capabilities = (
        _CAN_TEMPERATURE
        | _CAN_SLEEP
        | _CAN_WAKE_ON_MOTION
        | (_CAN_BATTERY if app.battery else 0)
        | (_CAN_BUTTON if app.button else 0)
        | (_CAN_LED if app.light else 0)
        | (_CAN_SERIAL if settings.usb else 0)
        | (_CAN_BLE if settings.ble else 0)
    )
    about.rate_mhz = 0
    about.acc_scale = about.gyr_scale = 0.0
    about.acc_range = about.gyr_range = 0
    about.axes = settings.axes
    about.unique_id = unique_id
    about.name = settings.name or "repclip-" + "".join(f"{byte:02x}" for byte in unique_id[-2:])
    about.board = settings.board_name
    about.sensor = ""
    about.rates = about.acc_ranges = about.gyr_ranges = ()


def hello(framer, about):
    """Build HELLO."""
    buffer = framer.buffer
    major, minor, patch = about.firmware
    x, y, z = about.axes
    struct.pack_into(
        "<IIBBBBBBHIffHHbbbBIH",
        buffer,
        4,
        0,
        about.boot_id,
        about.generation,
        _VERSION,
        major,
        minor,
        patch,
        about.state,
        about.capabilities,
        about.rate_mhz,
        about.acc_scale,
        about.gyr_scale,
        about.acc_range,
        about.gyr_range,
        x,
        y,
        z,
        0,
        0,
        about.ring,
    )
    framer.ring.put(_WORD_CLOCK, buffer, 4)
    framer.ring.put(_WORD_NEXT, buffer, 40)
    texts = seldom("texts")
    at = texts.put(framer, 46, about.unique_id[:16])
    for text in (about.name, about.board, about.sensor):
        at = texts.put(framer, at, texts.short(text, _NAME_LONGEST))
    for values in (about.rates, about.acc_ranges, about.gyr_ranges):
        buffer[at] = len(values)
        at += 1
        for value in values:
            struct.pack_into("<H", buffer, at, value)
            at += 2
    framer.finish(_KIND_HELLO, 0, at)
