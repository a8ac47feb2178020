"""One demo for all stories of a test worker: the real command, as a process of its own."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient

from tests import local
from tests.anytime import SETTING
from tests.server import free_port
from tests.story.world import World, until

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0
COMMAND = "from cli import main; main()"
PACE = {
    "REPLY_HOLD_SECONDS": "1",
    "COLLISION_SECONDS": "0",
    "HTTP_TIMEOUT_SECONDS": "1",
    "LOOK_SECONDS": "0,0.3,0.6",
}


@pytest.fixture(scope="session")
def world(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """`threadline demo` without its seed, from start to Ctrl-C."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    name = f"story_{uuid.uuid4().hex[:12]}"
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        # The demo tells its own stories only to an empty house.
        client[name]["contacts"].insert_one({"firstName": "Jane", "phone": "+17605559999"})
        process = _start(folder, port, mongodb_uri.replace("/?", f"/{name}?"))
        base = f"http://127.0.0.1:{port}"
        try:
            with local.client(base_url=f"{base}/sandbox") as http:
                until(lambda: _answers(http, process), "the demo's first answer", START_SECONDS)
                secret = (folder / "data" / "api_token").read_text().strip()
                yield World(base, f"tl_{secret}", http)
                # Slack would have refused what is written down there.
                assert http.get("/complaints").json()["complaints"] == []
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_SECONDS)
            client.drop_database(name)


def _start(folder: Path, port: int, uri: str) -> subprocess.Popen[bytes]:
    """In a folder without `.env`, with nothing of the developer's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = {"PORT": str(port), "MONGODB_URI": uri, "THREADLINE_DATA": str(folder / "data")}
    with (folder / "demo.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "demo"],
            cwd=folder,
            env=kept | PACE | SETTING | settings | {"PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )


def _answers(http: httpx2.Client, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the demo ended at once: see demo.log"
    try:
        return http.get("/faults").is_success
    except httpx2.ConnectError:
        return False
