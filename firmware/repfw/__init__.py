"""The firmware. What it says and is told on its links is in ``PROTOCOL.md``."""

FIRMWARE = (0, 1, 0)  # the version HELLO tells: that of the whole project
