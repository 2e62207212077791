"""Recordings: reading them, and judging whether what was read can be."""
