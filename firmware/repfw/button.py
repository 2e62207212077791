"""The button: what a person does."""

from micropython import const

_DEBOUNCE_MS = const(40)
_TICKS = const(0x3FFFFFFF)


class Button:
    """A button to ground, debounced."""

    def __init__(self, pin):
        self._pin = pin
        self._down = False
        self._changed_ms = 0

    def pressed(self, now_ms):
        """Whether it was pressed since this was last asked. Be called often."""
        down = not self._pin.value()
        if down == self._down or now_ms - self._changed_ms & _TICKS < _DEBOUNCE_MS:
            return False
        self._down = down
        self._changed_ms = now_ms
        return down
