"""LED and button: what a person sees and does."""

from micropython import const

# What the LED can say, the most urgent last. Each is a pattern of 32 steps of 62.5 ms, from the highest bit on.
OFF = const(0)
ADVERTISING = const(1)  # a short flash each two seconds
CONNECTED = const(2)  # two
STREAMING = const(3)  # on, with a short gap each second
BATTERY_LOW = const(4)  # three slow blinks, a pause
FAULT = const(5)  # fast
IDENTIFY = const(6)  # faster than that

_PATTERNS = (0, 0x80000000, 0xA0000000, 0xFFF0FFF0, 0xF0F0F000, 0xCCCCCCCC, 0xAAAAAAAA)
_HALVES = tuple(pattern >> shift & 0xFFFF for pattern in _PATTERNS for shift in (16, 0))
_STEP_SHIFT = const(6)  # 64 ms

_DEBOUNCE_MS = const(40)
_TICKS = const(0x3FFFFFFF)


class Light:
    """The LED; without a pin, nothing happens."""

    def __init__(self, pin=None, active_low=False):
        self._pin = pin
        self._low = 1 if active_low else 0
        self._lit = -1

    def show(self, what, now_ms):
        """Be called often."""
        step = now_ms >> _STEP_SHIFT & 31
        lit = _HALVES[2 * what + (step >> 4)] >> (15 - (step & 15)) & 1
        if lit != self._lit and self._pin is not None:
            # A pin of the Pico W's radio is slow to set: only when it changes.
            self._lit = lit
            self._pin.value(lit ^ self._low)


class Button:
    """A button to ground, debounced."""

    def __init__(self, pin=None):
        self._pin = pin
        self._down = False
        self._changed_ms = 0

    def pressed(self, now_ms):
        """Whether it was pressed since this was last asked. Be called often."""
        if self._pin is None:
            return False
        down = not self._pin.value()
        if down == self._down or now_ms - self._changed_ms & _TICKS < _DEBOUNCE_MS:
            return False
        self._down = down
        self._changed_ms = now_ms
        return down
