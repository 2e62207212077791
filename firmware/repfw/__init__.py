"""The firmware. What it says and is told on its links is in ``PROTOCOL.md``."""
