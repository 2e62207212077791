"""The battery."""

from micropython import const

_ALPHA_SHIFT = const(3)  # readings are averaged over about 8
_LOW_PERCENT = const(15)
_EMPTY_READINGS = const(5)  # below empty for so long: no mere dip

# A lithium cell, percent for each tenth of the way from empty to full voltage: from data sheets, at 0.2 C.
_CURVE = const((0, 2, 5, 10, 20, 38, 55, 68, 80, 90, 100))


def percent(millivolts, empty_mv, full_mv):
    """How full a lithium cell is."""
    tenths = (millivolts - empty_mv) * 1000 // (full_mv - empty_mv)
    if tenths <= 0:
        return 0
    if tenths >= 1000:
        return 100
    low = _CURVE[tenths // 100]
    return low + (_CURVE[tenths // 100 + 1] - low) * (tenths % 100) // 100


class Battery:
    """Read each second. ``adc`` is of the pin."""

    def __init__(self, settings, adc):
        self.millivolts = 0xFFFF
        self.percent = 255
        self.low = False
        self.empty = False
        self._adc = adc
        self._settings = settings
        self._sum = 0
        self._empty_for = 0

    def measure(self):
        """Read once."""
        adc = self._adc
        settings = self._settings
        # One that is not calibrated measures against the supply, which is 3.3 V.
        pin_mv = adc.read_uv() // 1000 if settings.adc_is_calibrated else adc.read_u16() * 3300 // 65535
        now = int(pin_mv * settings.battery_divider)
        self._sum = self._sum - (self._sum >> _ALPHA_SHIFT) + now if self._sum else now << _ALPHA_SHIFT
        self.millivolts = self._sum >> _ALPHA_SHIFT
        self.percent = percent(self.millivolts, settings.battery_empty_mv, settings.battery_full_mv)
        # Not low again until it is clearly better, or the LED would flicker.
        self.low = self.percent < _LOW_PERCENT + (3 if self.low else 0)
        self._empty_for = self._empty_for + 1 if self.millivolts < settings.battery_empty_mv else 0
        self.empty = self._empty_for >= _EMPTY_READINGS
