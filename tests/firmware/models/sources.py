"""What the modelled sensors feel. A source is asked for sample ``index``, taken at ``time_us``, and fills ``out``.

``is_raw`` says in what unit: raw, the six words that come out whatever the ranges are; else (ax ay az) in g and
(gx gy gz) in degrees a second.
"""

_PERIOD = 65536  # of the numbers of words
_ODD = 40503  # prime to it: no two numbers of words give the same word
_INVERSE = 30599  # _ODD * _INVERSE % _PERIOD == 1


class Counting:
    """Every word tells which it is: none can be missing, doubled, moved or torn unseen. Allocates nothing."""

    is_raw = True

    def fill(self, index, time_us, out):
        for axis in range(6):
            out[axis] = counting_word(index, axis)


def counting_word(index, axis):
    word = (index * 6 + axis) * _ODD % _PERIOD
    return word - _PERIOD if word & 0x8000 else word


def counting_index(words):
    """Which sample this is, up to a multiple of 32768; None when it is none."""
    number = words[0] * _INVERSE % _PERIOD  # 6 * index
    index = number // 2 * 10923 % 32768  # 3 * 10923 % 32768 == 1
    for axis in range(6):
        if counting_word(index, axis) != words[axis]:
            return None
    return index


class Still:
    """Lies on a table: gravity along one axis."""

    is_raw = False

    def __init__(self, values=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0)):
        self.values = list(values)

    def fill(self, index, time_us, out):
        for axis in range(6):
            out[axis] = self.values[axis]


class Recording:
    """A CSV recording of ours (recordings/FORMAT.md), in a straight line from row to row; before and after it is still.

    Its time is the clock's less ``begin_us``.
    """

    is_raw = False

    def __init__(self, path, begin_us):
        self._file = open(path)
        self._file.readline()
        self._row = self._read()
        self._next = self._read()
        self._begin_us = begin_us

    def _read(self):
        line = self._file.readline().strip()
        return [float(cell) for cell in line.split(",")] if line else None

    def fill(self, index, time_us, out):
        time_s = (time_us - self._begin_us) * 1e-6
        while self._next is not None and self._next[0] <= time_s:
            self._row = self._next
            self._next = self._read()
        row = self._row
        after = self._next or row
        step_s = after[0] - row[0]
        share = max(0.0, (time_s - row[0]) / step_s) if step_s else 0.0
        for axis in range(1, 7):
            out[axis - 1] = row[axis] + share * (after[axis] - row[axis])
