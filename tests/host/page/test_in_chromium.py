"""The page in a real browser: what is to be seen is what was counted, whatever happens to the link."""

from __future__ import annotations

import asyncio
import base64
import io
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from rich.console import Console

from headless import CHROMIUM, Browser, Tab
from live_scenes import after_a_set, hurt, in_a_set, lost, paused, sampled
from page_helpers import BALL, PATIENCE_S, port_of, served
from repclip import bundled
from repclip.cues.engine import CueEngine
from repclip.cues.settings import CueSettings
from repclip.cues.types import Cue, CueKind
from repclip.engine.outputs import Marked
from repclip.live.console import Lines
from repclip.live.keys import Key
from repclip.live.sitting import Sitting, sit
from repclip.live.state import Keeping, LiveState
from repclip.page import page as module
from repclip.page.address import own_addresses
from repclip.page.client import Pace
from repclip.page.page import ONE_LEG_WISHES, Page
from repclip.page.pictures import Summary
from repclip.recording.reader import RecordingReader
from repclip.recording.replay import ReplayClock, ReplaySource
from repclip.session.exercise import Exercise
from repclip.source import Chunk, MarkKind, SampleBlock, session_clock
from repclip.testing.scripted import ScriptedSource
from repsignal import CounterParams, ImuBlock, Phase, SetEnd
from repsignal.synth import RepPlan, Scenario, Still, simulate, steady_set
from watched import Eager, Remembered, in_browser, watch

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium, or your system's")

BLOCK: Final = 500  # samples


@dataclass(frozen=True)
class Used:
    """What a page holds."""

    bytes: int
    nodes: int
    listeners: int


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """As large as real ones, each another, but drawn in no time."""

    def summed(sets: Sequence[SetEnd], _exercise: Exercise, _marks: object, heading: str) -> Summary:
        drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><!--{sets[-1].index:>200000}--></svg>'
        picture = f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
        return Summary(sets[-1].index, heading, (f"Set {sets[-1].index}",), "", picture)

    monkeypatch.setattr(module, "summary_of", summed)


@pytest.mark.usefixtures("quick_pictures")
def test_three_pages_count_as_the_engine_does() -> None:
    async def test(browser: Browser) -> None:
        reader = RecordingReader(bundled.recording("chain_session.repclip"))
        state = LiveState(BALL, Keeping.replay(reader.path, None, simulated=True))
        clock = ReplayClock(lambda: 0, None)
        source = ReplaySource(reader.chunks, clock)
        page = Remembered(state, (), speed=0.0, pace=Pace(least_s=0.0))
        async with page:
            tabs = [await browser.tab(page.addresses[0]) for _ in range(3)]
            for tab in tabs:
                await watch(tab)
            eager = Eager(page)
            sitting = Sitting(source, clock, BALL.counting(), keys=(), hold=clock.hold)
            await sit(sitting, state, Lines(Console(file=io.StringIO())), str, [page, eager])
            last = page._newest.seq
            for tab in tabs:
                await tab.until(f"document.documentElement.dataset.seq >= {last}")
            seen = [await tab.value("seen") for tab in tabs]
            facts = await tabs[0].value("document.querySelector('#link').textContent")
        assert facts.startswith("replay, simulated"), "nobody takes it for a session that goes on"
        reps = [len(one.reps) for one in state.account.tally.sets]
        assert reps == [6, 6, 6], "as its truth has them"
        for history in seen:
            assert len(history) > 50
            # A set is known by its second rep; where that is not over yet, the first is counted before it.
            assert eager.check(history) == {0, 1, 2, 3, 4, 5, 6}

    in_browser(test)


def test_it_comes_back_when_the_server_does() -> None:
    async def test(browser: Browser) -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene:
            port = port_of(scene.page)
            tab = await browser.tab(scene.page.addresses[0])
            await tab.until("document.querySelector('#count').textContent === '2'")
            listening, runner = scene.page._server._listening, scene.page._server._runner
            assert listening is not None
            assert runner is not None
            assert runner.server is not None
            listening.close()
            for connection in runner.server.connections:  # as if it had died
                assert connection.transport is not None
                connection.transport.abort()
            await tab.until("!document.querySelector('#away').hidden")
            assert "No connection to the computer" in await tab.text("#away")
            assert await tab.text("#count") == "2"
        async with served(in_a_set(3, Phase.HOLD, 1.0), port=port):
            await tab.until("document.querySelector('#away').hidden")
            await tab.until("document.querySelector('#count').textContent === '3'")
        await tab.until("document.body.dataset.what === 'over'")
        async with served(in_a_set(1, Phase.LIFT, 0.3), port=port):
            await tab.value("dispatchEvent(new Event('online'))")  # or in ten seconds
            await tab.until("document.querySelector('#count').textContent === '1'")
            assert await tab.value("document.body.dataset.what") == "lift"

    in_browser(test, "ERR_CONNECTION_REFUSED")


def test_the_door_and_the_buttons() -> None:
    async def test(browser: Browser) -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0), lan=True, wishes=ONE_LEG_WISHES) as scene:
            address = scene.page.addresses[0]
            address = f"http://127.0.0.1:{port_of(scene.page)}/{address[address.index('#') :]}"
            stranger = await browser.tab(f"{address}x")
            await stranger.until("document.body.classList.contains('barred')")
            assert "Read the code" in await stranger.text("body")
            assert await stranger.text("#count") == ""
            await stranger.value(f"location.hash = {address.partition('#')[2]!r}")
            await stranger.until("document.querySelector('#count').textContent === '2'")
            assert not await stranger.value("document.body.classList.contains('barred')")
            await stranger.close()
            tab = await browser.tab(address)
            await tab.until("document.querySelector('#count').textContent === '2'")
            assert await tab.value("location.hash") == "", "the address forgets the token"
            await tab.call("Page.reload")
            await tab.until("document.querySelector('#count')?.textContent === '2'")
            for wish in ("pause", "undo", "end_set", "side", "pain"):
                await tab.click(f"[data-do={wish}]")
            async with asyncio.timeout(PATIENCE_S):
                while len(scene.hand.pressed) < 5:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert scene.hand.pressed == [Key.PAUSE, Key.UNDO, Key.END_SET, Key.SIDE, Key.PAIN]
            scene.hand.held = True
            await tab.until("document.querySelector('[data-do=resume]')?.innerText === 'Go on'")

    in_browser(test, "status of 403")


# What a page of somebody else tries in a browser that our page is open in; each says what came of it.
INTRUDING: Final = """
(async () => {
  const read = (options) => fetch(`${there}/enter`, options).then((answer) => answer.text(), () => "refused");
  const socket = new Promise((resolve) => {
    const one = new WebSocket(`${there.replace("http", "ws")}/socket`);
    one.onopen = () => resolve("open");
    one.onerror = () => resolve("refused");
  });
  const script = await import(`${there}/view.js`).then(() => "loaded", () => "refused");
  const framed = new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.onload = () => resolve(frame.contentDocument === null ? "refused" : "loaded");
    frame.src = `${there}/`;
    document.body.append(frame);
  });
  const body = JSON.stringify({ token: "x" });
  return [await read({}), await read({ method: "POST", body }), await socket, script, await framed];
})()
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_somebody_else_gets_nothing(host: str) -> None:
    """Of another port it is another origin. It may send what it likes, and is not let in; ours goes on."""

    async def intruder(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><body>", content_type="text/html")

    async def test(browser: Browser) -> None:
        app = web.Application()
        app.router.add_get("/{any:.*}", intruder)
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene, TestServer(app) as other:
            ours = await browser.tab(scene.page.addresses[0])
            await ours.until("document.querySelector('#count').textContent === '2'")
            foreign = await browser.tab(f"http://127.0.0.1:{other.port}/")
            await foreign.value(f"window.there = 'http://{host}:{port_of(scene.page)}'")
            assert await foreign.value(INTRUDING) == ["refused"] * 5
            assert scene.page.open_pages == 1
            assert scene.hand.pressed == []
            scene.tell(*in_a_set(3, Phase.HOLD, 1.0)[-4:])
            await ours.until("document.querySelector('#count').textContent === '3'")

    in_browser(test, "CORS policy", "ERR_FAILED", "code: 403", "frame-ancestors")


@pytest.mark.skipif(not own_addresses(), reason="this computer has no address in a network")
def test_in_a_network_the_screen_does_not_stay_on_and_that_is_said() -> None:
    async def test(browser: Browser) -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0), lan=True) as scene:
            tab = await browser.tab(scene.page.addresses[0])
            await tab.until("document.querySelector('#count').textContent === '2'")
            assert "keep the screen on" in await tab.text("#hint")
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene:
            tab = await browser.tab(scene.page.addresses[0])
            await tab.until("document.querySelector('#count').textContent === '2'")
            assert await tab.text("#hint") == "", "here it may be asked to"
            await tab.value("navigator.wakeLock.request = () => Promise.reject(new Error())")
            await tab.click("#sound")
            await tab.until("document.querySelector('#hint').textContent !== ''")

    in_browser(test, "Cross-Origin-Opener-Policy")


def test_who_wants_no_motion_sees_none() -> None:
    """Seconds go on all the same, with each message and not in between."""

    async def test(browser: Browser) -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene:
            tab = await browser.tab(scene.page.addresses[0])
            moving = (
                "(document.querySelector('#count').getAnimations().length"
                " + document.querySelector('#dial .disc').getAnimations().length)"
            )
            for wanted in ("no-preference", "reduce"):
                await tab.call(
                    "Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": wanted}]
                )
                await tab.call("Page.reload")
                await tab.until("document.querySelector('#count')?.textContent === '2'")
                await tab.value("""
                    window.moved = 0;
                    const frames = window.requestAnimationFrame;
                    window.requestAnimationFrame = (step) => frames((at) => { moved += 1; step(at); });
                """)
                scene.tell(*in_a_set(3, Phase.HOLD, 1.0)[-4:])
                await tab.until("document.querySelector('#count').textContent === '3'")
                beats = await tab.value(moving)
                scene.tell(sampled(80.0))
                await tab.until("document.querySelector('#going b').textContent.startsWith('+')")
                assert (beats > 0, await tab.value("moved > 0")) == ((wanted == "no-preference"),) * 2
                scene.tell(Marked(50.0, MarkKind.UNDO))
                await tab.until("document.querySelector('#count').textContent === '2'")

    in_browser(test)


@pytest.mark.parametrize("voice", [True, False])
def test_one_tap_starts_sound(voice: bool) -> None:
    async def test(browser: Browser) -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0), voice=voice) as scene:
            tab = await browser.tab(scene.page.addresses[0])
            await tab.until("document.querySelector('#count').textContent === '2'")
            await tab.value("""
                window.tones = []; window.words = []; window.shaken = [];
                navigator.vibrate = (pattern) => shaken.push(pattern);
                const start = OscillatorNode.prototype.start;
                OscillatorNode.prototype.start = function (at) {
                  tones.push(this.frequency.value);
                  start.call(this, at);
                };
                const voices = [{ lang: "en", localService: false }, { lang: "de", localService: true }];
                speechSynthesis.getVoices = () => voices;
                window.SpeechSynthesisUtterance = function (text) { this.text = text; };
                speechSynthesis.speak = (one) => {
                  if (one.voice === voices[1]) words.push(one.text);
                  setTimeout(() => one.onend?.());
                };
            """)
            scene.page.hear(Cue(5.0, CueKind.VERDICT, "hold longer"), 5.0)
            scene.tell(Marked(21.0, MarkKind.UNDO))
            await tab.until("document.querySelector('#count').textContent === '1'")
            assert await tab.value("tones.length") == 0, "nobody has tapped"
            await tab.click("#sound")
            await tab.until("document.querySelector('#sound').ariaPressed === 'true'")
            await tab.value("tones.length = 0; words.length = 0")
            scene.page.hear(Cue(6.0, CueKind.PHASE, "hold", phase=Phase.HOLD), 6.0)
            scene.page.hear(Cue(6.0, CueKind.COUNT, "seven", number=7), 6.0)
            scene.page.hear(Cue(6.0, CueKind.VERDICT, "slower down"), 6.0)
            await tab.until(f"words.length === {2 * voice} && tones.length >= 1")
            assert await tab.value("tones") == ([1047] if voice else [1047, 880, 440, 440])
            assert await tab.value("shaken") == [[40]], "as the phase begins"
            assert await tab.value("words") == (["seven", "slower down"] if voice else [])
            await tab.click("#sound")
            await tab.until("document.querySelector('#sound').ariaPressed === 'false'")

    in_browser(test)


SCENES: Final = {
    "ready": list,
    "hold": lambda: in_a_set(12, Phase.HOLD, 1.3),
    "on": lambda: in_a_set(12, Phase.LOWER, 3.5),
    "long": lambda: in_a_set(12, Phase.HOLD, 3.9),
    "likely over": lambda: in_a_set(12, Phase.PAUSE, 9.0),
    "rest": lambda: after_a_set(12, 41.0),
    "paused": paused,
    "lost": lambda: lost(46.0),
    "pain": hurt,
}
# Texts with too little contrast (WCAG 2.2, 1.4.3) against the nearest paper behind them; large ones need 3, others 4.5.
FAINT: Final = """
(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const bright = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const paper = (one) => {
    for (; one !== null; one = one.parentElement) {
      const found = channels(getComputedStyle(one).backgroundColor);
      if (found.length < 4 || found[3] > 0.99) return found;
    }
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (texts.currentNode.textContent.trim() === "" || !one.checkVisibility()) continue;
    if (one.closest(".hidden, noscript")) continue;
    const style = getComputedStyle(one);
    const [a, b] = [bright(channels(style.color)), bright(paper(one))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < (large ? 3 : 4.5)) found.push(`${one.id || one.className || one.tagName}: ${contrast.toFixed(2)}`);
  }
  return found;
})()
"""
SMALL: Final = """
[...document.querySelectorAll("button")].filter((one) => one.checkVisibility()).filter((one) => {
  const { width, height } = one.getBoundingClientRect();
  return width < 48 || height < 48;
}).map((one) => one.innerText)
"""
# Words that are wider than the button that they stand on.
WIDE: Final = """
[...document.querySelectorAll("button span")].filter((one) => one.checkVisibility()).filter((one) => {
  const inner = one.closest("button").clientWidth;
  return one.getBoundingClientRect().width > inner;
}).map((one) => one.innerText)
"""
OUTSIDE: Final = """
[...document.querySelectorAll("button, #count, #word, #going b, #caption, #clock, #text")]
  .filter((one) => one.checkVisibility()).filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
  }).map((one) => one.id || one.innerText)
"""


def test_all_can_be_read_and_pressed_in_each_size_and_light() -> None:
    async def test(browser: Browser) -> None:
        for name, outputs in SCENES.items():
            async with served(outputs(), speed=0.0, wishes=ONE_LEG_WISHES) as scene:
                tab = await browser.tab(scene.page.addresses[0])
                await tab.until("document.documentElement.dataset.seq !== undefined")
                if name == "rest":
                    await tab.until("document.body.classList.contains('summed')")
                await check_names(tab)
                for size in ((390, 844), (844, 390), (1280, 800), (320, 568)):
                    await tab.resize(*size)
                    for dark in (True, False):
                        await tab.light(dark=dark)
                        where = f"{name}, {size}, {'dark' if dark else 'light'}"
                        assert await tab.value(FAINT) == [], where
                    assert await tab.value(SMALL) == [], where
                    assert await tab.value(WIDE) == [], where
                    assert await tab.value(OUTSIDE) == [], where
                    assert await tab.value("document.documentElement.scrollWidth <= innerWidth"), where
                await tab.close()

    in_browser(test)


async def check_names(tab: Tab) -> None:
    """What a screen reader finds: buttons with names, the count, and what is said as it changes."""
    await tab.call("Accessibility.enable")
    nodes = (await tab.call("Accessibility.getFullAXTree"))["nodes"]
    buttons = [one for one in nodes if one.get("role", {}).get("value") == "button"]
    assert buttons
    assert all(one["name"]["value"] for one in buttons)
    live = [
        one
        for one in nodes
        if any(each["name"] == "live" and each["value"]["value"] != "off" for each in one.get("properties", []))
    ]
    assert live


def test_the_count_is_said_once_a_rep_and_no_second_is() -> None:
    async def test(browser: Browser) -> None:
        async with served(in_a_set(2, Phase.HOLD, 1.0)) as scene:
            tab = await browser.tab(scene.page.addresses[0])
            await tab.until("document.querySelector('#count').textContent === '2'")
            await tab.value("""
                window.said = [];
                const places = document.querySelectorAll("[aria-live], [role=alert], [role=status]");
                const note = (all) => all.forEach((one) => said.push(one.target.textContent));
                for (const place of places) new MutationObserver(note).observe(place, { childList: true });
            """)
            more = in_a_set(3, Phase.HOLD, 2.9)
            scene.tell(*more[-4:])
            await tab.until("document.querySelector('#count').textContent === '3'")
            scene.tell(*lost(60.0)[-2:])
            await tab.until("document.body.dataset.what === 'link lost'")
            assert await tab.value("said[0]") == "3 reps, set 1"
            assert re.match("link lost. Looking for", await tab.value("said[1]"))
            assert await tab.value("said.length") == 2

    in_browser(test)


TONES_COUNTED: Final = """
    window.begun = window.ended = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
      begun += 1;
      this.addEventListener("ended", () => (ended += 1));
      start.call(this, at);
    };
"""


class Prompt:
    """Hears each cue in time, however many seconds come at once."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def hear(self, cue: Cue, now_s: float) -> None:
        self._page.hear(cue, cue.time_s)


@pytest.mark.usefixtures("quick_pictures")
def test_an_hour_leaves_nothing_behind() -> None:
    """At full speed, in blocks of five seconds; each is drawn, and all its cues are played.

    Its pictures are as many and as large as real ones.
    """

    async def test(browser: Browser) -> None:
        plan = RepPlan(lift_s=1.0, hold_s=3.0, lower_s=3.5)
        parts = [part for _ in range(24) for part in (steady_set(12, plan), Still(50.0))]
        block = simulate(Scenario((Still(3.0), *parts)), seed=5).block
        assert block.time_s[-1] > 3500.0
        state = LiveState(BALL, Keeping("not recorded"))
        page = Page(state, (), speed=0.0, pace=Pace(least_s=0.0))
        used: list[Used] = []
        async with page:
            tab = await browser.tab(page.addresses[0])
            await tab.until("document.documentElement.dataset.seq !== undefined")
            await tab.value(TONES_COUNTED)
            await tab.click("#sound")
            await tab.until("document.querySelector('#sound').ariaPressed === 'true'")

            async def measure() -> None:
                await tab.until(f"document.documentElement.dataset.seq >= {page._newest.seq}")
                await tab.until("begun === ended")
                await tab.call("HeapProfiler.collectGarbage")
                heap = await tab.call("Runtime.getHeapUsage")
                nodes = await tab.call("Memory.getDOMCounters")
                used.append(Used(heap["usedSize"], nodes["nodes"], nodes["jsEventListeners"]))

            class Blocks(ScriptedSource):
                async def chunks(self) -> AsyncGenerator[Chunk, None]:
                    for at in range(0, len(block), BLOCK):
                        piece = slice(at, at + BLOCK)
                        yield SampleBlock(0, ImuBlock(block.time_s[piece], block.acc[piece], block.gyr[piece]))
                        await asyncio.sleep(0)
                        if at in (100_000, 200_000):
                            await measure()

            sitting = Sitting(
                Blocks(()),
                session_clock(),
                CounterParams(),
                keys=(),
                hold=lambda _: None,
                cues=CueEngine(BALL, CueSettings()),
                sinks=(Prompt(page),),
            )
            await sit(sitting, state, Lines(Console(file=io.StringIO())), str, [page, Eager(page, all_of_it=True)])
            await measure()
            assert await tab.value("begun") > 24 * 12 * 4, "tones, and ticks between them"
        assert state.account.tally.total_reps == 24 * 12
        first, _, third = used
        assert third.bytes - first.bytes < 1_000_000
        assert abs(third.nodes - first.nodes) < 100
        assert third.listeners == first.listeners

    in_browser(test)
