"""Who is let in, and what is answered to everybody else."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

import aiohttp
import pytest

from page_helpers import PATIENCE_S, Scene, port_of, served, visit
from repclip.errors import PageError
from repclip.page import server
from repclip.page.files import static_files
from repclip.page.guard import Guard
from repclip.page.request import LARGEST, Wish, wish_in

FILES: Final = ("/", "/icon.svg", "/link.js", "/page.css", "/page.js", "/ring.js", "/sound.js", "/view.js")
REFUSED: Final = (b"HTTP/1.1 403", b"HTTP/1.1 400", b"HTTP/1.0 400")
Test = Callable[[Scene, str], Coroutine[Any, Any, None]]


def with_page(test: Test, *, lan: bool = False) -> None:
    async def run() -> None:
        async with served(lan=lan) as scene, asyncio.timeout(PATIENCE_S):
            await test(scene, f"127.0.0.1:{port_of(scene.page)}")

    asyncio.run(run())


async def asked(host: str, path: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and text; an underscore in a header's name is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"http://{host}{path}", data=body, headers=named) as answer,
    ):
        return answer.status, await answer.text()


async def raw(host: str, request: bytes) -> bytes:
    """What is answered to these bytes."""
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def knock(host: str, **headers: str) -> int:
    """The status with which the socket is refused."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(f"ws://{host}/socket", headers=named)
        return refused.value.status


def test_the_page_has_all_its_files() -> None:
    async def test(_: Scene, host: str) -> None:
        for path in FILES:
            async with aiohttp.ClientSession() as http, http.get(f"http://{host}{path}") as answer:
                assert answer.status == 200
                assert await answer.read() == static_files()[path].content
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert f"ws://{host};" in policy
                assert "unsafe" not in policy
                assert "aiohttp" not in answer.headers["Server"]

    assert sorted(static_files()) == sorted(FILES)
    with_page(test)


def test_the_page_loads_nothing_from_elsewhere() -> None:
    """No address in any file but those of XML's own words, and no script or style outside a file."""
    for path, file in static_files().items():
        text = file.content.decode()
        found = set(re.findall(r"(?:https?:)?//[\w.-]+\.[\w/.-]+", text))
        assert found <= {"http://www.w3.org/2000/svg"}, path
    page = static_files()["/"].content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize(
    "path",
    [
        "/../page.py", "/../../pyproject.toml", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
        "/static/", "/static/page.js", "/page.js/", "/index.html", "/page.py", "/.", "/page.js%00.png", "/socket/..",
    ],
)  # fmt: skip
def test_nothing_else_can_be_asked_for(path: str) -> None:
    async def test(_: Scene, host: str) -> None:
        answer = await raw(host, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert answer.split(b"\r\n")[0].split(b" ")[1] in (b"404", b"400")
        assert b"root:" not in answer
        assert b"Traceback" not in answer
        assert b"<a " not in answer

    with_page(test)


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "0.0.0.0:{port}"]
)
def test_another_host_is_refused(name: str) -> None:
    """A name that leads here by DNS rebinding is not ours."""

    async def test(scene: Scene, host: str) -> None:
        foreign = name.format(port=port_of(scene.page))
        for path in ("/", "/enter", "/socket"):
            answer = await raw(host, f"GET {path} HTTP/1.1\r\nHost: {foreign}\r\nConnection: close\r\n\r\n".encode())
            assert answer.startswith(REFUSED)

    with_page(test)


def test_two_hosts_are_none() -> None:
    async def test(_: Scene, host: str) -> None:
        answer = await raw(host, f"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n".encode())
        assert answer.startswith(REFUSED)

    with_page(test)


def test_localhost_is_a_name_of_ours() -> None:
    async def test(scene: Scene, host: str) -> None:
        answer = await raw(host, f"GET / HTTP/1.0\r\nHost: LocalHost:{port_of(scene.page)}\r\n\r\n".encode())
        assert answer.startswith((b"HTTP/1.0 200", b"HTTP/1.1 200"))

    with_page(test)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers at all of 127.0.0.0/8 without being set up")
def test_in_a_network_the_host_is_the_address_that_was_asked() -> None:
    async def test(scene: Scene, host: str) -> None:
        port = port_of(scene.page)
        for named, status in ((f"127.0.0.2:{port}", b"200"), (host, b"403")):
            answer = await raw(
                f"127.0.0.2:{port}", f"GET / HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n".encode()
            )
            assert answer.split(b" ")[1] == status

    with_page(test, lan=True)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://{host}", "null", "http://127.0.0.1", "http://{host}.evil"]
)
def test_another_origin_is_refused(origin: str) -> None:
    async def test(_: Scene, host: str) -> None:
        foreign = origin.format(host=host)
        assert await knock(host, Origin=foreign) == 403
        assert (await asked(host, "/", Origin=foreign))[0] == 403
        assert (await asked(host, "/enter", "POST", "{}", Origin=foreign))[0] == 403

    with_page(test)


def test_no_origin_is_no_page() -> None:
    async def test(_: Scene, host: str) -> None:
        assert await knock(host) == 403
        assert (await asked(host, "/enter", "POST", "{}"))[0] == 403

    with_page(test)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    async def test(_: Scene, host: str) -> None:
        assert (await asked(host, "/", method, Origin=f"http://{host}"))[0] == 405

    with_page(test)


# Tokens


def test_behind_a_token_only_who_knows_it_is_let_in() -> None:
    async def test(scene: Scene, host: str) -> None:
        ours = f"http://{host}"
        token = scene.page.token
        assert token is not None
        assert len(token) * 6 >= 128
        assert scene.page.addresses[0].endswith(f"/#{token}")
        assert await knock(host, Origin=ours) == 403
        assert (await asked(host, "/enter"))[0] == 403
        for wrong in (token[:-1], token + "x", "", token.swapcase(), 1, None, [token], {"token": token}):
            status, text = await asked(host, "/enter", "POST", json.dumps({"token": wrong}), Origin=ours)
            assert status == 403
            assert token not in text
        for malformed in ("", token, "{", json.dumps([token]), json.dumps({"token": token, "more": 1}), "[" * 200):
            assert (await asked(host, "/enter", "POST", malformed, Origin=ours))[0] == 403
        assert (await asked(host, "/enter", "POST", json.dumps({"token": "x" * LARGEST}), Origin=ours))[0] == 413
        assert await knock(host, Origin=ours, Cookie=f"repclip-{port_of(scene.page)}={token}") == 403
        async with visit(scene.page) as visitor:
            assert (await visitor.hear())["seq"] >= 1

    with_page(test, lan=True)


def test_the_cookie_is_for_the_page_alone() -> None:
    async def test(scene: Scene, host: str) -> None:
        body = json.dumps({"token": scene.page.token})
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"http://{host}/enter", data=body, headers={"Origin": f"http://{host}"}) as answer,
        ):
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert scene.page.token is not None
        assert scene.page.token not in cookie

    with_page(test, lan=True)


def test_each_page_has_a_token_of_its_own() -> None:
    assert len({Guard(token=True).token for _ in range(20)}) == 20
    assert Guard(token=False).token is None


# What comes in


@pytest.mark.parametrize("wish", Wish)
def test_what_a_page_sends_is_understood(wish: Wish) -> None:
    assert wish_in(f'{{"do":"{wish.value}"}}') is wish


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "1", '"pause"', "{}", '{"do":1}', '{"do":null}', '{"do":["pause"]}', '{"do":"PAUSE"}',
        '{"do":"quit"}', '{"do":"pause","at":1}', '{"do":"pause","do":"pain"}', '{"DO":"pause"}',
        '{"do":{"do":"pause"}}',
        '[{"do":"pause"}]', "[" * LARGEST, '{"do":"pause"}' + " " * LARGEST, "NaN", "1e999",
    ],
)  # fmt: skip
def test_anything_else_is_not(text: str) -> None:
    assert wish_in(text) is None


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ('{"do":"dance"}', 1008), ("not JSON", 1008), ("", 1008), (b"\x00\x01", 1003), (b"", 1003),
        ("x" * (LARGEST + 1), 1009), ("x" * 1_000_000, 1009),
    ],
)  # fmt: skip
def test_who_sends_nonsense_is_shown_out_and_the_others_stay(sent: str | bytes, code: int) -> None:
    async def test(scene: Scene, _: str) -> None:
        async with visit(scene.page) as one, visit(scene.page) as other:
            await one.hear()
            await other.hear()
            await (one.socket.send_bytes(sent) if isinstance(sent, bytes) else one.socket.send_str(sent))
            assert await one.until_closed() == code
            scene.state.say("still here")
            while not any(one["text"] == "still here" for one in other.state["news"]):
                await other.hear()
        assert scene.hand.pressed == []

    with_page(test)


def test_who_presses_without_end_is_shown_out() -> None:
    async def test(scene: Scene, _: str) -> None:
        async with visit(scene.page) as visitor:
            await visitor.hear()
            for _ in range(100):
                await visitor.socket.send_str('{"do":"undo"}')
            assert await visitor.until_closed() == 1008
        assert len(scene.hand.pressed) <= 20

    with_page(test)


# How much comes in


def test_so_many_pages_and_no_more() -> None:
    async def test(scene: Scene, host: str) -> None:
        ours = {"Origin": f"http://{host}"}
        async with aiohttp.ClientSession() as http:
            sockets = [await http.ws_connect(f"ws://{host}/socket", headers=ours) for _ in range(16)]
            assert await knock(host, **ours) == 503
            await sockets[0].close()
            while scene.page.open_pages == 16:  # noqa: ASYNC110 - the server notices in its own time
                await asyncio.sleep(0.01)
            await http.ws_connect(f"ws://{host}/socket", headers=ours)

    with_page(test)


def test_so_many_connections_and_no_more() -> None:
    async def test(_: Scene, host: str) -> None:
        held = [await asyncio.open_connection(*host.split(":")) for _ in range(64)]
        reader, refused = await asyncio.open_connection(*host.split(":"))
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        refused.close()
        for _reader, writer in held:
            writer.close()
            await writer.wait_closed()
        while True:  # the server notices in its own time
            try:
                assert (await asked(host, "/"))[0] == 200
                return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)

    with_page(test)


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HTTP/1.1\r\nHost: ", b"POST /enter HTTP/1.1\r\nContent-Length: 100\r\n"]
)
def test_who_does_not_come_to_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(server, "_IDLE_S", 0.2)

    async def test(_: Scene, host: str) -> None:
        answer = await raw(host, begun)  # which ends when the other side hangs up
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")

    with_page(test)


@pytest.mark.parametrize("nonsense", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"\x00" * 100, b"A" * 100_000])
def test_nonsense_is_answered_without_a_traceback(nonsense: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    async def test(_: Scene, host: str) -> None:
        answer = await raw(host, nonsense + b"\r\n\r\n")
        assert answer == b"" or answer.startswith(REFUSED)
        assert b"Traceback" not in answer
        assert (await asked(host, "/"))[0] == 200

    with_page(test)
    assert capfd.readouterr() == ("", "")


def test_a_port_in_use_is_one_sentence() -> None:
    async def test() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(PageError, match=rf"port {port} is in use; choose another with --port") as raised:
                async with served(port=port):
                    pass
        assert "\n" not in str(raised.value)
        assert raised.value.port == port

    asyncio.run(test())
