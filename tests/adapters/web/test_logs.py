"""What the logs say, and above all what they do not."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapters.web import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the configured logs go; logging is put back as it was."""
    root = logging.getLogger()
    before = (root.handlers, root.level)
    written = io.StringIO()
    logs.configure(json=True, stream=written)
    yield written
    root.handlers, root.level = before
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_its_ids(stream: io.StringIO) -> None:
    structlog.get_logger("worker").info("dispatch.sent", message_id="65f0", sid="SM1")
    (line,) = lines(stream)
    assert line["event"] == "dispatch.sent"
    assert (line["message_id"], line["sid"], line["level"]) == ("65f0", "SM1", "info")
    assert line["timestamp"].endswith("Z")


def test_context_is_added_to_every_event(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger().info("a")
    assert lines(stream)[0]["request_id"] == "r1"


def test_records_of_libraries_take_the_same_way(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("closed by %s", "+17605551234")
    (line,) = lines(stream)
    assert (line["event"], line["logger"]) == ("closed by +…34", "uvicorn.error")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("to +17605551234 now", "to +…34 now"),
        ("To=%2B17605551234&", "To=%2B…34&"),
        ("xoxb-12-34-abcdef failed", "xoxb-[hidden] failed"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [hidden]"),
        ("mongodb://jane:s3cret@host/x", "mongodb://[hidden]@host/x"),
        ("SM0123456789abcdef0123456789abcdef", "SM0123456789abcdef0123456789abcdef"),
        ("1700000000.123456", "1700000000.123456"),
        (["+17605551234"], ["+…34"]),
        ({"text": "hello", "id": 7}, {"text": "[hidden]", "id": 7}),
    ],
)
def test_numbers_and_secrets_are_masked_and_ids_are_not(
    stream: io.StringIO, value: object, written: object
) -> None:
    structlog.get_logger().info("event", detail=value)
    assert lines(stream)[0]["detail"] == written


@pytest.mark.parametrize("key", ["body", "Text", "token", "Authorization", "form"])
def test_a_telling_key_is_hidden_whatever_it_holds(stream: io.StringIO, key: str) -> None:
    structlog.get_logger().info("event", **{key: "Hi Jane"})
    assert lines(stream)[0][key] == "[hidden]"


def test_an_exception_is_told_by_kind_and_place_not_by_its_text(stream: io.StringIO) -> None:
    try:
        raise ValueError("Jane wrote: call me")
    except ValueError:
        logging.getLogger("lib").exception("failed")
    (line,) = lines(stream)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["at"][-1]
    assert "Jane" not in stream.getvalue()


def test_details_below_the_level_are_not_written(stream: io.StringIO) -> None:
    logging.getLogger("lib").debug("chatter")
    structlog.get_logger().debug("chatter")
    assert lines(stream) == []


TALK = """
import sys, structlog
from adapters.web import logs
logs.configure(json=True)
for number in range(200):
    structlog.get_logger().info("event", number=number)
sys.stdout.write("alive")
sys.stdout.flush()
"""


@pytest.mark.parametrize("target", ["full", "closed"])
def test_a_log_that_takes_nothing_does_not_end_the_process(target: str) -> None:
    read, write = os.pipe()
    os.close(read)
    with Path("/dev/full").open("wb") as full, os.fdopen(write, "wb") as closed:
        ended = subprocess.run(
            [sys.executable, "-c", TALK],
            stdout=subprocess.PIPE,
            stderr=full if target == "full" else closed,
            check=False,
        )
    assert ended.stdout == b"alive"
    assert ended.returncode == 0
