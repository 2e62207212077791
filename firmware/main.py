# What the board runs by itself. Ctrl-C ends it, and the prompt is there; a reset begins it again.
from repfw.start import run

run()
