"""A sensor that is found, lost, or found again. Loaded for the moment."""

from micropython import const

from repfw import seldom
from repfw.imu import Imu, ImuError

_STATE_IDLE = const(0)

# Codes of FAULT
_FAULT_NO_SENSOR = const(1)
_FAULT_SELF_TEST = const(3)
_FAULT_CONFIG = const(5)


def open_sensor(app):
    """Look for it, test it, and set it up once, so that HELLO can tell how it measures."""
    settings = app.settings
    app.tried_ms = app.now_ms
    try:
        bus = seldom("imu_bus").open_bus(settings)
    except (ValueError, TypeError) as error:  # by port and pin
        words = f"config.py: i2c_bus {settings.i2c_bus}, scl {settings.scl}, sda {settings.sda}: {error}"
        seldom("states").refuse(app, words)
        return
    try:
        imu = seldom("imu_find").find(bus, settings.sensor_address)
        failed = settings.self_test and seldom("imu_test").self_test(imu)
        if failed:
            words = f"self-test failed: {seldom('imu_test').failed_axes(failed)}. Did it lie still?"
            seldom("events").fault(app.events, _FAULT_SELF_TEST, failed, words)
        _try(imu, settings)
    except ImuError as error:
        seldom("states").fails(app, _FAULT_NO_SENSOR, error)
        return
    app.imu = imu
    # There is one: what makes a driver is of no more use.
    Imu.__init__ = type(imu).__init__ = None
    tell(app)
    seldom("states").recovered(app, _STATE_IDLE)


def _try(imu, settings):
    """Set up as a host will want it, or did."""
    imu.start(settings.rate_hz, settings.acc_range_g, settings.gyr_range_dps)
    imu.stop()


def try_again(app):
    """There is no sensor, or it failed while nothing was sampled."""
    app.tried_ms = app.now_ms
    if app.faulty == _FAULT_CONFIG:
        return
    if app.imu is None:
        open_sensor(app)
        return
    try:
        _try(app.imu, app.settings)
    except ImuError:
        return
    seldom("states").recovered(app, _STATE_IDLE)


def tell(app):
    """The sensor was set up: HELLO tells how it measures, and the ring begins anew, but not the count of samples."""
    imu, about = app.imu, app.about
    kinds = seldom("imu_start")
    about.sensor = imu.model
    about.rates, about.acc_ranges, about.gyr_ranges = kinds.RATES_HZ, kinds.ACC_RANGES_G, kinds.GYR_RANGES_DPS
    about.rate_mhz = imu.true_rate_mhz
    about.acc_range = imu.acc_range_g
    about.gyr_range = imu.gyr_range_dps
    about.acc_scale = imu.acc_ng_per_lsb * 1e-9
    about.gyr_scale = imu.gyr_ndps_per_lsb * 1e-9
    period_us = (1000000000 + imu.true_rate_mhz // 2) // imu.true_rate_mhz
    app.ring.clear(period_us)
    app.sampler.start(period_us)
