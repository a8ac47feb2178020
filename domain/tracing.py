"""What belongs together in the logs of all processes: one trace from a webhook to the callback.

A trace begins with the request that causes a text and is kept on the text (`Message.trace`), so
that whoever works on it later goes on under the same one. A request's is 32 hexadecimal digits, as
W3C Trace Context has them; a campaign's texts share the campaign's id.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID, uuid4

from structlog.contextvars import (
    bind_contextvars,
    bound_contextvars,
    get_contextvars,
    unbind_contextvars,
)

TRACE = "trace"
PARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
"""A `traceparent`: version, trace, the caller's span, flags."""
REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""Anything else could be a number or a name, which must not come into the logs."""


def begun(headers: Mapping[str, str] | None = None) -> str:
    """The trace that a request names by `traceparent` or `X-Request-Id`; else a new one."""
    given = headers or {}
    if parent := PARENT.fullmatch(given.get("traceparent", "")):
        return parent[1]
    named = given.get("x-request-id", "")
    return UUID(named).hex if REQUEST_ID.fullmatch(named) else uuid4().hex


def current() -> str | None:
    """The trace under which this is done; None outside of any."""
    found = get_contextvars().get(TRACE)
    return found if isinstance(found, str) else None


@contextmanager
def traced(trace: str | None) -> Iterator[None]:
    """All that is logged or committed inside belongs to that trace; None leaves it as it is."""
    if trace is None:
        yield
        return
    with bound_contextvars(**{TRACE: trace}):
        yield


def follow(trace: str | None) -> None:
    """What this task does from now on belongs to that trace, or to none."""
    if trace is None:
        unbind_contextvars(TRACE)
    else:
        bind_contextvars(**{TRACE: trace})
