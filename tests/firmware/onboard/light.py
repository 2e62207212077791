"""What the LED shows in each state of the whole firmware, for each 64 ms of two seconds; one line of JSON."""

import json

import bench
import book
import machine
from simclock import clock
from sources import Still

LED = 15

clock.manual(1000)
chip = bench.make_chip("MPU-6050", Still())
machine.adc_values[26] = 37000
config = __import__("config")
config.board = "pico"
config.self_test = False
config.led = LED
config.battery_pin = 26

from repfw import frame, link, seldom, start  # noqa: E402


class Ear(link.Link):
    """A host that takes all."""

    def poll(self, now_ms):
        if self.live:
            self.heard(now_ms)

    def prepare(self, framer):
        pass

    def transmit(self, framer):
        return True


init = frame.Framer.__init__
app = start.assemble()
frame.Framer.__init__ = init  # another link is made
ear = Ear(app, book.RESEND_A)
app.links[:] = [ear]
seen = {}


def run(seconds):
    end_us = clock.now_us() + seconds * 1000000
    while clock.now_us() < end_us:
        clock.pass_us(app.step() * 1000)


def look(name):
    """From a turn of the pattern on."""
    while app.now_ms & 0x7FF > 8:
        clock.pass_us(1000)
        app.step()
    shown = ""
    for _ in range(32):
        begun = app.now_ms >> 6
        shown += "#" if machine.pin_levels[LED] else "."
        while app.now_ms >> 6 == begun:
            clock.pass_us(1000)
            app.step()
    seen[name] = shown


run(1)
look("nobody")
ear.connected = True
ear.heard(app.now_ms)
look("connected")
assert seldom("running").start(app, ear, 100, 8, 1000) == 0
look("streaming")
app.identify_from_ms, app.identify_ms = app.now_ms, 5000
look("identify")
run(5)
machine.adc_values[26] = 33700
run(20)
look("battery low")
chip.faults.unplugged = True
run(1)
look("fault")
seldom("ending").close(app)
seen["closed"] = "#" if machine.pin_levels[LED] else "."
print(json.dumps(seen))
