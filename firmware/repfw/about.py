"""What HELLO and STATUS tell: the fields of the specification, as attributes."""

from repfw import FIRMWARE, frame
from repfw import ring as rings
from repfw.imu import ACC_RANGES_G, GYR_RANGES_DPS, RATES_HZ

BATTERY = 0x0001
BUTTON = 0x0002
LED = 0x0004
TEMPERATURE = 0x0008
SLEEP = 0x0010
WAKES = 0x0020
BLE = 0x0040
SERIAL = 0x0080

IDLE = 0
RUNNING = 1
FAULT = 2


class About:
    """HELLO."""

    firmware = FIRMWARE
    ring = rings.HOLDS

    def __init__(self, name, board, unique_id, boot_id, axes):
        self.boot_id = boot_id
        self.generation = 0
        self.state = FAULT
        self.capabilities = 0
        self.rate_mhz = 0
        self.acc_scale = self.gyr_scale = 0.0
        self.acc_range = self.gyr_range = 0
        self.axes = axes
        self.unique_id = unique_id
        self.name = name
        self.board = board
        self.sensor = ""
        self.rates = self.acc_ranges = self.gyr_ranges = ()

    def measures(self, imu):
        """The sensor was set up; it says how it measures."""
        self.sensor = imu.model
        self.rates, self.acc_ranges, self.gyr_ranges = RATES_HZ, ACC_RANGES_G, GYR_RANGES_DPS
        self.rate_mhz = imu.true_rate_mhz
        self.acc_range = imu.acc_range_g
        self.gyr_range = imu.gyr_range_dps
        self.acc_scale = imu.acc_ng_per_lsb * 1e-9
        self.gyr_scale = imu.gyr_ndps_per_lsb * 1e-9


class Now:
    """STATUS."""

    def __init__(self):
        self.uptime = 0
        self.state = 0
        self.battery_percent = 255
        self.battery_mv = 0xFFFF
        self.temperature = -0x8000
        self.generation = 0
        self.rate_mhz = 0
        self.overruns = self.lost = self.dropped = self.rejected = self.bus_errors = 0


def default_name(unique_id):
    """For a board that was given none."""
    return frame.short_text("repclip-" + "".join(f"{byte:02x}" for byte in unique_id[-2:]), 24).decode()
