"""Exercises and prescriptions."""
