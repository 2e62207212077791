"""What is said to a board, and how often."""

from __future__ import annotations

import pytest

from board_says import SECOND, STARTED, samples
from repclip import wire
from repclip.engine.assembly import Assembly
from repclip.engine.dialog import Dialog
from repclip.testing.messages import HELLO
from repclip.wire import Result

STEP_NS = SECOND // 20


@pytest.mark.parametrize("result", [Result.BUSY, Result.NOT_HELD, Result.UNSUPPORTED])
def test_a_board_that_refuses_to_resend_is_asked_once_a_second(result: Result) -> None:
    assembly = Assembly()
    dialog = Dialog(assembly)
    dialog.connected(0)
    asked = 0
    for now_ns in range(0, 4 * SECOND, STEP_NS):
        for command, tag in dialog.due(now_ns, None):
            detail: wire.Detail | None = None
            said: list[wire.Message] = []
            kind = wire.CommandKind.TIME
            match command:
                case wire.AskHello():
                    said, kind = [HELLO], wire.CommandKind.HELLO
                case wire.Start():
                    kind, detail = wire.CommandKind.START, STARTED.detail
                    said = [samples(0), samples(20)]
                case wire.Resend(10, 10):
                    asked += 1
                    kind = wire.CommandKind.RESEND
                    detail = wire.NotHeld(0, 100) if result is Result.NOT_HELD else None
                case _:
                    pass
            right = Result.OK if kind is not wire.CommandKind.RESEND else result
            said.append(wire.Answer(0, kind, tag, right, detail))
            for message in said:
                assembly.feed(message, now_ns)
            dialog.heard(said, now_ns)
    assert 3 <= asked <= 4
