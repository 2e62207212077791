"""What pages that are open are sent, what their buttons do, and that none of them holds anything up."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rich.console import Console

from live_scenes import after_a_set, connected, hurt, in_a_set, lost, paused, sampled
from page_helpers import BALL, PATIENCE_S, QUICK, Hand, Scene, port_of, served, visit
from repclip.cues.types import Cue, CueKind
from repclip.engine.outputs import Marked
from repclip.live.console import Lines
from repclip.live.keys import Key
from repclip.live.now import Moment
from repclip.live.sitting import Sitting, sit
from repclip.live.state import Keeping, LiveState
from repclip.page.client import OVER, Pace
from repclip.page.message import SCHEMA, changed, view_parts
from repclip.page.page import LIVE_WISHES, ONE_LEG_WISHES, REPLAY_WISHES, Page
from repclip.page.pictures import summary_of
from repclip.page.request import Wish
from repclip.recording.reader import RecordingReader
from repclip.recording.writer import RecordingWriter
from repclip.session.exercise import builtin_exercises
from repclip.session.tempo import parse_tempo
from repclip.source import MarkKind, Packet, session_clock
from repclip.testing.scripted import ScriptedSource
from repsignal import Phase

PARTS = {
    "exercise", "count", "now", "fix", "side", "clock", "rows", "link", "news", "keeping", "buttons", "paused",
    "summary", "voice", "over",
}  # fmt: skip


# A view as JSON


def test_every_scene_is_json() -> None:
    for exercise in builtin_exercises():
        for outputs in (
            [],
            connected(),
            in_a_set(3, Phase.HOLD, 1.0),
            after_a_set(4, 9.0),
            lost(46.0),
            paused(),
            hurt(),
        ):
            state = LiveState(exercise, Keeping("not recorded"))
            for output in outputs:
                state.take(output)
            json.dumps(view_parts(state.view(), Moment(), speed=1.0), allow_nan=False)


def test_what_is_to_be_seen_of_a_hold() -> None:
    async def test() -> None:
        async with served(in_a_set(7, Phase.HOLD, 1.3)) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            state = visitor.state
            assert set(state) == PARTS
            assert visitor.messages[0]["schema"] == SCHEMA
            assert state["count"] == {"counting": True, "set": 1, "reps": 7, "partials": 0}
            now = state["now"]
            assert (now["what"], now["seconds"], now["aim"]) == ("hold", pytest.approx(1.3, abs=0.002), "of 3 s")
            assert now["zone"] == [2.7, 3.3]
            assert now["target"] == {"min_s": 3.0, "max_s": 3.0, "optional": False, "text": "3"}
            assert [row["index"] for row in state["rows"]] == [1, 2, 3, 4, 5, 6, 7]
            assert [time["verdict"] for time in state["rows"][1]["phases"]] == ["short", "short", "short", None]
            assert state["link"]["battery_percent"] == 80

    asyncio.run(test())


def test_what_to_do_better_stands_there_until_the_next_rep() -> None:
    """Whoever comes late sees it too; it is not only heard."""

    async def test() -> None:
        async with served(in_a_set(3, Phase.HOLD, 1.0)) as scene:
            async with visit(scene.page) as visitor:
                await visitor.hear()
                assert visitor.state["fix"] == "hold less long"
                scene.tell(*in_a_set(4, Phase.LIFT, 0.5)[-4:])
                await visitor.until("count", reps=4)
                assert visitor.state["fix"] == ""
            scene.tell(Marked(50.0, MarkKind.UNDO))
            async with visit(scene.page) as late:
                await late.hear()
                assert (late.state["count"]["reps"], late.state["fix"]) == (3, "hold less long")

    asyncio.run(test())


@pytest.mark.parametrize(
    ("reps", "seconds", "what"), [(12, 4.9, "pause"), (12, 5.1, "rest"), (20, 0.2, "rest"), (9, 5.1, "pause")]
)
def test_what_is_likely_over_is_a_rest(reps: int, seconds: float, what: str) -> None:
    """As it is heard: enough is done, and nothing moves. What was done in it is known when it is sure."""

    async def test() -> None:
        async with served(in_a_set(reps, Phase.PAUSE, seconds), speed=0.0) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            now = visitor.state["now"]
            assert (now["what"], now["seconds"]) == (what, pytest.approx(seconds, abs=0.002))
            assert visitor.state["summary"] is None

    asyncio.run(test())


def test_a_target_is_of_the_phase_alone() -> None:
    state = LiveState(builtin_exercises()[0], Keeping("not recorded"))
    for output in lost(46.0):
        state.take(output)
    now: Any = view_parts(state.view(), Moment(now_ns=50_000_000_000), speed=1.0)["now"]
    assert (now["what"], now["target"], now["zone"]) == ("link lost", None, None)


def test_as_fast_as_possible_has_no_end() -> None:
    exercise = replace(builtin_exercises()[0], tempo=parse_tempo("3-0-X-1"))
    state = LiveState(exercise, Keeping("not recorded"))
    for output in in_a_set(2, Phase.LIFT, 0.3):
        state.take(output)
    now: Any = view_parts(state.view(), Moment(), speed=1.0)["now"]
    assert (now["target"]["max_s"], now["zone"], now["aim"]) == (None, None, "as fast as possible")


def test_only_what_has_changed_is_sent() -> None:
    assert changed({"a": 1, "b": [2]}, {"a": 1, "b": [3]}) == {"b": [2]}
    assert changed({"a": None}, {}) == {"a": None}

    async def test() -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            scene.tell(*in_a_set(3, Phase.LIFT, 0.5)[-4:])
            message = await visitor.hear()
            assert set(message) == {"seq", "state"}
            assert set(message["state"]) < PARTS
            assert message["state"]["count"]["reps"] == 3

    asyncio.run(test())


# Several, at any time


def test_who_comes_late_sees_how_it_is() -> None:
    async def test() -> None:
        async with served() as scene, visit(scene.page) as early:
            await early.hear()
            scene.tell(*in_a_set(5, Phase.LOWER, 0.5))
            await early.until("count", reps=5)
            async with visit(scene.page) as late:
                await late.hear()
                assert late.state == early.state
                assert len(late.messages) == 1

    asyncio.run(test())


def test_three_see_the_same_and_one_that_leaves_is_no_matter() -> None:
    async def test() -> None:
        async with served() as scene, visit(scene.page) as one, visit(scene.page) as two, visit(scene.page) as three:
            scene.tell(*in_a_set(2, Phase.HOLD, 1.0))
            for visitor in (one, two, three):
                await visitor.until("count", reps=2)
            await two.socket.close()
            scene.tell(*in_a_set(4, Phase.HOLD, 1.0)[-5:])
            for visitor in (one, three):
                await visitor.until("count", reps=4)

    asyncio.run(test())


def test_a_page_that_lags_gets_the_newest_not_all() -> None:
    """Two hundred states in the time of one message: what is sent is the last."""

    async def test() -> None:
        async with served(pace=Pace(least_s=0.2, alive_s=5.0)) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            for number in range(200):
                scene.state.say(f"news {number}")
                await asyncio.sleep(0)
            scene.tell(*in_a_set(1, Phase.HOLD, 1.0))
            await visitor.until("count", reps=1)
            assert len(visitor.messages) <= 4

    asyncio.run(test())


def test_without_news_there_is_a_sign_of_life() -> None:
    async def test() -> None:
        async with served(pace=Pace(alive_s=0.05)) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            message = await visitor.hear()
            assert message["state"] == {}

    asyncio.run(test())


@asynccontextmanager
async def stuck(page: Page) -> AsyncGenerator[None, None]:
    """A page that joins, and takes nothing from its socket."""
    host, pages = f"127.0.0.1:{port_of(page)}", page.open_pages
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(one, ("127.0.0.1", port_of(page)))
        greeting = (
            f"GET /socket HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await loop.sock_sendall(one, greeting.encode())
        async with asyncio.timeout(PATIENCE_S):
            while page.open_pages == pages:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield


def test_a_stuck_page_delays_neither_counting_nor_recording(session_file: Path, tmp_path: Path) -> None:
    """It is stuck from beginning to end, and is never given up; all is counted and recorded meanwhile."""
    chunks = list(RecordingReader(session_file).chunks())
    state = LiveState(BALL, Keeping("recorded"))

    async def test() -> None:
        page = Page(state, LIVE_WISHES, speed=0.0, pace=Pace(least_s=0.0, patience_s=1000.0))
        async with page, stuck(page):
            (client,) = page._server._clients
            state.say("x" * 20_000_000)  # more than all buffers on the way
            page._renew()
            async with asyncio.timeout(PATIENCE_S):
                while client._sent is not page._newest.parts:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                begun = page._newest.seq
                with RecordingWriter(tmp_path / "a.repclip") as writer:
                    sitting = Sitting(ScriptedSource(chunks), session_clock(), BALL.counting(), writer, keys=())
                    await sit(sitting, state, Lines(Console(file=io.StringIO())), str, [page])
                page._renew()
            assert page.open_pages == 1
            assert page._newest.seq > begun
            assert client._sent["count"] != page._newest.parts["count"], "it was sent nothing since"

    asyncio.run(test())
    assert [len(one.reps) for one in state.account.tally.sets] == [5]
    recorded = [one.data for one in RecordingReader(tmp_path / "a.repclip").chunks() if isinstance(one, Packet)]
    assert recorded == [one.data for one in chunks if isinstance(one, Packet)]


def test_a_stuck_page_is_cut_off_and_holds_nobody_up() -> None:
    """It takes nothing from its socket: all that was sent stays in buffers, and they have an end."""

    async def test() -> None:
        async with served() as scene, visit(scene.page) as other, stuck(scene.page):
            async with asyncio.timeout(PATIENCE_S):
                number = 0
                while scene.page.open_pages == 2:
                    number += 1
                    scene.state.say(f"{number} {'x' * 500_000}")
                    while not any(one["text"].startswith(f"{number} ") for one in other.state.get("news", ())):
                        await other.hear()
            assert not other.socket.closed

    asyncio.run(test())


# Buttons


@pytest.mark.parametrize(
    ("wish", "key"), [("undo", Key.UNDO), ("end_set", Key.END_SET), ("pain", Key.PAIN), ("pause", Key.PAUSE)]
)
def test_a_button_is_a_key(wish: str, key: Key) -> None:
    async def test() -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            assert visitor.state["buttons"] == [one.value for one in LIVE_WISHES]
            await press(scene, visitor.socket, wish)
            assert scene.hand.pressed == [key]

    asyncio.run(test())


async def press(scene: Scene, client: aiohttp.ClientWebSocketResponse, *wishes: str) -> None:
    """And wait until all were understood: what follows them is remembered."""
    for one in (*wishes, "end_set"):
        await client.send_json({"do": one})
    expected = 2 if "end_set" in wishes else 1
    async with asyncio.timeout(PATIENCE_S):
        while scene.hand.pressed.count(Key.END_SET) < expected:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    scene.hand.pressed.pop()


@pytest.mark.parametrize(("wishes", "pressed"), [(ONE_LEG_WISHES, [Key.SIDE]), (LIVE_WISHES, [])])
def test_the_other_leg_is_a_button_where_it_is_one_of_two(wishes: tuple[Wish, ...], pressed: list[Key]) -> None:
    async def test() -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0), wishes=wishes) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            assert ("side" in visitor.state["buttons"], visitor.state["side"]) == (bool(pressed), None)
            await press(scene, visitor.socket, "side")
            assert scene.hand.pressed == pressed
            scene.tell(Marked(30.0, MarkKind.SIDE, "right"))
            while visitor.state["side"] != "right":
                await visitor.hear()

    asyncio.run(test())


def test_two_who_pause_at_once_both_have_a_pause() -> None:
    class Pausing(Hand):
        def press(self, key: Key) -> None:
            super().press(key)
            if key is Key.PAUSE:
                self.held = not self.held

    async def test() -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene, visit(scene.page) as visitor:
            scene.hand = Pausing()
            scene.page.begin(scene.hand)
            await press(scene, visitor.socket, "pause", "pause")
            assert (scene.hand.held, scene.hand.pressed) == (True, [Key.PAUSE])
            await press(scene, visitor.socket, "resume", "resume")
            assert (scene.hand.held, scene.hand.pressed) == (False, [Key.PAUSE, Key.PAUSE])

    asyncio.run(test())


def test_paused_is_seen_and_can_be_ended() -> None:
    async def test() -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene, visit(scene.page) as visitor:
            scene.tell(Marked(48.0, MarkKind.PAUSE), sampled(50.0))
            await visitor.until("now", what="paused")
            assert visitor.state["paused"] is True
            await press(scene, visitor.socket, "pause")
            assert scene.hand.pressed == []
            await press(scene, visitor.socket, "resume")
            assert scene.hand.pressed == [Key.PAUSE]

    asyncio.run(test())


def test_a_replay_can_be_held_and_no_more() -> None:
    async def test() -> None:
        async with served(wishes=REPLAY_WISHES, speed=10.0) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            assert visitor.state["buttons"] == ["pause", "resume"]
            assert visitor.state["now"]["speed"] == 10.0
            for wish in Wish:
                await visitor.socket.send_json({"do": wish.value})
            async with asyncio.timeout(PATIENCE_S):
                while not scene.hand.pressed:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
            scene.hand.held = True
            while visitor.state["now"]["speed"] != 0.0:
                await visitor.hear()
            assert visitor.state["paused"] is True
            assert set(scene.hand.pressed) == {Key.PAUSE}

    asyncio.run(test())


def test_before_the_sitting_begins_nothing_can_be_pressed() -> None:
    async def test() -> None:
        async with served() as scene, visit(scene.page) as visitor:
            scene.page.begin(None)  # type: ignore[arg-type]  # as before it began
            await visitor.hear()
            while visitor.state["buttons"] != []:
                await visitor.hear()
            await visitor.socket.send_json({"do": "pain"})
            await asyncio.sleep(0.05)
            assert not visitor.socket.closed

    asyncio.run(test())


# Sets that are over


def test_a_set_that_is_over_is_told_with_its_picture() -> None:
    async def test() -> None:
        async with served() as scene, visit(scene.page) as visitor:
            scene.tell(*after_a_set(10, 5.0))
            while not visitor.state.get("summary"):
                await visitor.hear()
            summary = visitor.state["summary"]
            assert (summary["set"], summary["heading"]) == (1, "Set 1 done")
            assert summary["lines"][0].startswith("Set 1: 10 reps, ")
            assert summary["advice"].startswith("Hold longer at the top")
            kind, _, data = summary["picture"].partition(",")
            assert kind == "data:image/svg+xml;base64"
            assert b"<svg" in base64.b64decode(data)[:1000]
            async with visit(scene.page) as late:
                await late.hear()
                assert late.state["summary"] == summary
            before = summary["lines"]
            scene.tell(Marked(100.0, MarkKind.UNDO))
            while visitor.state["summary"]["lines"] == before:
                await visitor.hear()
            assert visitor.state["summary"]["lines"][0].startswith("Set 1: 9 reps")

    asyncio.run(test())


def test_two_pictures_are_drawn_one_after_the_other() -> None:
    """As when a session ends right after a set. FreeType does not bear two threads."""
    state = LiveState(builtin_exercises()[0], Keeping("not recorded"))
    for output in after_a_set(8, 5.0):
        state.take(output)
    sets = state.account.tally.sets

    async def test() -> None:
        drawn = await asyncio.gather(*(asyncio.to_thread(summary_of, sets, state.exercise, [], "x") for _ in range(4)))
        assert len(set(drawn)) == 1
        assert drawn[0].picture

    asyncio.run(test())


def test_nothing_is_drawn_where_nobody_looks() -> None:
    async def test() -> None:
        async with served(after_a_set(5, 5.0)) as scene:
            await asyncio.sleep(0.05)
            async with visit(scene.page) as visitor:
                await visitor.hear()
                assert visitor.state["summary"] is None
                while not visitor.state["summary"]:
                    await visitor.hear()

    asyncio.run(test())


def test_at_the_end_all_is_told_and_the_page_knows_that_it_is_over() -> None:
    async def test() -> None:
        async with aiohttp.ClientSession() as http:
            async with served(after_a_set(6, 5.0)) as scene:
                host = f"127.0.0.1:{port_of(scene.page)}"
                client = await http.ws_connect(f"ws://{host}/socket", headers={"Origin": f"http://{host}"})
                state: dict[str, Any] = {}
                reading = asyncio.create_task(read(client, state))
            await asyncio.wait_for(reading, PATIENCE_S)
        assert client.close_code == OVER
        assert state["over"] is True
        assert state["buttons"] == []
        assert state["summary"]["heading"] == "All done"
        assert state["summary"]["picture"]

    async def read(client: aiohttp.ClientWebSocketResponse, state: dict[str, Any]) -> None:
        async for message in client:
            state |= message.json()["state"]

    asyncio.run(test())


def test_the_end_waits_for_nobody_who_is_stuck() -> None:
    async def test() -> float:
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as http:
            async with served() as scene:
                host = f"127.0.0.1:{port_of(scene.page)}"
                client = await http.ws_connect(
                    f"ws://{host}/socket", headers={"Origin": f"http://{host}"}, autoclose=False, autoping=False
                )
                await client.receive()
                begun = loop.time()
            return loop.time() - begun

    assert asyncio.run(test()) < 8.0


def test_a_page_comes_back_to_a_server_that_was_started_again() -> None:
    async def test() -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene, visit(scene.page) as visitor:
            port = port_of(scene.page)
            await visitor.hear()
        async with served(in_a_set(3, Phase.HOLD, 1.0), port=port) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            assert visitor.state["count"]["reps"] == 3
            assert visitor.messages[0]["schema"] == SCHEMA

    asyncio.run(test())


# Cues


def test_cues_go_out_at_once_and_old_ones_not_at_all() -> None:
    async def test() -> None:
        async with served(pace=Pace(least_s=60.0)) as scene, visit(scene.page) as visitor:
            await visitor.hear()
            scene.page.hear(Cue(10.0, CueKind.COUNT, "seven", number=7), 12.0)
            scene.page.hear(Cue(12.0, CueKind.PHASE, "hold", phase=Phase.HOLD), 12.0)
            scene.page.hear(Cue(5.0, CueKind.PAIN, "stop"), 12.0)
            message = await visitor.hear()
            assert [cue["text"] for cue in message["cues"]] == ["hold", "stop"]
            assert message["cues"][0] == {
                "kind": "phase", "text": "hold", "phase": "hold", "number": None, "priority": 0,
            }  # fmt: skip

    asyncio.run(test())


def test_nobody_who_comes_later_hears_old_cues() -> None:
    async def test() -> None:
        async with served(pace=QUICK) as scene:
            scene.page.hear(Cue(12.0, CueKind.PAIN, "stop"), 12.0)
            async with visit(scene.page) as visitor:
                assert "cues" not in await visitor.hear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        assert "cues" not in await visitor.hear()

    asyncio.run(test())
