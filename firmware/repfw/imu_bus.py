"""The I2C bus that the sensor is on. Loaded for the moment."""

from time import sleep_us

from machine import I2C, Pin


def open_bus(settings):
    """The bus, freed from whoever holds it."""
    free_bus(Pin(settings.scl, Pin.OPEN_DRAIN, value=1), Pin(settings.sda, Pin.OPEN_DRAIN, value=1))
    return I2C(settings.i2c_bus, scl=Pin(settings.scl), sda=Pin(settings.sda), freq=settings.i2c_hz)


def free_bus(scl, sda):
    """Let go of a sensor that a reset of the board cut off in the middle of a byte: it would hold SDA low for ever.

    To be called before the I2C is made, with both pins open-drain. False: SDA stays low, something else is wrong.
    """
    for _ in range(9):  # UM10204 3.1.16: the rest of a byte and its acknowledge are clocked out
        if sda.value():
            return True
        scl.value(0)
        sleep_us(5)
        scl.value(1)
        sleep_us(5)
    return bool(sda.value())
