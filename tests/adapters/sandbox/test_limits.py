"""Slack's rate limits, when they are turned on."""

from dataclasses import dataclass

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.slack.limits import Limits
from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.town import Town


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    present: float = 1000.0

    def __call__(self) -> float:
        return self.present


def limits(**wanted: object) -> tuple[Limits, Clock]:
    """Limits in force, and their clock."""
    clock = Clock()
    made = Limits(clock)
    made.change(wanted)
    return made, clock


def test_nothing_is_limited_until_it_is_turned_on() -> None:
    assert all(Limits(Clock()).wait("users.list", {}) is None for _ in range(500))


@pytest.mark.parametrize(
    ("method", "most"),
    [
        ("conversations.create", 20),
        ("reactions.remove", 20),
        ("pins.add", 20),
        ("pins.remove", 20),
        ("usergroups.users.list", 20),
        ("conversations.leave", 50),
        ("chat.delete", 50),
        ("reactions.add", 50),
        ("chat.update", 50),
        ("conversations.invite", 50),
        ("views.open", 100),
        ("views.publish", 100),
        ("users.info", 100),
        ("conversations.members", 100),
        ("chat.postEphemeral", 100),
    ],
)
def test_each_tier_has_its_number_a_minute(method: str, most: int) -> None:
    made, clock = limits()
    assert [made.wait(method, {}) for _ in range(most)] == [None] * most
    assert made.wait(method, {}) == 60
    clock.present += 60
    assert made.wait(method, {}) is None


def test_methods_are_counted_apart() -> None:
    made, _ = limits(tiers={"2": 1})
    assert made.wait("users.list", {}) is None
    assert made.wait("users.list", {}) == 60
    assert made.wait("pins.add", {}) is None


def test_posts_are_limited_by_channel_in_bursts() -> None:
    made, clock = limits()
    post = "chat.postMessage"
    assert [made.wait(post, {"channel": "C1"}) for _ in range(6)] == [None] * 5 + [5]
    assert made.wait(post, {"channel": "C2"}) is None
    clock.present += 5
    assert made.wait(post, {"channel": "C1"}) is None


def test_one_method_can_have_a_limit_of_its_own() -> None:
    made, _ = limits(methods={"chat.postMessage": 1})
    assert made.wait("chat.postMessage", {"channel": "C1"}) is None
    assert made.wait("chat.postMessage", {"channel": "C2"}) == 60


def test_the_wait_grows_shorter() -> None:
    made, clock = limits(methods={"users.list": 1})
    made.wait("users.list", {})
    clock.present += 45.5
    assert made.wait("users.list", {}) == 15


async def test_a_call_too_many_is_answered_429(here: Town, slack: AsyncWebClient) -> None:
    await here.put("/limits", {"methods": {"auth.test": 1}})
    await slack.auth_test()
    assert await error_of(slack.auth_test()) == "ratelimited"
    answer = await here.http.post("/slack/api/auth.test", data={"token": "xoxb-sandbox"})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60


async def test_limits_can_be_turned_off(here: Town, slack: AsyncWebClient) -> None:
    await here.put("/limits", {"methods": {"auth.test": 1}})
    shown = await here.put("/limits", {"enabled": False})
    assert shown["enabled"] is False
    assert await here.get("/limits") == shown
    for _ in range(3):
        assert (await slack.auth_test())["ok"]


@pytest.mark.parametrize(
    "body",
    [{"tiers": {"9": 1}}, {"tiers": {"2": 0}}, {"tiers": 5}, {"methods": {"x": "y"}}],
)
async def test_a_limit_that_makes_no_sense_is_refused(here: Town, body: object) -> None:
    assert (await here.refused("PUT", "/limits", body))[0] == 400
    assert not (await here.get("/limits"))["enabled"]
