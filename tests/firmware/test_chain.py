"""Leg, sensor, firmware on MicroPython, link, engine: the counts and times are those of the analysis of the truth."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("Windows has no ptys", allow_module_level=True)

from chain import run
from chain_cases import CASES, SESSIONS, Case, Outcome, row, try_case
from repclip.engine.outputs import RecordingStopped

SAMPLE_S = 0.0101
# Reps of a set are timed with one another in view, and a gap takes some away; how long a board was off is known by
# its arrivals alone.
BESIDE_A_GAP_S = 0.1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("felt")


def outcome_of(case: Case, folder: Path, table: list[tuple[str, ...]]) -> Outcome:
    outcome: Outcome = run(try_case(case, folder))
    table.append(row(outcome))
    return outcome


@pytest.mark.parametrize("case", [*CASES, *SESSIONS], ids=lambda case: f"{case.name}, {case.kind}")
def test_chain(case: Case, folder: Path, chain_table: list[tuple[str, ...]]) -> None:
    outcome = outcome_of(case, folder, chain_table)
    assert case.befell(outcome.run), "nothing of the kind befell it"
    assert outcome.same_as_replay, "live said something else than its replay"
    assert outcome.wrong == 0
    if case.lossless:
        assert outcome.worst_s <= max(SAMPLE_S * 100 / case.rate_hz, case.off_s)
        assert outcome.gaps == ()
        assert outcome.reps == outcome.true_reps
    else:
        assert 1 <= len(outcome.gaps) <= 2  # what the ring forgot, and when the board had given up sampling
        assert outcome.worst_s <= BESIDE_A_GAP_S
    assert sum(isinstance(one, RecordingStopped) for one in outcome.run.outputs) == case.full_disk
