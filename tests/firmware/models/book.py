"""Words of the ring's book, and causes of holes: what ``firmware/repfw/ring.py`` calls so, for scripts."""

NEXT = 0
HELD = 1
CLOCK = 2
LIVE = 6
RESEND_A = 8

CAUSE_FIFO = 1
CAUSE_RING = 3
