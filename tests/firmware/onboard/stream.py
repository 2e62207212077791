"""A stretch of streaming in no time: samples, holes, RESENDs and a slow link, across the wraps of index and time.

Prints the bytes of a serial line. Each sample tells its index; before each hole a LOG tells what was lost.
"""

import struct
import sys

from repfw import command, frame, hot
from repfw import ring as rings

SAMPLES, SEED, START = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
PERIOD_US = 10000

state = SEED


def random(below):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return (state >> 33) % below


ring = rings.Ring(PERIOD_US)
ring.book[hot.NEXT] = START
ring.book[hot.CLOCK] = 0xFFFFFFFF - 30 * PERIOD_US
ring.begin_live()
framer = frame.Framer(ring)
wire = bytearray(frame.LONGEST + 3)
burst = bytearray(12 * 32)
wish = bytearray(14)
ticks = 0


def send():
    length = hot.cobs(framer.buffer, framer.length, wire)
    sys.stdout.buffer.write(wire[:length])


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
        framer.log(20, f"lost {lost} from {(START + made) & 0xFFFFFFFF}")
        send()
        step = lost * PERIOD_US
        while step:  # the clock wants to be looked at before 30 bits have gone by
            part = min(step, 1 << 28)
            ticks = (ticks + part) & 0x3FFFFFFF
            ring.tick(ticks)
            step -= part
        ring.lose(lost, rings.CAUSE_FIFO)
        made += lost

    if random(25) == 0 and not ring.resending(rings.RESEND_A):
        back = random(2600) - 100
        count = 1 + random(1200)
        struct.pack_into("<IH", wish, 4, (START + made - back) & 0xFFFFFFFF, count)
        framer.log(20, f"wish {made - back} {count} of {made}")
        send()
        granted = ring.grant(wish, rings.RESEND_A)
        if granted:
            ring.put_cursor(framer.buffer, 12, rings.RESEND_A)
            struct.pack_into("<H", framer.buffer, 16, granted)
            framer.answer(command.RESEND, 0, frame.OK, 6)
        else:
            ring.put_oldest(framer.buffer, 12)
            struct.pack_into("<H", framer.buffer, 16, ring.held())
            framer.answer(command.RESEND, 0, frame.NOT_HELD, 6)
        send()

    stalled = made // 4000 % 3 == 2  # for thousands of samples on end the link takes nothing
    while not stalled and framer.live(18, 0):
        send()
        if framer.resent(rings.RESEND_A, 18, 0):
            send()

while framer.live(18, 0):
    send()
while framer.resent(rings.RESEND_A, 18, 0):
    send()
framer.log(20, f"made {made}")
send()
