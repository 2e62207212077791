"""Bytes allocated and time taken where samples are handled."""

import binascii
import gc
import json
import sys
import time

from repfw import command, frame, hot
from repfw import ring as rings
from repfw.imu_mpu import Mpu
from repfw.sampler import Sampler

gc.collect()
before = gc.mem_alloc()
ring = rings.Ring()
gc.collect()
ring_bytes = gc.mem_alloc() - before
framer = frame.Framer(ring)
fragments = frame.Fragments()
serial = command.SerialCommands()
read = command.Command()
wire = bytearray(frame.LONGEST + 3)
burst = bytes(range(120))
line = binascii.unhexlify(sys.argv[1])
command_frame = binascii.unhexlify(sys.argv[2])
wish = bytearray(8) + b"\x12\x00\x00\x00\x00\x00"


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
    framer.live(18, 0)
    hot.cobs(framer.buffer, framer.length, wire)


def hole():
    ring.lose(3, rings.CAUSE_FIFO)
    framer.live(18, 0)


def resent_frame():
    ring.put_oldest(wish, 4)
    ring.grant(wish, rings.RESEND_A)
    framer.resent(rings.RESEND_A, 18, 0)


def fragmented():
    while fragments.cut(framer.buffer, framer.length, 20):
        pass


def command_in():
    for byte in line:
        serial.feed(byte)
    read.read(command_frame, len(command_frame))


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
for part in (drain, sample_path, poll, live_frame, hole, resent_frame, fragmented, command_in):
    allocated, took = best(part)
    figures[part.__name__] = {"bytes": (allocated - loop) / 100, "us": (took - empty) / 100}
print(json.dumps({"ring_bytes": ring_bytes, "figures": figures}))
