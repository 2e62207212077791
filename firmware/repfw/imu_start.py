"""Setting a sensor up: rate, ranges, and what is told of them; and what is said when it cannot be.

Loaded for the moment. A family's module, ``imu_mpu_setup.py`` or ``imu_lsm_setup.py``, has

    clear_fifo(imu)                           empty the FIFO, let it fill from a whole sample on
    configure(imu, rate_hz, acc_fs, gyr_fs)   reset; set rate and ranges, each 0 to 3; let the sensor settle
    power_down(imu)                           a few µA
    WHO_AM_I                                  the register
    ACC_NG, GYR_NDPS                          1e-9 g and 1e-9 °/s a count, by range
"""

from time import ticks_us

from repfw import seldom

RATES_HZ = (50, 100, 200)
ACC_RANGES_G = (2, 4, 8, 16)
GYR_RANGES_DPS = (250, 500, 1000, 2000)


def start(imu, rate_hz, acc_range_g, gyr_range_dps):
    """Reset, set up, and let it sample. If that fails, the figures stay as they were: `Imu.drain` tries with those."""
    _check("rate_hz", rate_hz, RATES_HZ)
    _check("acc_range_g", acc_range_g, ACC_RANGES_G)
    _check("gyr_range_dps", gyr_range_dps, GYR_RANGES_DPS)
    before = imu.rate_hz, imu.acc_range_g, imu.gyr_range_dps
    imu.rate_hz, imu.acc_range_g, imu.gyr_range_dps = rate_hz, acc_range_g, gyr_range_dps
    try:
        _launch(imu)
    except Exception:  # of whatever kind: what is sampled from then on must be what HELLO tells
        imu.rate_hz, imu.acc_range_g, imu.gyr_range_dps = before
        raise


def _check(name, value, allowed):
    if value not in allowed:
        seldom("imu_errors").no_such(name, value, allowed)


def _launch(imu):
    imu.running = False
    guarded(imu, _set_up)
    imu.running = True


def _set_up(imu):
    family = seldom(imu.family + "_setup")
    if imu.get(family.WHO_AM_I) != imu.who:
        raise OSError
    acc, gyr = ACC_RANGES_G.index(imu.acc_range_g), GYR_RANGES_DPS.index(imu.gyr_range_dps)
    imu.true_rate_mhz = family.configure(imu, imu.rate_hz, acc, gyr)
    imu.acc_ng_per_lsb = family.ACC_NG[acc]
    imu.gyr_ndps_per_lsb = family.GYR_NDPS[gyr]
    family.clear_fifo(imu)


def recover(imu):
    """The bus failed, or the sensor has forgotten its settings: all anew."""
    if not imu.rate_hz:
        seldom("imu_errors").not_started()
    _launch(imu)
    imu.restarted = True
    imu.restarts += 1


def overrun(imu):
    """The FIFO ran over, or lost its alignment: empty it. No samples for now."""
    seldom(imu.family + "_setup").clear_fifo(imu)
    imu.overran = True
    imu.overruns += 1
    imu.last_us = ticks_us()
    return 0


def stop(imu):
    """Power it down."""
    rest(imu)
    guarded(imu, seldom(imu.family + "_setup").power_down)


def rest(imu):
    """It samples no more."""
    imu.running = False
    imu.rate_hz = 0


def guarded(imu, action):
    """Do something with it; a bus that fails is an ImuError."""
    try:
        return action(imu)
    except OSError:
        seldom("imu_errors").fails(imu)
