"""The firmware. What it says and is told on its links is in ``PROTOCOL.md``."""

import gc
import sys

FIRMWARE = (0, 1, 0)  # the version HELLO tells: that of the whole project


def forget(*modules):
    """Let go of modules that have done their work: their memory is free again. Importing them loads them anew."""
    for name in modules:
        if sys.modules.pop("repfw." + name, None):
            delattr(sys.modules["repfw"], name)
    gc.collect()
