"""Which serial port has the board to flash."""

from __future__ import annotations

from repclip.errors import NoBoardError, PortError, SeveralBoardsError
from repclip.transports.ports import Port, find_port_problem, list_boards, port_named

__all__ = ["choose_port", "port_error"]


def choose_port(wanted: str | None) -> Port:
    """The port that was asked for, or the only one with a board."""
    if wanted is not None:
        return port_named(wanted)
    boards, others = list_boards()
    if not boards:
        raise NoBoardError([one.device for one in others])
    if len(boards) > 1:
        raise SeveralBoardsError([one.device for one in boards], [str(one) for one in boards])
    return boards[0]


def port_error(device: str) -> PortError:
    """Why this port, which just failed to open, does so."""
    problem = find_port_problem(device)
    return PortError(device, problem.text, reason=problem.fault)
