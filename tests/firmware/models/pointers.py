"""viper's pointers, for a MicroPython without machine code."""

import uctypes


class _Pointer:
    def __init__(self, target, width):
        size = len(target) * (4 if hasattr(target, "append") and not isinstance(target, bytearray) else 1)
        self.memory = uctypes.bytearray_at(uctypes.addressof(target), size)
        self.width = width

    def __getitem__(self, at):
        value = 0
        for k in range(self.width):
            value |= self.memory[at * self.width + k] << 8 * k
        return value

    def __setitem__(self, at, value):
        for k in range(self.width):
            self.memory[at * self.width + k] = value >> 8 * k & 0xFF


def ptr8(target):
    return _Pointer(target, 1)


def ptr16(target):
    return _Pointer(target, 2)


def ptr32(target):
    return _Pointer(target, 4)
