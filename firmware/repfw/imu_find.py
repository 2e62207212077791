"""Finding the IMU on the I2C bus. Loaded for the moment."""

from time import sleep_ms

from micropython import const

from repfw.imu import ImuError

# What answers with which WHO_AM_I. Sources: RM-MPU-6000A 4.2 reg. 117; RM-MPU-6500A 2.1 reg. 117; RM-MPU-9250A 1.6
# reg. 117 (the 9255 is a later 9250); LSM6DS3 DocID026899, LSM6DS3TR-C DocID030071, LSM6DSO DS12140 and LSM6DSOX
# DS12814, reg. 0Fh. The last two give the same answer and are alike in all that is used here.
_MPU_WHO_AM_I = const(0x75)
_MPU_MODELS = {0x68: "MPU-6050", 0x70: "MPU-6500", 0x71: "MPU-9250", 0x73: "MPU-9255"}
_LSM_WHO_AM_I = const(0x0F)
_WHO_DSO = const(0x6C)
_LSM_MODELS = {0x69: "LSM6DS3", 0x6A: "LSM6DS3TR-C", _WHO_DSO: "LSM6DSO/DSOX"}
# The lower address is had with the address pin (AD0, SA0) low.
_MPU_ADDRESSES = const((0x68, 0x69))
_LSM_ADDRESSES = const((0x6A, 0x6B))

_TRIES = const(3)  # a sensor that has only just been powered does not answer yet
_TRY_AGAIN_MS = const(20)


def find(i2c, address=None):
    """The IMU on this bus, not started yet; at `address`, or wherever one can be. Only its driver is loaded."""
    at, model, who = _which(i2c, address)
    if at in _MPU_ADDRESSES:
        from repfw.imu_mpu import Mpu as Driver
    elif who == _WHO_DSO:
        from repfw.imu_lsm_dso import Lsm6dso as Driver
    else:
        from repfw.imu_lsm_ds3 import Lsm6ds3 as Driver
    return Driver(i2c, at, model, who)


def _which(i2c, address):
    """The address, what it is called, what it answers to WHO_AM_I."""
    strange = None
    for attempt in range(_TRIES):
        if attempt:
            sleep_ms(_TRY_AGAIN_MS)
        for at in _MPU_ADDRESSES + _LSM_ADDRESSES:
            if address is not None and at != address:
                continue
            is_mpu = at in _MPU_ADDRESSES
            try:
                who = i2c.readfrom_mem(at, _MPU_WHO_AM_I if is_mpu else _LSM_WHO_AM_I, 1)[0]
            except OSError:
                continue
            model = (_MPU_MODELS if is_mpu else _LSM_MODELS).get(who)
            if model is not None:
                return at, model, who
            strange = (at, who)
    if strange:
        at, who = strange
        raise ImuError("unknown", f"no IMU of ours: what answers at 0x{at:02x} says WHO_AM_I 0x{who:02x}")
    raise ImuError("absent", f"no IMU on the bus ({_seen(i2c)}): check its wires and its power")


def _seen(i2c):
    try:
        seen = i2c.scan()
    except OSError:
        seen = ()
    return "seen: " + ", ".join(f"0x{at:02x}" for at in seen) if seen else "nothing answers at all"
