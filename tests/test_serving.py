"""A web process that leaves: it says so, serves on for a moment, and keeps no connection."""

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette

from adapters.web import health
from cli.serving import Limit, Server, parting
from tests import local

AN_HOUR = 3_600.0


@dataclass
class Site:
    """A server in a thread, which drains for an hour unless it is hurried."""

    server: Server
    thread: threading.Thread
    http: httpx2.Client
    hung_up: threading.Event

    def told(self, number: signal.Signals) -> None:
        self.server.handle_exit(number, None)

    def ready(self) -> httpx2.Response:
        return self.http.get("/readyz")


@pytest.fixture
def site() -> Iterator[Site]:
    """One that is ready."""
    leaving, hung_up = asyncio.Event(), threading.Event()
    app = parting(Starlette(routes=health.routes({}, leaving.is_set)), leaving)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
    server = Server(config, leaving, [hung_up.set], AN_HOUR, Limit(AN_HOUR))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    with local.client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as http:
        yield Site(server, thread, http, hung_up)
    server.force_exit = server.should_exit = True
    thread.join(local.PATIENCE)


def until_leaving(site: Site) -> httpx2.Response:
    """The first answer that says so: a signal is noticed within a moment."""
    deadline = monotonic() + local.PATIENCE
    while (answer := site.ready()).status_code == 200:
        assert monotonic() < deadline
    return answer


def test_who_is_to_leave_says_so_and_goes_on_serving(site: Site) -> None:
    assert site.ready().headers.get("connection") is None
    site.told(signal.SIGTERM)
    answer = until_leaving(site)
    assert (answer.status_code, answer.json()["status"]) == (503, "leaving")
    assert answer.headers["connection"] == "close"  # the next request goes where somebody stays
    alive = site.http.get("/healthz")  # on a new connection
    assert (alive.status_code, alive.headers["connection"]) == (200, "close")
    assert not site.hung_up.is_set()


def test_whoever_is_in_a_hurry_need_not_wait(site: Site) -> None:
    site.ready()
    site.told(signal.SIGTERM)
    until_leaving(site)
    site.told(signal.SIGINT)
    site.thread.join(local.PATIENCE)
    assert not site.thread.is_alive()
    assert site.hung_up.is_set()


def test_ctrl_c_does_not_drain(site: Site) -> None:
    site.ready()
    site.told(signal.SIGINT)
    site.thread.join(local.PATIENCE)
    assert not site.thread.is_alive()
    assert site.hung_up.is_set()
