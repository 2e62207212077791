"""For each line of a file, a name: what MicroPython says of its names before and after it was used.

Not for each argument of a script: those are names of MicroPython from the start.
"""

import sys

import micropython


class Empty:
    """Has none of them."""


empty = Empty()
with open(sys.argv[1]) as lines:
    for line in lines:
        micropython.qstr_info()
        hasattr(empty, line.strip())
        micropython.qstr_info()
