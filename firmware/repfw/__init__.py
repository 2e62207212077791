"""The firmware. What it says and is told on its links is in ``PROTOCOL.md``.

A board has little memory, so modules for what happens now and then are loaded for the moment: see `seldom`.
"""

import gc
import sys

FIRMWARE = (0, 1, 0)  # the version HELLO tells: that of the whole project


class Record:
    """Fields, whatever is put in."""


def seldom(name):
    """A module for the moment: once nobody uses it any more, its memory is free again."""
    gc.collect()  # so that it goes where others were before it
    __import__("repfw." + name)
    delattr(sys.modules["repfw"], name)
    return sys.modules.pop("repfw." + name)
