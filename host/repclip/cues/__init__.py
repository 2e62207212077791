"""What is to be heard while a session goes on: pace, count, verdicts, rests, and what befell the link.

No I/O, no clock, no sound: outputs of the session and its time go in, cues come out. Terminal and page play the same.

::

    types      what a cue is, and who takes cues
    settings   which cues there are, as the user wants them
    timeline   cues that are planned
    words      what is said of counts and sets
    verdicts   what is said of a rep
    follow     the pace as it is measured
    lead       a metronome
    engine     all of it: outputs in, cues out
"""
