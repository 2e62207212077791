"""The firmware onto a board: what is there, what should be, and the difference.

::

    ports      which serial port has the board
    board      the board at its prompt, through mpremote: run, list, write, remove, restart
    kinds      what board that is, and whether it will do
    manifest   what should be on it: ``firmware/files.toml``
    compiler   mpy-cross, where it fits the board
    plan       what has to be written and removed, decided without touching anything
    install    doing it, so that an end at any moment leaves a board that is whole or starts nothing
    greeting   what the started firmware says of itself
    flashing   all of that in order
"""

from __future__ import annotations

from repclip.flash.flashing import FlashReport, FlashRequest, flash
from repclip.flash.greeting import Greeting
from repclip.flash.install import Progress
from repclip.flash.kinds import BoardFacts
from repclip.flash.plan import SET_ASIDE, Action, Plan, Step

__all__ = [
    "SET_ASIDE",
    "Action",
    "BoardFacts",
    "FlashReport",
    "FlashRequest",
    "Greeting",
    "Plan",
    "Progress",
    "Step",
    "flash",
]
