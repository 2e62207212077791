"""What the scripts that make the recordings share: who is simulated, and a command line that writes or compares."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from repsignal.synth import Scenario, Simulation, simulate

__all__ = ["HERE", "Draw", "judged", "parser", "simulated"]

HERE: Final = Path(__file__).resolve().parent

Draw = Callable[[np.random.Generator], Scenario]  # draws the person


def simulated(draw: Draw, seed: int) -> Simulation:
    """The same each time. Person and simulation draw from generators that have nothing in common but the seed."""
    return simulate(draw(np.random.default_rng([seed, 1])), seed)


def parser(description: str, check: str) -> ArgumentParser:
    """Of ``--check``, which is to ``check``, and ``--folder``."""
    made = ArgumentParser(description=description)
    made.add_argument("--check", action="store_true", help=check)
    made.add_argument("--folder", type=Path, default=HERE, help="where they are, if not beside this script")
    return made


def judged(wrong: Sequence[str], fine: str) -> int:
    """Say what is wrong, or that all is fine; the exit code."""
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(fine)
    return 1 if wrong else 0
