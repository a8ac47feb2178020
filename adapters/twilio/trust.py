"""Whom our calls to Twilio believe."""

import ssl
from functools import cache

import httpx2


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that are believed, read once for all clients: that takes a while."""
    return httpx2.create_ssl_context()
