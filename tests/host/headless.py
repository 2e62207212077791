"""A headless Chromium, driven by its DevTools protocol over aiohttp's WebSocket client."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

import aiohttp

__all__ = ["CHROMIUM", "Browser", "Tab", "chromium"]

CHROMIUM: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"))), None
)
_FLAGS: Final = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--js-flags=--expose-gc",
    "--remote-debugging-port=0",
)
_START_S: Final = 60.0
_ANSWER_S: Final = 30.0


class Browser:
    """Makes tabs. ``call`` is a command of the protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded: dict[str, asyncio.Future[None]] = {}  # by session
        self.complaints: list[str] = []  # exceptions of scripts, and what the console has as errors

    async def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._socket.send_json(message | ({"sessionId": session} if session else {}))
        async with asyncio.timeout(_ANSWER_S):
            return await answer

    async def tab(self, url: str, size: tuple[int, int] = (390, 844), *, dark: bool = True, scale: int = 1) -> Tab:
        target = (await self.call("Target.createTarget", url="about:blank", newWindow=True))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        tab = Tab(self, target, session)
        for domain in ("Page", "Runtime", "Log"):
            await tab.call(f"{domain}.enable")
        await tab.light(dark=dark)
        await tab.resize(*size, scale=scale)
        loaded = self._loaded[session] = asyncio.get_running_loop().create_future()
        await tab.call("Page.navigate", url=url)
        async with asyncio.timeout(_ANSWER_S):
            await loaded
        return tab

    async def listen(self) -> None:
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                answer = self._answers.pop(said["id"])
                if "error" in said:
                    answer.set_exception(RuntimeError(str(said["error"])))
                elif not answer.done():
                    answer.set_result(said["result"])
            elif said["method"] == "Page.loadEventFired" and said["sessionId"] in self._loaded:
                self._loaded.pop(said["sessionId"]).set_result(None)
            elif said["method"] == "Runtime.exceptionThrown":
                self.complaints.append(str(said["params"]["exceptionDetails"]))
            elif said["method"] == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
                self.complaints.append(str(said["params"]["entry"]))


class Tab:
    """One page."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._browser.call(method, self._session, **params)

    async def value(self, script: str) -> Any:
        """What this comes to; a promise is waited for."""
        found = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait in the page, where it is looked at each frame."""
        loop = "const look = () => (condition() ? resolve(true) : setTimeout(look, 10)); look();"
        await self.value(f"new Promise((resolve) => {{ const condition = () => ({condition}); {loop} }})")

    async def text(self, selector: str) -> str:
        """What is to be read there."""
        return str(await self.value(f"document.querySelector({selector!r})?.innerText ?? ''"))

    async def click(self, selector: str) -> None:
        """As a finger does: where it is."""
        where = f"document.querySelector({selector!r}).getBoundingClientRect()"
        x, y = await self.value(f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({where})")
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def resize(self, width: int, height: int, *, scale: int = 1) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 900}
        await self.call("Emulation.setDeviceMetricsOverride", **size)

    async def light(self, *, dark: bool) -> None:
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.call("Emulation.setEmulatedMedia", features=scheme)

    async def picture(self, path: Path) -> None:
        shot = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))  # noqa: ASYNC240

    async def close(self) -> None:
        await self._browser.call("Target.closeTarget", targetId=self._target)


@contextlib.asynccontextmanager
async def chromium() -> AsyncGenerator[Browser, None]:
    """One of its own, with an empty profile; nothing of it is left."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(prefix="repclip-chromium-", ignore_cleanup_errors=True) as profile:
        as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *_FLAGS, *as_root, f"--user-data-dir={profile}", "about:blank",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port, path = await _address(Path(profile, "DevToolsActivePort"))
            async with (
                aiohttp.ClientSession() as http,
                http.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=0) as socket,
            ):
                browser = Browser(socket)
                listening = asyncio.create_task(browser.listen())
                try:
                    yield browser
                    with contextlib.suppress(Exception):
                        await browser.call("Browser.close")
                finally:
                    listening.cancel()
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await process.wait()
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _address(file: Path) -> tuple[int, str]:
    async with asyncio.timeout(_START_S):
        while True:
            with contextlib.suppress(OSError, ValueError):
                port, path = file.read_text(encoding="ascii").split("\n")  # noqa: ASYNC240
                return int(port), path.strip()
            await asyncio.sleep(0.05)
