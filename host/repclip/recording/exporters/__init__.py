"""Recordings → files that other programs read."""
