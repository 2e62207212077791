"""What ``config.py`` says, checked. A wrong value is a `ConfigError`, whose words say which, and what it may be.

Loaded for the moment.
"""

import sys

from micropython import const

from repfw import Record, seldom

_NAME_LONGEST = const(24)
_ADDRESSES = const((0x68, 0x69, 0x6A, 0x6B))
BOARDS = ("esp32", "esp32s3", "esp32c3", "pico", "picow", "pico2", "pico2w")


class ConfigError(Exception):
    """``config.py`` cannot be used."""


def defaults():
    """The fields of ``config.py`` where nothing was changed."""
    settings = Record()
    settings.name = settings.board = None
    settings.i2c_bus = settings.scl = settings.sda = settings.sensor_address = settings.motion_pin = None
    settings.i2c_hz = 400_000
    settings.axes = (1, 2, 3)
    settings.rate_hz = 100
    settings.acc_range_g = 8
    settings.gyr_range_dps = 1000
    settings.self_test = True
    settings.ble = None
    settings.usb = True
    settings.led = settings.led_active_low = settings.button = None
    settings.battery_pin = None
    settings.battery_divider = 2.0
    settings.battery_empty_mv = 3300
    settings.battery_full_mv = 4150
    settings.sleep_after_s = 300
    settings.motion_mg = 100
    settings.watchdog = True
    return settings


def read_config():
    """What ``config.py`` says; and what is wrong with it, or None."""
    try:
        import config

        return read(config), None
    except ConfigError as error:
        return defaults(), str(error)
    except Exception as error:  # noqa: BLE001  (a mistyped file can raise anything)
        return defaults(), f"config.py: {type(error).__name__}: {error}"
    finally:
        sys.modules.pop("config", None)


def read(config):
    """The fields from the module, or from whatever has such attributes."""
    settings = defaults()
    for name in dir(config):
        if name.startswith("_"):
            continue
        if not hasattr(settings, name):
            raise ConfigError(f"config.py: there is no setting {name}")
        setattr(settings, name, getattr(config, name))
    _check(settings)
    return settings


def _check(s):
    if s.name is not None and not (isinstance(s.name, str) and 1 <= len(s.name.encode()) <= _NAME_LONGEST):
        _refuse("name", s.name, "a text of 1 to 24 bytes, or None")
    _one_of("board", s.board, (None,) + BOARDS)
    _pin("i2c_bus", s.i2c_bus)
    for name in ("scl", "sda", "motion_pin", "button", "battery_pin"):
        _pin(name, getattr(s, name))
    _one_of("sensor_address", s.sensor_address, (None,) + _ADDRESSES)
    _between("i2c_hz", s.i2c_hz, 100_000, 1_000_000)
    _axes(s.axes)
    imu = seldom("imu_start")
    _one_of("rate_hz", s.rate_hz, imu.RATES_HZ)
    _one_of("acc_range_g", s.acc_range_g, imu.ACC_RANGES_G)
    _one_of("gyr_range_dps", s.gyr_range_dps, imu.GYR_RANGES_DPS)
    for name in ("self_test", "usb", "watchdog"):
        _truth(name, getattr(s, name))
    for name in ("ble", "led_active_low"):
        if getattr(s, name) is not None:
            _truth(name, getattr(s, name))
    if s.led is not False and not (isinstance(s.led, str) and s.led):
        _pin("led", s.led)
    if not _is_number(s.battery_divider, (int, float)) or not 1 <= s.battery_divider <= 20:
        _refuse("battery_divider", s.battery_divider, "from 1 to 20")
    _between("battery_empty_mv", s.battery_empty_mv, 2500, 5000)
    _between("battery_full_mv", s.battery_full_mv, s.battery_empty_mv + 100, 20000)
    if s.sleep_after_s != 0:
        _between("sleep_after_s", s.sleep_after_s, 30, 86400)
    _between("motion_mg", s.motion_mg, 32, 2000)
    if s.usb is False and s.ble is False:
        raise ConfigError("config.py: usb and ble are both False: nobody could reach the board")


def _refuse(name, value, wanted):
    raise ConfigError(f"config.py: {name} is {value!r}; it must be {wanted}")


def _is_number(value, kinds):
    return isinstance(value, kinds) and not isinstance(value, bool)


def _pin(name, value):
    if value is not None and not (_is_number(value, int) and 0 <= value <= 64):
        _refuse(name, value, "a number from 0 to 64, or None")


def _one_of(name, value, allowed):
    if isinstance(value, (bool, float)) or value not in allowed:
        _refuse(name, value, "one of " + ", ".join(repr(one) for one in allowed))


def _between(name, value, low, high):
    if not _is_number(value, int) or not low <= value <= high:
        _refuse(name, value, f"a whole number from {low} to {high}")


def _truth(name, value):
    if not isinstance(value, bool):
        _refuse(name, value, "True or False")


def _axes(axes):
    good = isinstance(axes, (tuple, list)) and len(axes) == 3 and all(_is_number(axis, int) for axis in axes)
    if not good or sorted(abs(axis) for axis in axes) != [1, 2, 3]:
        _refuse("axes", axes, "1, 2 and 3 in any order, each with any sign")
