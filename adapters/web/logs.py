"""Structured logs that carry ids: never message bodies, full numbers or secrets."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import orjson
import structlog

Event = MutableMapping[str, Any]

HIDDEN_KEYS = frozenset(
    {"authorization", "body", "cookie", "form", "password", "secret", "text", "token"}
)
NUMBER = re.compile(r"(\+|%2B)[1-9][0-9]{4,12}(?=[0-9]{2})", re.IGNORECASE)
SECRET = re.compile(r"\b(xox[a-z]-|xapp-|Bearer |Basic )[^\s\"']+")
USERINFO = re.compile(r"//[^/@\s]+@")
LINK = re.compile(r"(/files/|/l/)[^\s\"']+")  # whoever has the address has what it leads to
FRAMES = 8
OURS = ("adapters", "app", "bot", "cli", "domain", "graph")
NOISY = ("httpx2", "httpcore2", "slack_bolt", "slack_sdk")  # a line for every call


def configure(*, json: bool, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send everything, the libraries' records too, through one formatter to `stream` (stderr).

    `level` is for our own records; those of libraries below INFO hold what must not be written.
    """
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(json=json))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.INFO))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def _shared() -> list[structlog.types.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(*, json: bool) -> logging.Formatter:
    last: structlog.types.Processor = (
        structlog.processors.JSONRenderer(serializer=_dumps)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            first_line,
            place_of_failure,
            hide,
            last,
        ],
    )


def _dumps(event: Event, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def first_line(_: Any, __: str, event: Event) -> Event:
    """Of several lines only the first: asyncio's others quote exceptions, which quote people."""
    said = event.get("event")
    if isinstance(said, str) and "\n" in said.strip():
        event["event"] = said.strip().splitlines()[0]
    return event


def place_of_failure(_: Any, __: str, event: Event) -> Event:
    """Replace an exception by its kind and its last frames: its own text may quote a customer."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["error"] = type(error).__name__
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def hide(_: Any, __: str, event: Event) -> Event:
    """Blank what must not be written: by the key's name, or by the look of the value."""
    for key, value in event.items():
        event[key] = "[hidden]" if key.lower() in HIDDEN_KEYS else _masked(value)
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        value = SECRET.sub(r"\1[hidden]", NUMBER.sub(r"\1…", value))
        return LINK.sub(r"\1[hidden]", USERINFO.sub("//[hidden]@", value))
    if isinstance(value, dict):
        return dict(hide(None, "", dict(value)))
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value
