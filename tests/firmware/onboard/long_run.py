"""The whole firmware for a long time in no time: simulated clock, a link that keeps nothing, every sample compared.

Arguments: model, rate, minutes, the sensor's clock in ppm. Or ``frames`` and the model: what a frame takes of the heap.
"""

import gc
import json
import sys

import bench
import book
from simclock import clock

SAMPLES = 0x02  # the kind of frame

gc.collect()


def assemble(config_changes):
    config = __import__("config")
    for name, value in config_changes.items():
        setattr(config, name, value)
    from repfw import frame, start

    init = frame.Framer.__init__
    app = start.assemble()
    frame.Framer.__init__ = init  # another link is made
    return app


def listening(app):
    """A link that is live for ever and looks at each frame of samples where it stands."""
    from repfw import link

    class Ear(link.Link):
        def __init__(self):
            super().__init__(app, book.RESEND_A)
            self.checker = bench.Checker()
            self.frames = self.bytes = self.disordered = 0
            self.next = -1

        def poll(self, now_ms):
            self.heard_ms = now_ms

        def prepare(self, framer):
            pass

        def transmit(self, framer):
            buffer = framer.buffer
            self.frames += 1
            self.bytes += framer.length
            if buffer[1] == SAMPLES:
                index = buffer[8] | buffer[9] << 8 | buffer[10] << 16 | buffer[11] << 24
                if self.next >= 0 and index != self.next:
                    self.disordered += 1
                self.next = index + buffer[13]
                self.look(buffer, buffer[13])
            return True

        def look(self, buffer, count):
            view = memoryview(buffer)[16:]
            self.checker.check(view, count)

    ear = Ear()
    app.links[:] = [ear]
    ear.heard(0)
    return ear


def start(app, ear, rate):
    from repfw import seldom

    assert seldom("running").start(app, ear, rate, 8, 1000) == 0


def run(app, seconds):
    end = clock.now_us() + seconds * 1000000
    while clock.now_us() < end:
        pause = app.step()
        clock.pass_us(pause * 1000)


def stream(model, rate, minutes, ppm):
    clock.manual((1 << 30) - 30000000)
    chip = bench.make_chip(model, rate_error_ppm=ppm)
    app = assemble({"board": "pico", "self_test": False, "sleep_after_s": 0})
    ear = listening(app)
    start(app, ear, rate)
    made = chip.index
    run(app, minutes * 60)
    checker = ear.checker
    return {
        "samples": checker.samples,
        "made": chip.index - made,
        "wrong": checker.wrong,
        "missing": checker.missing,
        "disordered": ear.disordered,
        "overruns": app.sampler.overruns,
        "lost": app.sampler.lost,
        "rate_mhz": app.sampler.rate_mhz(),
        "chip_mhz": chip.rate_mhz(),
        "uptime": app.now.uptime,
        "frames": ear.frames,
        "bytes": ear.bytes,
    }


def frames(model):
    """Bytes of the heap that a frame of samples takes, from the sensor to the link, were it for an instant."""
    clock.manual(1000)
    bench.make_chip(model)
    app = assemble({"board": "pico", "self_test": False, "sleep_after_s": 0})
    ear = listening(app)
    ear.look = lambda buffer, count: None
    start(app, ear, 100)
    run(app, 10)
    per_frame = []
    step = app.step
    for _ in range(2000):
        app._second_ms = app.now_ms  # the figures of STATUS, each second, are not of the sampling path
        frames = ear.frames
        used = gc.mem_alloc()
        pause = step()
        grown = gc.mem_alloc() - used
        if ear.frames != frames:
            per_frame.append(grown)
        gc.collect()
        clock.pass_us(pause * 1000)
    return {"frames": len(per_frame), "most_a_frame": max(per_frame)}


if sys.argv[1] == "frames":
    print(json.dumps(frames(sys.argv[2])))
else:
    rate, minutes, ppm = (int(text) for text in sys.argv[2:5])
    print(json.dumps(stream(sys.argv[1], rate, minutes, ppm)))
