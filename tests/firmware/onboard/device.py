"""The whole firmware, as a board runs it: main.py, with a modelled sensor and a plan of what befalls it.

DEVICE in the environment is JSON: ``model``, ``config`` (what the user changed in config.py), ``plan`` ([seconds, what,
…], …), ``after`` (plans that begin with START, or when the board goes to sleep), and whatever else stands in the
defaults below. Frames go to and come from standard input and output.
"""

import gc
import json
import os
import sys

import bench
import machine
from simclock import clock
from sources import Counting, Recording, Still

settings = {
    "model": "MPU-6050",
    "config": {},
    "speed": 0,  # how many times as fast as the world its time may go at most; 0: without bound
    "plan": [],
    "after": {},
    "ticks": 0,
    "ppm": 0,
    "cause": 1,
    "radio": 0,  # the port of the virtual radio, which is asked likewise, each ``slice_us``, where there is no leash
    "stack": "nimble",
    "slice_us": 20000,
    "leash": 0,  # a file of the host's, from which it reads a line for each stretch of time that it may go on
    "still": False,
    "recording": None,  # what the sensor feels: a CSV, whose time is ``begin_s`` when the board is switched on
    "begin_s": 0,
    "address": None,
    "tells_full": False,  # whether it tells when the serial line takes no more
    "wire": None,  # the pin its interrupt line goes to
}
settings.update(json.loads(os.getenv("DEVICE")))

clock.manual(settings["ticks"])
written = 0  # bytes, on the serial line
began_us = clock.now_us()
if settings["leash"]:
    leash = open(f"/dev/fd/{settings['leash']}")

    def ask(now_us):
        sys.stderr.write(f"@{now_us - began_us} {written}\n")
        leash.readline()

    clock.leash(ask)
elif settings["radio"]:
    import bluetooth

    bluetooth.connect(settings["radio"], settings["stack"])
    clock.leash(lambda now_us: bluetooth._radio.ask(now_us - began_us, written), settings["slice_us"])
if settings["speed"]:
    clock.pace(settings["speed"])
machine.causes.append(settings["cause"])
if settings["recording"]:
    source = Recording(settings["recording"], began_us - int(settings["begin_s"] * 1000000))
else:
    source = Still() if settings["still"] else Counting()
chip = bench.make_chip(settings["model"], source, settings["address"], rate_error_ppm=settings["ppm"])
if settings["wire"] is not None:
    machine.wire(chip, settings["wire"])
plan = settings["plan"]


def unplug():
    chip.faults.unplugged = True


def plug():
    chip.faults.unplugged = False
    chip.power_on()


def shake():
    source.values[0] += 0.5
    plan.append([(clock.now_us() - began_us) * 1e-6 + 0.1, "shake"])
    plan.sort(key=lambda one: one[0])


def mute():
    """It answers no more; its interrupt line is as before."""
    chip.faults.unplugged = True


def stall(seconds):
    """Python is held up."""
    clock.bus_us(int(seconds * 1000000))


def bus_error():
    chip.faults.errors = 1


def fail_in_start():
    """The bus does, when the sensor is next set up."""
    from repfw import imu

    seldom = imu.seldom

    def failing(name):
        imu.seldom = seldom
        chip.faults.errors = 1
        return seldom(name)

    imu.seldom = failing


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


def irq_error(times):
    """So many events of Bluetooth end in an exception, in the stack's context."""
    import bluetooth

    ble = bluetooth.BLE()
    gatts_read = ble.gatts_read

    def broken(handle):
        nonlocal times
        if times:
            times -= 1
            raise ValueError("in the handler")
        return gatts_read(handle)

    ble.gatts_read = broken


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


def starve():
    """Nothing can be loaded any more."""
    from repfw import start

    def seldom(name):
        raise MemoryError(name)

    start.seldom = seldom


def interrupt():
    raise KeyboardInterrupt


def befall():
    if any(dog.bitten for dog in machine.watchdogs):
        sys.exit(5)
    while plan and (clock.now_us() - began_us) * 1e-6 >= plan[0][0]:
        _, what, *values = plan.pop(0)
        globals()[what](*values)


MODULES = {"start": "running", "sleep": "asleep"}  # which the firmware loads for it


def begin_with(name, more):
    """What comes after a command must not come before it, however long the host takes."""
    import repfw

    seldom = repfw.seldom

    def watched(module):
        now_s = (clock.now_us() - began_us) * 1e-6
        if more and module == MODULES[name]:
            sys.stderr.write(f"{name} {now_s}\n")
            while more:
                at, *rest = more.pop(0)
                plan.append([now_s + at] + rest)
            plan.sort(key=lambda one: one[0])
        return seldom(module)

    repfw.seldom = watched


def watch_line():
    """Count what goes out on the serial line, so that the host can wait for it: the system takes its time."""
    from repfw import link_usb

    transmit = link_usb.UsbLink.transmit

    def watched(self, framer):
        global written
        begun = self._at
        done = transmit(self, framer)
        written += self._at - begun
        if settings["tells_full"] and not done:
            sys.stderr.write("the line is full\n")
        return done

    link_usb.UsbLink.transmit = watched


for name, more in settings["after"].items():
    begin_with(name, more)
if settings["leash"] or settings["radio"]:
    watch_line()
clock.befall(befall)
config = __import__("config")
for name, value in settings["config"].items():
    setattr(config, name, value)
gc.collect()
try:
    __import__("main")
finally:
    sys.stderr.write(f"registers {machine.mem32}\n")
    sys.stderr.write(f"ended after {(clock.now_us() - began_us) // 1000} ms\n")
