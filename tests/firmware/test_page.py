"""The page in a real browser with the real firmware at the other end: what is to be seen is what is counted."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("Windows has no ptys", allow_module_level=True)

from rich.console import Console

from chain import SerialBoard, chain
from headless import CHROMIUM, Browser
from repclip.engine.offline import examine
from repclip.live.console import Lines
from repclip.live.keys import Key
from repclip.live.sitting import Sitting, sit
from repclip.live.state import Keeping, LiveState
from repclip.page.client import Pace
from repclip.page.page import LIVE_WISHES
from repclip.recording.exporters.tables import SAMPLES_HEADER, samples_csv
from repclip.recording.reader import RecordingReader
from repclip.recording.writer import RecordingWriter
from repclip.session.exercise import find_exercise
from repclip.source import HostMark, MarkKind
from repsignal.synth import RepPlan, Scenario, SensorModel, Still, simulate, steady_set
from watched import Eager, Remembered, in_browser, watch

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium, or your system's")

BALL = find_exercise("prone-thigh-extension-ball")
REPS = 4
PLAN = RepPlan(lift_s=1.0, hold_s=1.5, lower_s=2.5, pause_s=0.5)
AWAY_S = 3.0
SPEED = 4  # the board keeps 20 s: a browser that takes five to show that the link is lost is slow enough


def test_what_the_board_feels_is_what_the_page_shows(tmp_path: Path) -> None:
    """The link is lost in the midst of it; the set is ended, and pain is said, on the page."""
    sensor = SensorModel(rate_hz=200.0, gyr_noise_dps=0.05, acc_noise_mg=4.0)
    still_s, rep_s = 10.0, PLAN.lift_s + PLAN.hold_s + PLAN.lower_s + PLAN.pause_s
    block = simulate(Scenario((Still(still_s), steady_set(REPS, PLAN), Still(300.0)), sensor=sensor), seed=3).block
    felt = tmp_path / "felt.csv"
    felt.write_text(SAMPLES_HEADER + samples_csv(block))
    recording = tmp_path / "evening.repclip"

    async def test(browser: Browser) -> None:
        async with chain("serial", felt, speed=SPEED) as board:
            assert isinstance(board, SerialBoard)
            state = LiveState(BALL, Keeping("recorded"))
            page = Remembered(state, LIVE_WISHES, speed=0.0, pace=Pace(least_s=0.0))
            eager = Eager(page)
            async with page:
                tabs = [await browser.tab(page.addresses[0]) for _ in range(2)]
                for tab in tabs:
                    await watch(tab)
                with RecordingWriter(recording) as writer:
                    sitting = Sitting(board.source(), board.world, BALL.counting(), writer, keys=())
                    lines = Lines(Console(file=io.StringIO()))
                    running = asyncio.create_task(sit(sitting, state, lines, str, [page, eager]))
                    await board.until(board.world.now_s + still_s + 2.4 * rep_s)
                    await board.lose_link()
                    for tab in tabs:
                        await tab.until("document.body.dataset.what === 'link lost'")
                    await board.until(board.world.now_s + AWAY_S)
                    await board.restore_link()
                    for tab in tabs:
                        await tab.until(f"document.querySelector('#count').textContent === '{REPS}'")
                    await tabs[0].click("[data-do=end_set]")
                    await tabs[1].until("document.body.dataset.what === 'rest'")
                    await tabs[1].click("[data-do=pain]")
                    await tabs[0].until("document.body.dataset.what === 'pain'")
                    assert eager.controls is not None
                    eager.controls.press(Key.QUIT)
                    await running
                last = page._newest.seq
                for tab in tabs:
                    await tab.until(f"document.documentElement.dataset.seq >= {last}")
                seen = [await tab.value("seen") for tab in tabs]
        phases = {"lift", "hold", "lower", "pause"}
        told = {"link lost", "rest", "pain"}
        assert phases | told <= set(page.meant.values())
        for history in seen:
            # A set is known by its second rep; where that is not over yet, the first is counted before it. What comes
            # at once when the link is back may be drawn at once too.
            assert {0, REPS} <= eager.check(history) <= {0, 1, 2, 3, REPS}
            # A busy machine's browser may draw no frame within a quarter of a second, which a lift takes here.
            shown = {what for _, _, what in history}
            assert told <= shown
            assert phases & shown

    in_browser(test)
    examined = examine(RecordingReader(recording).chunks())
    assert [len(one.reps) for one in examined.report.sets] == [REPS]
    assert examined.report.gaps == (), "the board kept what was felt while the link was lost"
    marks = [chunk.kind for chunk in RecordingReader(recording).chunks() if isinstance(chunk, HostMark)]
    assert marks == [MarkKind.END_SET, MarkKind.PAIN]
