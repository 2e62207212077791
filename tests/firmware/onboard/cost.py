"""Bytes allocated and time taken where samples are handled."""

import binascii
import gc
import json
import sys
import time

import book

from repfw import command, dialog, fragments, frame, hole, hot
from repfw import ring as rings
from repfw.imu_mpu import Mpu
from repfw.sampler import Sampler

gc.collect()
before = gc.mem_alloc()
ring = rings.Ring()
gc.collect()
ring_bytes = gc.mem_alloc() - before
wire = bytearray(249)
framer = frame.Framer(ring, memoryview(wire)[4:])
cuts = fragments.Fragments()
serial = command.SerialCommands()
burst = bytes(range(120))
line = binascii.unhexlify(sys.argv[1])
command_frame = bytearray(binascii.unhexlify(sys.argv[2]))


def sample_path():
    ring.tick(time.ticks_us() & 0x3FFFFFFF)
    ring.push(burst, 10, 90000)


class Sensor:
    overran = restarted = False

    def drain(self, buffer, most):
        return 10


sampler = Sampler(ring, time.ticks_us, 10000)
sampler.start(10000)
sensor = Sensor()


def poll():
    sampler.poll(sensor)


class Bus:
    """A sensor that always has ten samples. What its methods take counts as the driver's."""

    def readfrom_mem_into(self, address, register, buffer):
        if register == 0x72:  # FIFO_COUNT_H
            buffer[1] = 120


imu = Mpu(Bus(), 0x68, "MPU-6050", 0x68)
imu.running = True
drained = bytearray(12 * 32)


def drain():
    imu.drain(drained, 32)


def live_frame():
    ring.push(burst, 10, 90000)
    framer.samples(book.LIVE, 18, 0)
    hot.cobs(wire, framer.length)


def missing():
    hole.lose(ring, 3, book.CAUSE_FIFO)
    framer.samples(book.LIVE, 18, 0)


def resent_frame():
    dialog.grant(ring, ring.book[book.NEXT] - ring.book[book.HELD], 18, book.RESEND_A)
    framer.samples(book.RESEND_A, 18, 0)


def fragmented():
    while cuts.cut(framer.buffer, framer.length, 20):
        pass


def command_in():
    for byte in line:
        serial.feed(byte)
    command.check(command_frame, len(command_frame))


def nothing():
    pass


def measure(part):
    """Bytes and µs for a hundred calls, those of the loop included."""
    part()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    started = time.ticks_us()
    for _ in range(100):
        part()
    took = time.ticks_diff(time.ticks_us(), started)
    allocated = gc.mem_alloc() - before
    gc.enable()
    return allocated, took


def best(part):
    """Of ten times: a busy machine makes none of them shorter. The bytes are the most."""
    found = [measure(part) for _ in range(10)]
    return max(one[0] for one in found), min(one[1] for one in found)


measure(nothing)
loop, empty = best(nothing)
figures = {}
for part in (drain, sample_path, poll, live_frame, missing, resent_frame, fragmented, command_in):
    allocated, took = best(part)
    figures[part.__name__] = {"bytes": (allocated - loop) / 100, "us": (took - empty) / 100}
print(json.dumps({"ring_bytes": ring_bytes, "figures": figures}))
