"""What the whole firmware takes of the heap: sensor, USB and Bluetooth, streaming. The argument is JSON; see below.

What stands in for the hardware is loaded before anything is counted. It also takes some while it runs, as the real
Bluetooth stack does; that is not taken off.
"""

import gc
import json
import sys

import bench
import bluetooth
from simclock import clock
from sources import Still

asked = json.loads(sys.argv[1])  # model, config, seconds; start, time: frames of the host, in hex


class Quiet:
    """A radio that takes all that is sent, at once."""

    stack = "btstack"
    frames = 0

    def say(self, what, *words):
        if what == "notify":
            self.frames += 1
            bluetooth.BLE().event(["sent", 1])
        elif what == "services":
            self.control = words[0][2][1][2][2]

    def write(self, text):
        bluetooth.BLE().event(["written", self.control, text])


clock.manual(1000)
radio = bluetooth._radio = Quiet()
bench.make_chip(asked["model"], Still())
config = __import__("config")
for name, value in asked["config"].items():
    setattr(config, name, value)


def stages():
    """The firmware comes up; between the stages the heap is looked at."""
    import repfw.hot  # noqa: F401

    yield "hot"
    from repfw import start

    yield "imported"
    app = start.assemble()
    app.board.watch()
    yield "ready"
    stream(app)
    yield "streaming"


def stream(app):
    """To a host on Bluetooth, for so many seconds."""
    bluetooth.BLE().event(["connected", 0])
    bluetooth.BLE().event(["mtu", 247])
    app.step()
    radio.write(asked["start"])
    end_us = clock.now_us() + asked["seconds"] * 1000000
    said_us = clock.now_us()
    while clock.now_us() < end_us:
        if clock.now_us() - said_us > 1000000:
            said_us = clock.now_us()
            radio.write(asked["time"])
        clock.pass_us(app.step() * 1000)
    assert radio.frames > 10 * asked["seconds"]
    assert not app.events.count


coming = stages()
found = []


def look():
    """After the garbage was collected."""
    if found:
        found.append(gc.mem_alloc() - found[0])
    else:
        found.extend((gc.mem_alloc(), gc.mem_alloc() + gc.mem_free()))


def tell():
    """Bytes: what was there before, all of the heap; then the firmware's, at each stage."""
    print(json.dumps(dict(zip(("before", "heap", "hot", "imported", "ready", "streaming"), found))))


if __name__ == "__main__":
    gc.collect()
    look()
    for _ in coming:
        gc.collect()
        look()
    tell()
