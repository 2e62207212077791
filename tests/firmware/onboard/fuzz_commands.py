"""Random and mutated commands at the firmware's readers: every one comes to a result, none to an exception."""

import binascii
import gc
import json
import sys

from by_hand import Host

from repfw import hot, ring
from repfw.command import SerialCommands

FOLDER, COUNT, SEED = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

with open(FOLDER + "/command_frames.json") as file:
    VECTORS = json.load(file)
FRAMES = [binascii.unhexlify(v["hex"]) for v in VECTORS if "command" in v]
LINES = [binascii.unhexlify(v["serial"]) for v in VECTORS if "command" in v]

state = SEED


def random():
    """30 bits: the upper ones of a congruential generator (Knuth's MMIX)."""
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return state >> 34


host = Host(ring.Ring())
serial = SerialCommands()
buffer = bytearray(80)
results = [0] * 10
found = unreadable = intact = 0


def one_frame(r):
    source = FRAMES[r % len(FRAMES)]
    length = len(source)
    buffer[:length] = source
    what = r >> 6 & 7
    if what == 0:  # nothing but noise
        length = r >> 10 & 63
        for k in range(0, length, 4):
            noise = random()
            buffer[k] = noise & 255
            buffer[k + 1] = noise >> 8 & 255
            buffer[k + 2] = noise >> 16 & 255
            buffer[k + 3] = noise >> 22
    elif what <= 3:  # a byte or two changed, the check value too
        buffer[(r >> 10) % (length - 4)] = r >> 18 & 255
        if what == 3:
            buffer[(r >> 14) % (length - 4)] ^= 1 << (r >> 26 & 7)
        hot.seal(buffer, length - 4)
    elif what == 4:  # cut, with a good check value
        length = 4 + (r >> 10) % (length - 3)
        hot.seal(buffer, length - 4)
    elif what <= 6:  # a bit changed
        buffer[(r >> 10) % length] ^= 1 << (r >> 18 & 7)
    result = host.say(buffer, length)
    results[result] += 1


def one_line(r):
    global found, unreadable, intact
    source = LINES[r % len(LINES)]
    if not r >> 6 & 3:
        intact += 1
        at = -1
    else:
        at = (r >> 8) % len(source)
    feed = serial.feed
    k = 0
    for byte in source:
        if k == at:
            byte = r >> 18 & 255
        got = feed(byte)
        if got > 0:
            found += 1
            host.say(serial.buffer, got)
        elif got < 0:
            unreadable += 1
        k += 1


gc.collect()
for _ in range(COUNT // 2):
    one_frame(random())
    one_line(random())
print(json.dumps({"results": results, "found": found, "unreadable": unreadable, "intact": intact}))
