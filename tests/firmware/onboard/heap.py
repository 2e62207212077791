"""What the whole firmware takes of the heap: sensor, USB and Bluetooth, streaming.

What stands in for the hardware is loaded before anything is counted. It also takes some while it runs, as the real
Bluetooth stack does; that is not taken off.
"""

import gc
import json
import sys
from binascii import unhexlify

import bench
import bluetooth
import micropython
from simclock import clock
from sources import Still
from uctypes import addressof

# START and TIME are frames of the host, in hex; the rest is explained in heap_use.py.
MODEL = sys.argv[1]
BOARD = sys.argv[2]
SECONDS = int(sys.argv[3])
START = sys.argv[4]
TIME = sys.argv[5]
NAMES = int(sys.argv[6])
FILL = sys.argv[7]


class Quiet:
    """A radio that takes all that is sent, at once."""

    stack = "btstack"
    frames = 0

    def say(self, what, *words):
        if what == "services":
            self.control = words[0][2][1][2][2]

    def write(self, text):
        bluetooth.BLE().event(["written", self.control, text])


clock.manual(1000)


def send(ble, handle, data):
    """Instead of telling the tests' radio in hex: as a stack does, which has a copy already."""
    radio.frames += 1


radio = bluetooth._radio = Quiet()
type(bluetooth.BLE())._send = send
bench.make_chip(MODEL, Still())
config = __import__("config")
config.board = BOARD


def name_things():
    """So many new names."""
    for k in range(NAMES):
        hasattr(radio, f"~{k}")
    micropython.qstr_info()


def end_of_holes():
    """Where the largest piece of free memory begins."""
    size = gc.mem_free()
    while True:
        try:
            return addressof(bytearray(size))
        except MemoryError:
            size -= 256


def fill_holes():
    """Between what was there before: a board has its free memory in one piece. Returns what has to be kept."""
    gc.collect()
    end = end_of_holes()
    gc.collect()
    kept = (None,)
    while id(kept) < end:
        kept = (kept,)
    return kept


def stages():
    """The firmware comes up; between the stages the heap is looked at."""
    from repfw import start

    yield "imported"
    app = start.assemble()
    from repfw import seldom

    app.watchdog = seldom("board").watch()
    yield "ready"
    stream(app)
    yield "streaming"


def stream(app):
    """To a host for so many seconds: on Bluetooth, or on USB where there is nothing else."""
    if len(app.links) > 1:
        bluetooth.BLE().event(["connected", 0])
        bluetooth.BLE().event(["mtu", 247])
        app.step()
        say = radio.write
    else:
        link = app.links[0]

        def say(text):
            command = bytearray(unhexlify(text))
            link.obey(command, len(command), app.now_ms)

    say(START)
    end_us = clock.now_us() + SECONDS * 1000000
    said_us = clock.now_us()
    while clock.now_us() < end_us:
        if clock.now_us() - said_us > 1000000:
            said_us = clock.now_us()
            say(TIME)
        clock.pass_us(app.step() * 1000)
    assert app.stream is not None or not SECONDS
    assert len(app.links) == 1 or radio.frames >= 10 * SECONDS
    assert not app.events.count


def look(name):
    """After the garbage was collected."""
    gc.collect()
    gc.collect()
    used = gc.mem_alloc()
    if "before" in found:
        used -= found["before"]
    else:
        found["heap"] = used + gc.mem_free()
    found[name] = used


def main():
    """Bytes: what was there before, all of the heap; then the firmware's, at each stage."""
    name_things()
    if FILL == "fill":
        globals()["fillers"] = fill_holes()
    look("before")
    for name in stages():
        look(name)
    print()
    print(json.dumps(found))


found = {}
if __name__ == "__main__":
    main()
