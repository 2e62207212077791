"""A sensor with a clock of its own, polled unevenly and now and then too late; prints the bytes of a serial line.

Each sample tells its true number; the last LOG tells how the sensor's clock went.
"""

import struct
import sys

import book

from repfw import event_frames, frame, hot
from repfw import ring as rings
from repfw.sampler import Sampler

SECONDS, SEED, TRUE_PERIOD_NS, NOMINAL_US = (int(text) for text in sys.argv[1:5])
FIFO = 85

state = SEED


def random(below):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return (state >> 33) % below


class Clock:
    """Starts shortly before the ticks wrap."""

    now_us = 0x3FFFFFFF - 7_000_000

    def __call__(self):
        return self.now_us & 0x3FFFFFFF


class Sensor:
    """Sample n is there from (n + 1) periods after the start on."""

    restarted = False

    def __init__(self):
        self.read = 0

    def drain(self, buffer, most):
        there = (clock.now_us - started_us) * 1000 // TRUE_PERIOD_NS
        count = there - self.read
        self.overran = count > FIFO
        if self.overran:
            self.read = there + 1  # and the first sample after that is thrown away
            return 0
        count = min(max(count, 0), most)
        for k in range(count):
            n = self.read + k
            struct.pack_into("<6H", buffer, 12 * k, n & 0xFFFF, n >> 16, 0, 0, 0, 0)
        self.read += count
        clock.now_us += 270 * count  # the bus takes its time
        return count


clock = Clock()
started_us = clock.now_us
sensor = Sensor()
ring = rings.Ring(NOMINAL_US)
ring.tick(clock())
sampler = Sampler(ring, clock, NOMINAL_US)
sampler.start(NOMINAL_US)
ring.skip(book.LIVE)
wire = bytearray(249)
framer = frame.Framer(ring, memoryview(wire)[4:])


def send():
    sys.stdout.buffer.write(wire[2 : hot.cobs(wire, framer.length)])


# The device's clock as it goes over the wire begins with the first tick.
offset = ring.book[book.CLOCK] - started_us
while clock.now_us - started_us < SECONDS * 1_000_000:
    clock.now_us += 20_000 + random(30_000)
    if random(600) == 0:
        clock.now_us += 900_000 + random(2_000_000)
    sampler.poll(sensor)
    while framer.samples(book.LIVE, 18, 0):
        send()
event_frames.build_log(framer, 20, f"{started_us + offset} {sampler.rate_mhz()} {sampler.overruns} {sampler.lost}")
send()
