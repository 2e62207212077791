"""The LED: what a person sees."""

from micropython import const

# What it can say, the most urgent last: off, advertising, connected, streaming, battery low, fault, identify. Each is a
# pattern of 32 steps of 64 ms, from the highest bit on.
_PATTERNS = const(
    b"\x00\x00\x00\x00"
    b"\x80\x00\x00\x00"  # a short flash each two seconds
    b"\xa0\x00\x00\x00"  # two
    b"\xff\xf0\xff\xf0"  # on, with a short gap each second
    b"\xf0\xf0\xf0\x00"  # three slow blinks, a pause
    b"\xcc\xcc\xcc\xcc"  # fast
    b"\xaa\xaa\xaa\xaa"  # faster than that
)
_STEP_SHIFT = const(6)


class Light:
    """A pin, maybe of an LED that is lit by a low level."""

    def __init__(self, pin, active_low):
        self._pin = pin
        self._low = 1 if active_low else 0
        self._lit = -1

    def show(self, what, now_ms):
        """Be called often."""
        step = now_ms >> _STEP_SHIFT & 31
        lit = _PATTERNS[4 * what + (step >> 3)] >> (7 - (step & 7)) & 1
        if lit != self._lit:
            # A pin of the Pico W's radio is slow to set: only when it changes.
            self._lit = lit
            self._pin.value(lit ^ self._low)
