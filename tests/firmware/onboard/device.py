"""The whole firmware, as a board runs it: main.py, with a modelled sensor and a plan of what befalls it.

The argument is JSON: ``model``, ``config`` (what the user changed in config.py), ``plan`` ([seconds, what, …], …), and
whatever else stands in the defaults below. Frames go to and come from standard input and output.
"""

import gc
import json
import sys

import bench
import machine
from simclock import clock
from sources import Counting, Still

settings = {
    "model": "MPU-6050",
    "config": {},
    "plan": [],
    "speed": 1,
    "ticks": 0,
    "ppm": 0,
    "cause": 1,
    "radio": 0,
    "still": False,
}
settings.update(json.loads(sys.argv[1]))

clock.manual(settings["ticks"])
clock.pace(settings["speed"])
machine.causes.append(settings["cause"])
source = Still() if settings["still"] else Counting()
chip = bench.make_chip(settings["model"], source, rate_error_ppm=settings["ppm"])
began_us = clock.now_us()
plan = settings["plan"]


def unplug():
    chip.faults.unplugged = True


def plug():
    chip.faults.unplugged = False
    chip.power_on()


def shake():
    source.values[0] += 0.5
    plan.insert(0, [(clock.now_us() - began_us) * 1e-6 + 0.1, "shake"])


def stall(seconds):
    """Python is held up."""
    clock.bus_us(int(seconds * 1000000))


def bus_error():
    chip.faults.errors = 1


def glitch(count):
    chip.catch_up()
    while chip.fifo.count <= count:
        clock.bus_us(500)
        chip.catch_up()
    chip.lose_bytes(count)


def pin(number, level):
    machine.pin_levels[number] = level


def adc(number, value):
    machine.adc_values[number] = value


def crash(times):
    """Mistakes in the firmware: so many steps end in an exception."""
    from repfw import app

    step = app.App.step

    def broken(self):
        nonlocal times
        if times:
            times -= 1
            raise ValueError("a mistake")
        return step(self)

    app.App.step = broken


def interrupt():
    raise KeyboardInterrupt


def befall():
    while plan and (clock.now_us() - began_us) * 1e-6 >= plan[0][0]:
        _, what, *values = plan.pop(0)
        globals()[what](*values)


clock.befall(befall)
if settings["radio"]:
    import bluetooth

    bluetooth.connect(settings["radio"], settings.get("stack", "nimble"))

config = __import__("config")
for name, value in settings["config"].items():
    setattr(config, name, value)
gc.collect()
__import__("main")
