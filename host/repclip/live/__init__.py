"""What is seen while a session goes on.

::

    state     what is to be seen, as plain data: no I/O, no clock
    news      the outputs of the pipeline in words
    frame     that as lines of text, for a terminal of any size
    digits    large figures
    keys      single keys, and the terminal as it was before
"""
