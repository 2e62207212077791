"""The golden vectors on MicroPython: builds and reads what they say with the firmware's own code."""

import binascii
import json
import struct
import sys

from repfw import command, frame, hot
from repfw import ring as rings

FOLDER = sys.argv[1]
ring = rings.Ring()
framer = frame.Framer(ring)
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
    book = ring.book
    book[hot.NEXT] = next_index
    book[rings.LIVE] = book[rings.RESEND_A] = (next_index - back) & 0xFFFFFFFF
    book[rings.RESEND_A + 1] = next_index


def build(m):
    book = ring.book
    kind = m["type"]
    book[hot.CLOCK] = m["time_us"]
    f = Fields(m)
    if kind == "Hello":
        f.unique_id = binascii.unhexlify(f.unique_id)
        book[hot.NEXT] = f.next_index
        framer.hello(f)
    elif kind == "Samples":
        burst = b"".join(struct.pack("<6h", *row) for row in f.raw)
        set_indices(f.index, 0)
        ring.push(burst, len(f.raw), 0)
        book[rings.RESEND_A + 1] = book[hot.NEXT]
        framer._lossy[0] = framer._lossy[1] = f.after_loss
        if f.resent:
            framer.resent(rings.RESEND_A, 18, f.generation)
        else:
            framer.live(18, f.generation)
    elif kind == "Status":
        set_indices(f.next_index, f.backlog)
        book[hot.HELD] = f.held
        if f.battery_percent is None:
            f.battery_percent = 255
        if f.battery_mv is None:
            f.battery_mv = 65535
        f.temperature = -32768 if f.temperature is None else round(f.temperature * 100)
        f.rate_mhz = f.rate_mhz or 0
        framer.status(f.flags, f)
    elif kind == "Log":
        framer.log(f.level, f.text)
    elif kind == "Overrun":
        if f.cause == rings.CAUSE_RING:
            set_indices((f.index + f.lost) & 0xFFFFFFFF, f.lost)
        else:
            set_indices(f.index, 0)
            ring.lose(f.lost, f.cause)
        if f.resent:
            framer.resent(rings.RESEND_A, 18, f.generation)
        else:
            framer.live(18, f.generation)
    elif kind == "Fault":
        framer.fault(f.code, f.detail, f.text, f.over)
    elif kind == "Mark":
        book[hot.NEXT] = f.index
        framer.mark(f.number, f.source)
    elif kind == "Answer":
        framer.answer(f.command, f.tag, f.result, put_detail(f.detail))


DETAILS = {
    "Started": ("<IB", "first_index", "generation"),
    "Stopped": ("<I", "next_index"),
    "Resending": ("<IH", "first", "count"),
    "Echo": ("<QI", "echo", "received_us"),
    "BadField": ("<B", "offset"),
    "NotHeld": ("<IH", "oldest", "held"),
}


def put_detail(detail):
    if detail is None:
        return 0
    layout = DETAILS[detail["type"]]
    struct.pack_into(layout[0], framer.buffer, 12, *[detail[name] for name in layout[1:]])
    return struct.calcsize(layout[0])


def check_device_frames():
    out = bytearray(frame.LONGEST + 3)
    for vector in vectors("device_frames"):
        if not vector.get("firmware"):
            continue
        framer.seq = vector["seq"]
        build(vector["message"])
        expect(vector["name"], hexed(framer.buffer[: framer.length]), vector["hex"])
        expect(vector["name"], hot.sealed(framer.buffer, framer.length), True)
        length = hot.cobs(framer.buffer, framer.length, out)
        expect(vector["name"] + ", COBS", hexed(uncobs(out[1 : length - 1])), vector["hex"])
        expect(vector["name"] + ", ends", (out[0], out[length - 1], b"\0" in bytes(out[1 : length - 1])), (0, 0, False))


def uncobs(data):
    out = bytearray()
    while data:
        out += data[1 : data[0]]
        data = data[data[0] :]
        if data:
            out.append(0)
    return out


def check_commands():
    read = command.Command()
    kinds = {"AskHello": 0x41, "Start": 0x42, "Stop": 0x43, "Resend": 0x44, "AskTime": 0x45, "Identify": 0x46}
    for vector in vectors("command_frames"):
        name = vector["name"]
        data = binascii.unhexlify(vector["hex"])
        result = read.read(data, len(data))
        wanted = vector.get("command")
        if wanted is None:
            expect(name, (result, read.field), (vector["result"], vector["offset"]))
            continue
        expect(name, (result, read.kind, read.tag), (0, kinds.get(wanted["type"], 0x47), vector["tag"]))
        if wanted["type"] == "Start":
            got = (read.rate, read.acc_range, read.gyr_range)
            expect(name, got, (wanted["rate_hz"], wanted["acc_range_g"], wanted["gyr_range_dps"]))
        elif wanted["type"] == "Resend":
            first = struct.unpack_from("<I", read.buffer, 4)[0]
            expect(name, (first, read.count), (wanted["first"], wanted["count"]))
        elif wanted["type"] == "AskTime":
            echo = struct.unpack_from("<Q", read.buffer, 4)[0]
            seq = read.data_seq if read.flags & command.ACKNOWLEDGES else None
            expect(name, (echo, seq), (wanted["echo"], wanted["data_seq"]))
        elif wanted["type"] == "Identify":
            expect(name, read.seconds, wanted["seconds"])
        expect(name + " on serial", found_in(vector["serial"]), [vector["hex"]])


def found_in(stream):
    serial = command.SerialCommands()
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
        fragments = frame.Fragments()
        fragments._number = vector["number"]
        cut = []
        while fragments.cut(data, len(data), vector["payload"]):
            cut.append(hexed(fragments.buffer[: fragments.length]))
        expect(vector["name"], cut, vector["notifications"])


check_device_frames()
check_commands()
check_serial()
check_notifications()
print(json.dumps({"checked": checked, "wrong": wrong}))
