"""What is seen while a session goes on.

::

    state      what is to be seen, as plain data: no I/O, no clock
    news       what was said, in words
    now        what is going on, for how long, and what it should be
    look, lay  signs, colours, lines beside one another
    digits     large figures
    hero       the count and the phase that goes on
    frame      all of it as lines of text, for a terminal of any size
    console    those lines on a terminal; plain lines where there is none
    keys       single keys, and the terminal as it was before
    sitting    engine, display, keys and signals put together
"""
