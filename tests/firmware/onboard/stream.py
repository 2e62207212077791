"""A stretch of streaming in no time: samples, holes, RESENDs and a slow link, across the wraps of index and time.

Prints the bytes of a serial line. Each sample tells its index; before each hole a LOG tells what was lost.
"""

import struct
import sys

import book

from repfw import dialog, event_frames, frame, hole, hot
from repfw import ring as rings

SAMPLES, SEED, START = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
PERIOD_US = 10000
RESEND, OK, NOT_HELD = 0x44, 0, 6

state = SEED


def random(below):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return (state >> 33) % below


ring = rings.Ring(PERIOD_US)
ring.book[book.NEXT] = START
ring.book[book.CLOCK] = 0xFFFFFFFF - 30 * PERIOD_US
ring.skip(book.LIVE)
wire = bytearray(249)
framer = frame.Framer(ring, memoryview(wire)[4:])
burst = bytearray(12 * 32)
detail = bytearray(12)
ticks = 0


def send():
    sys.stdout.buffer.write(wire[2 : hot.cobs(wire, framer.length)])


def sample(at, index):
    low, high = index & 0xFFFF, index >> 16
    struct.pack_into("<6H", burst, at, low, high, low ^ 0xFFFF, high ^ 0xFFFF, low ^ high, low * 31 & 0xFFFF)


made = 0
while made < SAMPLES:
    count = 1 + random(31)
    for k in range(count):
        sample(12 * k, (START + made + k) & 0xFFFFFFFF)
    ticks = (ticks + count * PERIOD_US) & 0x3FFFFFFF
    ring.tick(ticks)
    ring.push(burst, count, (count - 1) * PERIOD_US)
    made += count

    if random(40) == 0:
        lost = 1 + random(3000 if random(5) == 0 else 20)
        cause = made % 3
        event_frames.build_log(framer, 20, f"lost {lost} from {(START + made) & 0xFFFFFFFF} by {cause}")
        send()
        step = lost * PERIOD_US
        while step:  # the clock wants to be looked at before 30 bits have gone by
            part = min(step, 1 << 28)
            ticks = (ticks + part) & 0x3FFFFFFF
            ring.tick(ticks)
            step -= part
        hole.lose(ring, lost, cause)
        made += lost

    if random(25) == 0 and not ring.waiting(book.RESEND_A):
        back = random(2600) - 100
        count = 1 + random(1200)
        event_frames.build_log(framer, 20, f"wish {made - back} {count} of {made}")
        send()
        granted = dialog.grant(ring, (START + made - back) & 0xFFFFFFFF, count, book.RESEND_A)
        held = ring.book[book.HELD]
        if granted:
            ring.put(book.RESEND_A, detail, 0)
            struct.pack_into("<H", detail, 4, granted)
        else:
            struct.pack_into("<IH", detail, 0, (ring.book[book.NEXT] - held) & 0xFFFFFFFF, held)
        framer.answer(RESEND, 0, OK if granted else NOT_HELD, detail, 6)
        send()

    stalled = made // 4000 % 3 == 2  # for thousands of samples on end the link takes nothing
    while not stalled and framer.samples(book.LIVE, 18, 0):
        send()
        if framer.samples(book.RESEND_A, 18, 0):
            send()

while framer.samples(book.LIVE, 18, 0):
    send()
while framer.samples(book.RESEND_A, 18, 0):
    send()
event_frames.build_log(framer, 20, f"made {made}")
send()
