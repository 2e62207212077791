"""The driver of the IMU that was found. Loaded for the moment."""

import gc


def make(i2c, driver, *what):
    """What `imu_find.which` told, with its driver. The other sensors' drivers are not loaded."""
    if driver == "mpu":
        from repfw.imu_mpu import Mpu as Driver
    elif driver == "lsm_dso":
        from repfw.imu_lsm_dso import Lsm6dso as Driver
    else:
        from repfw.imu_lsm_ds3 import Lsm6ds3 as Driver
    gc.collect()
    return Driver(i2c, *what)
