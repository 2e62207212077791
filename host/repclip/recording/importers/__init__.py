"""Readers of foreign files: each gives blocks of samples in SI."""
