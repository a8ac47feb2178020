"""HTTP clients for servers on this machine: no certificates to read, patience when it is busy."""

import ssl
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import httpx2

PATIENCE = 60.0
"""Seconds for an answer that must come: a machine that stalls is no reason to fail."""
PATIENT = 20.0
"""So many times as long as usual may a listener wait for the chat."""


@cache
def unread() -> ssl.SSLContext:
    """Trusts nobody: to read all the world's certificates takes longer than most tests."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _options(given: dict[str, Any]) -> dict[str, Any]:
    return {"timeout": PATIENCE, "trust_env": False, "verify": unread()} | given


def client(**options: Any) -> httpx2.Client:
    """A client whose connections stay; `options` as `httpx2.Client` has them."""
    return httpx2.Client(**_options(options))


def async_client(**options: Any) -> httpx2.AsyncClient:
    """The same for an event loop."""
    return httpx2.AsyncClient(**_options(options))


def get(url: str, **options: Any) -> httpx2.Response:
    """One GET on a connection of its own."""
    return httpx2.get(url, **_options(options))


def stream(verb: str, url: str, **options: Any) -> AbstractContextManager[httpx2.Response]:
    """One request whose answer is read as it comes."""
    return httpx2.stream(verb, url, **_options(options))


def post(url: str, **options: Any) -> httpx2.Response:
    """One POST on a connection of its own."""
    return httpx2.post(url, **_options(options))
