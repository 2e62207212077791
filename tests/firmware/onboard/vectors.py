"""The golden vectors on MicroPython: builds and reads what they say with the firmware's own code."""

import binascii
import json
import struct
import sys

import book
from by_hand import Host

from repfw import about, event_frames, fragments, frame, hole, hot
from repfw import ring as rings
from repfw.command import SerialCommands

FOLDER = sys.argv[1]
ring = rings.Ring()
wire = bytearray(249)
framer = frame.Framer(ring, memoryview(wire)[4:])
wrong = []
checked = 0


def vectors(name):
    with open(FOLDER + "/" + name + ".json") as file:
        return json.load(file)


def expect(name, got, wanted):
    global checked
    checked += 1
    if got != wanted:
        wrong.append(f"{name}: {got} is not {wanted}")


def hexed(data):
    return binascii.hexlify(data).decode()


class Fields:
    """The fields of a message, under the names the firmware uses."""

    RENAMED = {
        "acc_g_per_count": "acc_scale",
        "gyr_dps_per_count": "gyr_scale",
        "acc_range_g": "acc_range",
        "gyr_range_dps": "gyr_range",
        "ring_samples": "ring",
        "rates_hz": "rates",
        "acc_ranges_g": "acc_ranges",
        "gyr_ranges_dps": "gyr_ranges",
        "uptime_s": "uptime",
        "temperature_c": "temperature",
    }

    def __init__(self, message):
        for name, value in message.items():
            setattr(self, self.RENAMED.get(name, name), value)


def set_indices(next_index, back):
    """The next index, and the live cursor and that of a RESEND so many before it."""
    ring.clear(10000)
    ring.book[book.NEXT] = next_index
    ring.book[book.LIVE] = ring.book[book.RESEND_A] = (next_index - back) & 0xFFFFFFFF
    ring.book[book.RESEND_A + 1] = next_index


def build(m):
    words = ring.book
    kind = m["type"]
    words[book.CLOCK] = m["time_us"]
    f = Fields(m)
    if kind == "Hello":
        f.unique_id = binascii.unhexlify(f.unique_id)
        words[book.NEXT] = f.next_index
        about.hello(framer, f)
    elif kind == "Samples":
        burst = bytearray(b"".join(struct.pack("<6h", *row) for row in f.raw))
        set_indices(f.index, 0)
        ring.push(burst, len(f.raw), 0)
        words[book.RESEND_A + 1] = words[book.NEXT]
        framer.lossy = 3 if f.after_loss else 0
        framer.samples(book.RESEND_A if f.resent else book.LIVE, 18, f.generation)
    elif kind == "Status":
        set_indices(f.next_index, f.backlog)
        words[book.HELD] = f.held
        if f.battery_percent is None:
            f.battery_percent = 255
        if f.battery_mv is None:
            f.battery_mv = 65535
        f.temperature = -32768 if f.temperature is None else round(f.temperature * 100)
        f.rate_mhz = f.rate_mhz or 0
        framer.status(f.flags, f)
    elif kind == "Log":
        event_frames.build_log(framer, f.level, f.text)
    elif kind == "Overrun":
        if f.cause == book.CAUSE_RING:
            set_indices((f.index + f.lost) & 0xFFFFFFFF, f.lost)
        else:
            set_indices(f.index, 0)
            hole.lose(ring, f.lost, f.cause)
            words[book.RESEND_A + 1] = words[book.NEXT]
        framer.samples(book.RESEND_A if f.resent else book.LIVE, 18, f.generation)
    elif kind == "Fault":
        event_frames.build_fault(framer, f.code, f.detail, f.text, int(f.over))
    elif kind == "Mark":
        event_frames.build_mark(framer, f.number, f.source, struct.pack("<II", f.time_us, f.index))
    elif kind == "Answer":
        detail = packed(f.detail)
        framer.answer(f.command, f.tag, f.result, detail, len(detail))


DETAILS = {
    "Started": ("<IB", "first_index", "generation"),
    "Stopped": ("<I", "next_index"),
    "Resending": ("<IH", "first", "count"),
    "Echo": ("<QI", "echo", "received_us"),
    "BadField": ("<B", "offset"),
    "NotHeld": ("<IH", "oldest", "held"),
}


def packed(detail):
    if detail is None:
        return b""
    layout = DETAILS[detail["type"]]
    return struct.pack(layout[0], *[detail[name] for name in layout[1:]])


def check_device_frames():
    for vector in vectors("device_frames"):
        if not vector.get("firmware"):
            continue
        framer.seq = vector["seq"]
        build(vector["message"])
        expect(vector["name"], hexed(framer.buffer[: framer.length]), vector["hex"])
        expect(vector["name"], hot.seal(framer.buffer, framer.length - 4), True)
        out = wire[2 : hot.cobs(wire, framer.length)]
        expect(vector["name"] + ", COBS", hexed(uncobs(out[1:-1])), vector["hex"])
        expect(vector["name"] + ", ends", (out[0], out[-1], b"\0" in bytes(out[1:-1])), (0, 0, False))


def uncobs(data):
    out = bytearray()
    while data:
        out += data[1 : data[0]]
        data = data[data[0] :]
        if data:
            out.append(0)
    return out


def check_commands():
    host = Host(ring)
    for vector in vectors("command_frames"):
        name = vector["name"]
        data = bytearray(binascii.unhexlify(vector["hex"]))
        wanted = vector.get("command")
        host.say(data, len(data))
        if wanted is None:
            offset = host.detail[0] if host.detail_length else 0
            expect(name, (host._result, offset), (vector["result"], vector["offset"]))
            continue
        kind = wanted["type"]
        expect(name, (host._result, host._tag), (0, vector["tag"]))
        if kind == "AskHello":
            expect(name, host.hello_due, True)
        elif kind == "Start":
            expect(name, host.did, ["start", wanted["rate_hz"], wanted["acc_range_g"], wanted["gyr_range_dps"]])
        elif kind == "Stop":
            expect(name, host.did, ["stop"])
        elif kind == "Resend":
            expect(name, host.did, ["grant", wanted["first"], wanted["count"]])
        elif kind == "AskTime":
            seq = None if host._acked < 0 else host._acked
            expect(name, (struct.unpack_from("<Q", host.detail)[0], seq), (wanted["echo"], wanted["data_seq"]))
        elif kind == "Identify":
            expect(name, host.app.identify_ms, wanted["seconds"] * 1000)
        elif kind == "Sleep":
            expect(name, host.app.sleep_asked_ms, host.app.now_ms)
        expect(name + " on serial", found_in(vector["serial"]), [vector["hex"]])


def found_in(stream):
    serial = SerialCommands()
    found = []
    for byte in binascii.unhexlify(stream):
        length = serial.feed(byte)
        if length:
            found.append(None if length < 0 else hexed(serial.buffer[:length]))
    return found


def check_serial():
    for vector in vectors("serial_to_device"):
        expect(vector["name"], found_in(vector["hex"]), vector["found"])


def check_notifications():
    for vector in vectors("notifications"):
        if "payload" not in vector:
            continue
        data = binascii.unhexlify(vector["frame"])
        if len(data) <= vector["payload"]:
            continue
        cuts = fragments.Fragments()
        cuts.number = vector["number"]
        cut = []
        while cuts.cut(data, len(data), vector["payload"]):
            cut.append(hexed(cuts.buffer[: cuts.length]))
        expect(vector["name"], cut, vector["notifications"])


check_device_frames()
check_commands()
check_serial()
check_notifications()
print(json.dumps({"checked": checked, "wrong": wrong}))
