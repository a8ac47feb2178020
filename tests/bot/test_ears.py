"""What Slack tells, and what only looks like it, is noted once a minute."""

import time
from typing import Any

from pymongo.database import Database
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.routing import Route

from bot import asgi
from bot.ears import Ears
from bot.views import health
from domain.services.operation import hearing
from domain.values import Point
from tests import local
from tests.clock import NOON, FakeClock
from tests.conftest import Serve

SECRET = "signing-secret"
BODY = b'{"type": "url_verification", "challenge": "c"}'


async def passed() -> str:
    """The listener."""
    return "done"


async def test_what_comes_is_noted_at_most_once_a_minute(
    db: Database[Any], clock: FakeClock
) -> None:
    ears = Ears(clock)
    for seconds in (0, 30, 29):
        clock.advance(seconds=seconds)
        assert await ears.hear(passed) == "done"
    known = hearing.of(hearing.SLACK)
    assert known
    assert (known.heard_at, known.refused_at) == (NOON, None)
    clock.advance(seconds=1)
    await ears.hear(passed)
    await ears.refuse()
    known = hearing.of(hearing.SLACK)
    assert known
    assert (known.heard_at, known.refused_at) == (clock.now(), clock.now())


def test_a_wrong_signature_is_noted_and_noise_is_not(
    db: Database[Any], clock: FakeClock, serve: Serve
) -> None:
    receive = asgi.endpoint(AsyncApp(signing_secret=SECRET, token="xoxb-1"), SECRET, Ears(clock))
    url = serve(Starlette(routes=[Route(asgi.PATH, receive, methods=["POST"])])) + asgi.PATH
    assert local.post(url, content=BODY).status_code == 401
    assert hearing.of(hearing.SLACK) is None
    headers = signed("another-secret")
    assert local.post(url, content=BODY, headers=headers).status_code == 401
    known = hearing.of(hearing.SLACK)
    assert known
    assert (known.heard_at, known.refused_at) == (None, NOON)


def signed(secret: str) -> dict[str, str]:
    """As Slack signs."""
    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=BODY) or ""
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


def test_the_home_says_first_what_is_wrong_and_when_it_was_looked_at() -> None:
    points = [
        Point("mongodb", "ok", "It answers."),
        Point("public_url", "failed", "Nobody answers.", "Start it.", NOON),
        Point("media", "ok", "Files can be kept.", None, NOON),
    ]
    first, _, bad, well = health.blocks(points, admin=True)
    assert "Something is wrong" in first["text"]["text"]
    assert "*Do this:* Start it." in bad["text"]["text"]
    assert f"<!date^{int(NOON.timestamp())}^" in bad["text"]["text"]
    assert len(well["text"]["text"].splitlines()) == 2
    plain = health.blocks(points, admin=False)
    assert "Customers' texts do not come in." in str(plain)
    assert "Start it." not in str(plain)
