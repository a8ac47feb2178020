"""Arguments that nobody sends on purpose: refused in words, never a server error."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from adapters.sandbox import SandboxConfig, create
from adapters.sandbox.slack import (
    conversations,
    directory,
    history,
    membership,
    messages,
    reactions,
)

METHODS = sorted(
    {
        **conversations.METHODS,
        **directory.METHODS,
        **history.METHODS,
        **membership.METHODS,
        **messages.METHODS,
        **reactions.METHODS,
        **dict.fromkeys(
            ["files.getUploadURLExternal", "files.completeUploadExternal", "files.info"]
        ),
        **dict.fromkeys(["views.open", "views.push", "views.update", "views.publish"]),
    }
)
NAMES = [
    "channel",
    "users",
    "user",
    "name",
    "text",
    "ts",
    "timestamp",
    "thread_ts",
    "blocks",
    "metadata",
    "attachments",
    "view",
    "view_id",
    "trigger_id",
    "files",
    "file",
    "filename",
    "length",
    "channel_id",
    "limit",
    "cursor",
    "oldest",
    "latest",
    "usergroup",
    "email",
    "topic",
    "purpose",
    "username",
    "user_id",
    "bot",
    "types",
    "message_ts",
]
GARBAGE: list[Any] = [None, 5, -1, 1.5, True, "", "x", "C0INBOX", [], ["x"], [[]], [5], {}]
GARBAGE += [{"type": "modal"}, {"type": 5}, [{"type": "section", "text": 5}], "\x00", "💥" * 50]
GARBAGE += [{"type": "modal", "title": 5, "blocks": [{"type": "actions", "elements": [5]}]}]
GARBAGE += [[{"type": "context", "elements": ["x"]}], {"type": "home", "blocks": [[]]}]


@pytest.fixture
async def inside() -> AsyncIterator[httpx2.AsyncClient]:
    """A client that calls the application itself; what it raises, the test raises."""
    config = SandboxConfig("http://127.0.0.1:9", "http://127.0.0.1", "AC1", "t", ("+17605550100",))
    transport = httpx2.ASGITransport(create(config))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("method", METHODS)
async def test_a_method_survives_any_argument(inside: httpx2.AsyncClient, method: str) -> None:
    headers = {"authorization": "Bearer xoxb-sandbox"}
    for value in GARBAGE:
        body = dict.fromkeys(NAMES, value)
        for known in (body, {**body, "channel": "C0INBOX", "user": "U0DANA"}):
            answer = await inside.post(f"/slack/api/{method}", json=known, headers=headers)
            assert answer.status_code == 200, (value, answer.text)
            assert isinstance(answer.json()["ok"], bool)


ROUTES = [
    ("POST", "/texts"),
    ("PUT", "/faults"),
    ("POST", "/faults"),
    ("PUT", "/network"),
    ("PUT", "/speed"),
    ("PUT", "/limits"),
    ("POST", "/slack/messages"),
    ("PUT", "/slack/messages/C0INBOX/1.1"),
    ("POST", "/slack/reactions"),
    ("POST", "/slack/members"),
    ("POST", "/slack/commands"),
    ("POST", "/slack/actions"),
    ("POST", "/slack/suggestions"),
    ("POST", "/slack/shortcuts"),
    ("POST", "/slack/views/V0NONE"),
    ("POST", "/slack/home"),
]
FIELDS = [
    "from",
    "to",
    "body",
    "mediaUrls",
    "messageSid",
    "serviceSid",
    "channel",
    "user",
    "text",
    "thread_ts",
    "files",
    "ts",
    "name",
    "command",
    "action_id",
    "value",
    "view",
    "callback_id",
    "state",
    "rules",
    "method",
    "action",
    "match",
    "times",
    "step",
    "retries",
    "slack",
    "twilio",
    "tiers",
    "methods",
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_script_route_survives_any_body(
    inside: httpx2.AsyncClient, method: str, path: str
) -> None:
    for value in GARBAGE:
        for body in (value, dict.fromkeys(FIELDS, value)):
            answer = await inside.request(method, path, json=body)
            assert answer.status_code < 500, (body, answer.text)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"null", b'"x"', b"[" * 2000])
async def test_a_body_that_is_no_object_is_refused(
    inside: httpx2.AsyncClient, content: bytes
) -> None:
    for method, path in ROUTES:
        answer = await inside.request(method, path, content=content)
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"]
