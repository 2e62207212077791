"""What the tests of the firmware share. See ``micropython_runner.py`` for how scripts get onto MicroPython."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import micropython_runner

Check = Callable[..., Any]


@pytest.fixture(scope="session")
def compiled() -> Path:
    """The firmware as it is put on a board."""
    return micropython_runner.compiled()


@pytest.fixture
def onboard() -> Check:
    """``onboard(script, check, *arguments)``: what the check found out, in a fresh MicroPython.

    The heap has to hold the models and their source too; firmware alone needs far less.
    """

    def run(script: str, check: str, *arguments: object, heap: str = "192k", **settings: Any) -> Any:
        said = micropython_runner.run(f"{script}.py", check, *arguments, heap=heap, timeout_s=60, **settings)
        return json.loads(said.decode().splitlines()[-1])

    return run


_CHAIN: list[tuple[str, ...]] = []


@pytest.fixture
def chain_table() -> list[tuple[str, ...]]:
    """Rows of what the chain was put through; printed at the end of the run."""
    return _CHAIN


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands its rows to whoever prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["chain"] = _CHAIN


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Rows of a worker."""
    _CHAIN.extend(map(tuple, getattr(node, "workeroutput", {}).get("chain", [])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _CHAIN:
        from chain_cases import HEADER
        from tables import table

        terminalreporter.write_line("")
        terminalreporter.write_line(table("The real chain, and what befell it", HEADER, _CHAIN))
