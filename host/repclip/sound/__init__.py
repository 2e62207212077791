"""Cues made heard at this computer, through what it has to play a file and to say a text.

::

    tones      short tones, made here
    players    the programs that play and speak; the only module that knows of platforms
    worker     one thing after another, in a thread; what is late is left out
    speaker    who takes cues
"""
