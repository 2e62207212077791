"""For each argument, a name: what MicroPython says of its names before and after it was used."""

import sys

import micropython


class Empty:
    """Has none of them."""


empty = Empty()
for name in sys.argv[1:]:
    micropython.qstr_info()
    hasattr(empty, name)
    micropython.qstr_info()
