"""A real browser, driven over its debugging socket."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests import local

PATIENCE_SECONDS = local.PATIENCE
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
]


def program() -> str | None:
    """Where a browser is, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@dataclass
class Tab:
    """One page in the browser, and what it complained of."""

    socket: ClientConnection
    complaints: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    async def call(self, method: str, **params: Any) -> Any:
        """One command of the debugging protocol and its result."""
        number = next(self.numbers)
        await self.socket.send(
            orjson.dumps({"id": number, "method": method, "params": params}).decode()
        )
        while True:
            said = orjson.loads(await self.socket.recv())
            if said.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(str(said["params"]))
            if said.get("id") == number:
                return said.get("result", {})

    async def open(self, url: str, width: int = 1400, height: int = 900) -> None:
        """Show a page in a window of that size."""
        for domain in ("Runtime", "Log", "Page"):
            await self.call(f"{domain}.enable")
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **screen)
        await self.call("Page.navigate", url=url)
        await self.until("document.getElementById('live')?.dataset.state === 'live'")

    async def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        result = await self.call("Runtime.evaluate", **asked)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until an expression is true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (value := await self.run(script)):
                await asyncio.sleep(0.05)
            return value

    async def type(self, element: str, words: str) -> None:
        """Put words into a field and send its form."""
        target = f"document.getElementById({orjson.dumps(element).decode()})"
        await self.run(f"{target}.value = {orjson.dumps(words).decode()}")
        await self.run(f"{target}.form.requestSubmit()")

    async def press(self, words: str, within: str = "body") -> None:
        """Click the button that says so, as soon as there is one."""
        said = f"one.textContent.startsWith({orjson.dumps(words).decode()})"
        target = f"[...document.querySelectorAll('{within} button')].find((one) => {said})"
        await self.until(f"Boolean({target})")
        await self.run(f"{target}.click()")

    async def write(self, selector: str, words: str) -> None:
        """Put the cursor into a field and type, as a keyboard would."""
        target = f"document.querySelector({orjson.dumps(selector).decode()})"
        await self.until(f"Boolean({target})")
        await self.run(f"{target}.focus()")
        await self.call("Input.insertText", text=words)

    async def key(self, name: str) -> None:
        """Press a key that writes nothing."""
        code = {"Enter": 13, "Escape": 27, "ArrowDown": 40}[name]
        for kind in ("rawKeyDown", "keyUp"):
            about = {"key": name, "code": name, "windowsVirtualKeyCode": code}
            await self.call("Input.dispatchKeyEvent", type=kind, **about)

    async def click(self, selector: str) -> None:
        """Click the first element that fits, as soon as there is one."""
        target = f"document.querySelector({orjson.dumps(selector).decode()})"
        await self.until(f"Boolean({target})")
        await self.run(f"{target}.click()")


@contextmanager
def browser(executable: str) -> Iterator[str]:
    """A running browser, gone at the end with all it wrote; the base URL of its controls."""
    folder = Path(tempfile.mkdtemp(prefix="threadline-browser-"))
    command = [executable, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as running:
        try:
            yield f"http://127.0.0.1:{_port(folder)}"
        finally:
            running.terminate()
            running.wait()
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def tab_of(controls: str) -> AsyncIterator[Tab]:
    """An empty tab of its own, closed at the end."""
    async with local.async_client(base_url=controls) as http:
        made = (await http.put("/json/new?about:blank")).json()
        async with connect(made["webSocketDebuggerUrl"], max_size=None) as socket:
            yield Tab(socket)
        await http.get(f"/json/close/{made['id']}")


def _port(folder: Path) -> str:
    """The port of the browser's controls, as soon as it has written it down."""
    said, end = folder / "DevToolsActivePort", time.monotonic() + PATIENCE_SECONDS
    while not (said.exists() and said.read_text()):
        if time.monotonic() > end:
            raise TimeoutError("the browser did not start")
        time.sleep(0.05)
    return said.read_text().split()[0]
