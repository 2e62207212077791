"""``--page``, ``--lan`` and ``--port`` of ``repclip live`` and ``replay``, and the code on a terminal."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import segno

from host_helpers import Run
from page_helpers import PATIENCE_S
from repclip.errors import PageError
from repclip.page import address
from repclip.page.invite import Invite, code_lines
from repclip.page.server import Server
from repclip.recording.reader import RecordingReader
from repclip.source import HostMark, MarkKind

PROCESS = Path(__file__).parents[1] / "live" / "live_process.py"
ADDRESS = re.compile(r"http://([\d.]+):(\d+)/(?:#([\w-]+))?")


def test_a_replay_says_where_its_page_is(repclip: Run, session_file: Path) -> None:
    said = repclip("replay", session_file, "--speed", "max", "--page")
    assert (said.code, said.err) == (0, "")
    host, port, token = ADDRESS.search(said.out).groups()  # type: ignore[union-attr]
    assert (host, token) == ("127.0.0.1", None)
    assert int(port) > 0
    assert "5 reps in 1 set" in said.out
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=5)


def test_for_the_network_there_is_a_token(repclip: Run, session_file: Path) -> None:
    said = repclip("replay", session_file, "--speed", "max", "--lan")
    assert (said.code, said.err) == (0, "")
    found = ADDRESS.findall(said.out)
    assert found
    assert all(len(token) >= 22 for _, _, token in found)
    assert len({(port, token) for _, port, token in found}) == 1


def test_without_a_page_nothing_is_said_of_it(repclip: Run, session_file: Path) -> None:
    assert "http" not in repclip("replay", session_file, "--speed", "max").out


@pytest.mark.parametrize("command", ["live", "replay"])
def test_a_port_in_use_is_one_line(repclip: Run, session_file: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = [session_file] if command == "replay" else ["--no-record"]
        said = repclip(command, *file, "--page", "--port", port)
    assert said.code == 1
    advice = "choose another with --port, or leave that out for any that is free"
    assert said.err_lines == [f"repclip: the page cannot be served: port {port} is in use; {advice}"]


@pytest.mark.parametrize(("taken", "asked"), [((), [8476]), ((8476,), [8476, 0])])
def test_the_port_is_the_same_each_time_or_any(
    repclip: Run, session_file: Path, monkeypatch: pytest.MonkeyPatch, taken: tuple[int, ...], asked: list[int]
) -> None:
    """So that a page that is still open finds the next session; where another has it, it is no matter."""
    ports: list[int] = []
    start = Server.start

    async def started(server: Server, host: str, port: int) -> None:
        ports.append(port)
        if port in taken:
            raise PageError(host, port, OSError(errno.EADDRINUSE, "taken"))
        await start(server, host, 0)  # that of this test is another

    monkeypatch.setattr(Server, "start", started)
    said = repclip("replay", session_file, "--speed", "max", "--page")
    assert (said.code, said.err, ports) == (0, "", asked)
    assert ADDRESS.search(said.out)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_wrong_ports_are_usage(repclip: Run, session_file: Path, port: str) -> None:
    said = repclip("replay", session_file, f"--port={port}")
    assert (said.code, len(said.err_lines)) == (2, 1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT or SIGTERM to send to another process")
def test_pressed_on_a_page_it_is_recorded_and_ctrl_c_ends_both(session_file: Path, tmp_path: Path) -> None:
    """The page is told that it is over, and the recording is whole."""
    path = tmp_path / "evening.repclip"
    command = [
        sys.executable,
        "-W",
        "error",
        str(PROCESS),
        str(session_file),
        "--stays",
        "-o",
        str(path),
        "--page",
        "--no-voice",
        "--side",
        "left",
    ]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "REPCLIP_DATA": str(tmp_path)}
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
    limit = threading.Timer(60.0, running.kill)
    limit.start()
    try:
        assert running.stdout is not None
        said = ""
        for line in running.stdout:
            said += line
            if "rep 5" in line:
                break
        host = "{}:{}".format(*ADDRESS.search(said).groups())  # type: ignore[union-attr]

        async def look() -> tuple[dict[str, Any], int | None]:
            state: dict[str, Any] = {}
            async with (
                aiohttp.ClientSession() as http,
                http.ws_connect(f"ws://{host}/socket", headers={"Origin": f"http://{host}"}, max_msg_size=0) as client,
                asyncio.timeout(PATIENCE_S),
            ):
                await client.send_json({"do": "side"})
                await client.send_json({"do": "pain"})
                while state.get("now", {}).get("what") != "pain":
                    state |= (await client.receive()).json()["state"]
                running.send_signal(signal.SIGINT)
                async for message in client:
                    state |= message.json()["state"]
                return state, client.close_code

        state, code = asyncio.run(look())
        out, err = running.communicate(timeout=30)
    finally:
        limit.cancel()
        running.kill()
    assert (running.returncode, err) == (0, "")
    assert code == 4000
    assert (state["over"], state["voice"], state["side"]) == (True, False, "right")
    assert state["count"] == {"counting": True, "set": 1, "reps": 5, "partials": 0}
    assert f"The recording is {path}" in out
    marks = [(chunk.kind, chunk.text) for chunk in RecordingReader(path).chunks() if isinstance(chunk, HostMark)]
    assert marks == [(MarkKind.SIDE, "left"), (MarkKind.SIDE, "right"), (MarkKind.PAIN, "")]


# The code


def test_the_code_is_what_was_meant() -> None:
    """Read back from its half blocks it is segno's own, dark on light, with a border."""
    text = "http://192.168.178.123:54321/#abcdefghijklmnopqrstuvwxyz0"
    lines = [line.plain for line in code_lines(text)]
    assert max(map(len, lines)) <= 41
    assert len(lines) <= 22
    upper = {"█": 0, "▀": 0, "▄": 1, " ": 1}
    lower = {"█": 0, "▀": 1, "▄": 0, " ": 1}
    rows = [[table[letter] for letter in line] for line in lines for table in (upper, lower)]
    wanted = [list(row) for row in segno.make_qr(text, error="l", boost_error=False).matrix_iter(border=2)]
    assert rows[: len(wanted)] == wanted
    assert not any(any(row) for row in rows[len(wanted) :])


def test_the_code_covers_until_somebody_joins() -> None:
    joined = False
    invite = Invite(["http://192.0.2.7:8000/#token", "http://10.0.0.7:8000/#token"], lambda: joined, code=True)
    lines = invite.cover(79, 24)
    assert lines is not None
    assert len(lines) == 24
    told = "\n".join(line.plain for line in lines)
    assert "http://192.0.2.7:8000/#token" in told
    assert "http://10.0.0.7:8000/#token" in told
    assert "█" in told
    joined = True
    assert invite.cover(79, 24) is None
    invite.toggle()
    assert invite.cover(79, 24) is not None
    invite.toggle()
    assert invite.cover(79, 24) is None


def test_where_the_code_does_not_fit_the_address_does() -> None:
    invite = Invite(["http://192.0.2.7:8000/#token"], lambda: False, code=True)
    lines = invite.cover(79, 10)
    assert lines is not None
    assert len(lines) == 10
    assert not any("█" in line.plain for line in lines)
    assert lines[1].plain == "http://192.0.2.7:8000/#token"


def test_on_this_computer_nothing_is_covered_unasked() -> None:
    invite = Invite(["http://127.0.0.1:8000/"], lambda: False, code=False)
    assert invite.cover(79, 24) is None
    invite.toggle()
    assert invite.cover(79, 24) is not None


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address.addresses_of(8000, None) == ["http://127.0.0.1:8000/"]
    assert not any(one.startswith("127.") for one in address.own_addresses())
    monkeypatch.setattr(address, "own_addresses", lambda: ["192.0.2.7", "10.0.0.7"])
    assert address.addresses_of(8000, "t") == ["http://192.0.2.7:8000/#t", "http://10.0.0.7:8000/#t"]
    monkeypatch.setattr(address, "own_addresses", list)
    assert address.addresses_of(8000, "t") == ["http://127.0.0.1:8000/#t"]
