"""What happens to the radio now and then: what can be read, what is advertised, the end. Loaded for the moment."""

from bluetooth import UUID
from micropython import const

from repfw import seldom

_SERVICE = const("c6490001-3b5d-4195-90f1-dc61c80b692d")

_ADVERTISE_US = const(152_500)  # one of the intervals that phones find soonest
_NAME_IN_ADVERTISEMENT = const(8)
_NAME_IN_RESPONSE = const(23)
# 15 to 30 ms, in units of 1.25 ms (Core Specification Supplement, A 1.9). MicroPython can ask in no other way.
_INTERVALS = const(b"\x05\x12\x0c\x00\x18\x00")


def turn(link):
    """A connection, or the end of one: all counts anew."""
    link.end()
    link.dropped = 0
    for framer in (link.data, link.control):
        framer.restart()
    for cuts in link.cuts:
        cuts.number = 0
    link.connected = link.connection >= 0
    if not link.connected:
        advertise(link)


def write_info(link):
    """HELLO, as it can be read. Only while no frame is under way: it is built where they are."""
    link.info_due = False
    hello = link.control
    seq, hello.seq = hello.seq, 0
    seldom("about").hello(hello, link.app.about)
    hello.seq = seq
    info = link.handles[1]
    link.ble.gatts_set_buffer(info, hello.length)
    link.ble.gatts_write(info, memoryview(hello.buffer)[: hello.length])


def advertise(link):
    """Be found. 31 bytes at most are advertised, and as many answer a scan."""
    name = link.app.about.name
    short, kind = _name(name, _NAME_IN_ADVERTISEMENT)
    there = b"\x02\x01\x06\x11\x07" + bytes(UUID(_SERVICE)) + bytes((len(short) + 1, kind)) + short
    long, kind = _name(name, _NAME_IN_RESPONSE)
    response = _INTERVALS + bytes((len(long) + 1, kind)) + long
    try:
        link.ble.gap_advertise(_ADVERTISE_US, adv_data=there, resp_data=response)
    except OSError as error:
        seldom("events").log(link.app.events, 30, f"advertising failed: {error}")


def _name(name, longest):
    """Cut to so many bytes; and its type: whole, or shortened."""
    short = seldom("texts").short(name, longest)
    return short, 0x09 if short == name.encode() else 0x08


def tell_battery(link):
    """To whoever wants to know, by the usual service."""
    link.battery = link.app.now.battery_percent
    link.ble.gatts_write(link.handles[0], bytes((link.battery,)), True)


def hang_up(link):
    """End the connection."""
    try:
        link.ble.gap_disconnect(link.connection)
    except OSError:
        link.lost()


def close_radio(link):
    """The board goes to sleep. BTstack hangs when it is switched off while it advertises."""
    link.ble.gap_advertise(None)
    if link.connection >= 0:
        hang_up(link)
    link.ble.active(False)
