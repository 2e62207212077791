"""Watching for motion with little power, for both families. Loaded when the board goes to sleep.

Sources as in ``imu_mpu.py`` and ``imu_lsm_setup.py``.
"""

from time import sleep_ms

from micropython import const

from repfw import seldom

# MPU family: registers
_ACCEL_CONFIG = const(0x1C)
_ACCEL_CONFIG_2 = const(0x1D)  # 6500, 9250
_LP_ACCEL_ODR = const(0x1E)  # 6500, 9250
_MOT_THR = const(0x1F)
_MOT_DUR = const(0x20)  # 6050
_INT_ENABLE = const(0x38)
_INT_STATUS = const(0x3A)
_ACCEL_INTEL_CTRL = const(0x69)  # 6500, 9250
_PWR_MGMT_1 = const(0x6B)
_PWR_MGMT_2 = const(0x6C)
# Fields
_ACCEL_HPF_5HZ = const(0x01)  # ACCEL_CONFIG of the 6050, for motion detection only
_ACCEL_FCHOICE_B = const(0x08)  # ACCEL_CONFIG_2: no low-pass
_MOT_INT = const(0x40)  # INT_ENABLE, INT_STATUS
_ACCEL_INTEL = const(0xC0)  # ACCEL_INTEL_CTRL: on, comparing each sample with the one before
_CYCLE = const(0x20)  # PWR_MGMT_1
_STANDBY_GYRO = const(0x07)  # PWR_MGMT_2
_WAKE_20HZ_6050 = const(0x80)
_LP_31HZ_6500 = const(0x07)  # LP_ACCEL_ODR
_MG_PER_THR_6050 = const(32)  # RM 4.2 no longer says; InvenSense's motion driver 5.1 reckons so for this sensor
_MG_PER_THR_6500 = const(4)  # RM-MPU-6500A reg. 31
_SETTLE_MPU_MS = const(100)

# LSM6DS family: registers
_CTRL6_C = const(0x15)
_WAKE_UP_SRC = const(0x1B)
_TAP_CFG0_DSO = const(0x56)
_TAP_CFG_DS3 = const(0x58)
_TAP_CFG2_DSO = const(0x58)
_WAKE_UP_THS = const(0x5B)
_WAKE_UP_DUR = const(0x5C)
_MD1_CFG = const(0x5E)
# Fields
_XL_LOW_POWER = const(0x10)  # CTRL6_C, XL_HM_MODE
_XL_26HZ_2G = const(0x20)  # CTRL1_XL
_LATCHED = const(0x01)  # TAP_CFG, TAP_CFG0: LIR
_INT_CLR_ON_READ = const(0x40)  # TAP_CFG0
_INTERRUPTS_ENABLE = const(0x80)  # TAP_CFG2; TAP_CFG of the TR-C
_WU_IA = const(0x08)  # WAKE_UP_SRC
_INT1_WU = const(0x20)  # MD1_CFG
_SETTLE_LSM_MS = const(150)


def watch_motion(imu, threshold_mg=100):
    """Only watch for motion, with little power, until `Imu.start`.

    The first motion takes the interrupt pin high (INT of the MPUs, INT1 of the LSM6DS; push-pull), where it stays
    until `moved` is asked.
    """
    start = seldom("imu_start")
    start.rest(imu)
    watch = _mpu if imu.is_mpu else _lsm
    start.guarded(imu, lambda imu: watch(imu, seldom(imu.family + "_setup"), threshold_mg))


def moved(imu):
    """Whether there was motion since `watch_motion`, or since this was last asked; lets the pin go low."""
    register, bit = (_INT_STATUS, _MOT_INT) if imu.is_mpu else (_WAKE_UP_SRC, _WU_IA)
    return bool(seldom("imu_start").guarded(imu, lambda imu: imu.get(register)) & bit)


def _mpu(imu, setup, threshold_mg):
    setup.wake(imu)
    if imu.is_6050:
        imu.set(_ACCEL_CONFIG, _ACCEL_HPF_5HZ)
        imu.set(_MOT_THR, max(1, min(255, threshold_mg // _MG_PER_THR_6050)))
        imu.set(_MOT_DUR, 1)
        imu.set(_PWR_MGMT_2, _WAKE_20HZ_6050 | _STANDBY_GYRO)
    else:
        imu.set(_PWR_MGMT_2, _STANDBY_GYRO)
        imu.set(_ACCEL_CONFIG_2, _ACCEL_FCHOICE_B)
        imu.set(_ACCEL_INTEL_CTRL, _ACCEL_INTEL)
        imu.set(_MOT_THR, max(1, min(255, threshold_mg // _MG_PER_THR_6500)))
        imu.set(_LP_ACCEL_ODR, _LP_31HZ_6500)
    imu.set(_INT_ENABLE, _MOT_INT)
    sleep_ms(_SETTLE_MPU_MS)
    imu.get(_INT_STATUS)
    # With the gyroscope asleep its clock is not there: back to the internal one.
    imu.set(_PWR_MGMT_1, _CYCLE)


def _lsm(imu, setup, threshold_mg):
    setup.reset(imu)
    imu.set(_CTRL6_C, _XL_LOW_POWER)
    setup.measure(imu, _XL_26HZ_2G, 0)
    if imu.is_dso:
        imu.set(_TAP_CFG0_DSO, _INT_CLR_ON_READ | _LATCHED)
        imu.set(_TAP_CFG2_DSO, _INTERRUPTS_ENABLE)
    else:
        imu.set(_TAP_CFG_DS3, _LATCHED | (_INTERRUPTS_ENABLE if imu.is_trc else 0))
    imu.set(_WAKE_UP_DUR, 0)
    imu.set(_WAKE_UP_THS, max(1, min(63, threshold_mg * 64 // 2000)))  # 1/64 of ±2 g
    sleep_ms(_SETTLE_LSM_MS)
    imu.set(_MD1_CFG, _INT1_WU)
    imu.get(_WAKE_UP_SRC)
