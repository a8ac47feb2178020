"""The demo begins with people, and with conversations in which each waits for the other."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from adapters import robots, seed
from adapters.sandbox.slack.people import DANA, PRIYA, SAM
from adapters.seed import GUESTS, Guest
from domain.model import Contact
from domain.rules.hours import Hours, find
from domain.rules.phone import describe
from domain.rules.replying.autoreply import choose
from domain.services import numbers
from domain.services.automation import hours, replies
from tests.clock import NOON
from tests.conftest import Serve
from tests.domain.build import POLICY


def test_only_a_database_without_people_is_seeded(db: Database[Any]) -> None:
    assert seed.is_needed()
    assert seed.people(NOON) == len(GUESTS)
    assert not seed.is_needed()


def test_the_people_are_stored_with_all_that_is_told_of_them(db: Database[Any]) -> None:
    seed.people(NOON)
    jane: Contact = Contact.objects(phone="+17605550101").get()
    assert (jane.name, jane.status, jane.source) == ("Jane Doe", "qualified", "demo")
    assert jane.tags == ["buyer", "first home"]
    assert jane.address is not None
    assert (jane.address.city, jane.email) == ("Carlsbad", "doe@example.com")
    assert Contact.objects.count() == len(GUESTS)


def test_those_who_agreed_have_said_so_in_the_ledger(db: Database[Any]) -> None:
    seed.people(NOON)
    agreed = {guest.phone for guest in GUESTS if guest.opted_in}
    assert {guest.phone for guest in GUESTS if numbers.state_of(guest.phone).opted_in} == agreed
    assert {one.phone for one in Contact.objects(preferences__sms_opt_in=True)} == agreed
    assert db["ledger"].count_documents({}) == len(agreed)


@pytest.mark.parametrize("month", [1, 7])
def test_it_is_day_for_them_at_whatever_hour_the_demo_starts(month: int) -> None:
    start = NOON.replace(month=month)
    for minutes in range(0, 24 * 60, 20):
        now = start + timedelta(minutes=minutes)
        them = Hours(place=find(GUESTS[0].phone, seed.daylight(now), "CA"))
        assert {them.ordinary(now + timedelta(hours=hour)).refusal for hour in (0, 2)} == {None}
        assert them.advertising(now).at == now


@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest.first)
def test_nobody_of_the_demo_exists(guest: Guest) -> None:
    fictional = guest.phone[5:].startswith("5550") or guest.phone.startswith("+15005")
    assert fictional
    assert describe(guest.phone).e164 == guest.phone or guest.phone.startswith("+1500")


def test_everybody_has_a_number_of_their_own() -> None:
    assert len({guest.phone for guest in GUESTS}) == len(GUESTS)


def test_the_customer_begins_and_the_agents_are_the_sandboxs() -> None:
    speakers = {who for guest in GUESTS for who, _ in guest.lines if who}
    assert {guest.lines[0][0] for guest in GUESTS if guest.lines} == {None}
    assert speakers <= {DANA.id, SAM.id, PRIYA.id}


@dataclass
class Town:
    """A sandbox that shows each thing only when it is looked at for the second time."""

    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    looks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    broken: str = ""

    async def text(self, request: Request) -> Response:
        """A customer writes."""
        told = await request.json()
        if told["from"] == self.broken:
            return Response(status_code=500)
        self.said[told["from"]].append(told["body"])
        return JSONResponse({"sid": "SM1"})

    async def slack(self, _: Request) -> Response:
        """The channels, one a customer."""
        channels = [
            {"id": f"C{phone}", "topic": f"Texts with {phone}", "messages": self._shown(phone)}
            for phone in tuple(self.said)
        ]
        return JSONResponse({"channels": channels})

    def _shown(self, phone: str) -> list[dict[str, str]]:
        self.looks[phone] += 1
        ready = len(self.said[phone]) if self.looks[phone] % 2 == 0 else 0
        return [{"text": body} for body in self.said[phone][:ready]]

    async def answer(self, request: Request) -> Response:
        """An agent writes."""
        told = await request.json()
        self.said[told["channel"].removeprefix("C")].append(told["text"])
        return JSONResponse({"ok": True})

    async def texts(self, request: Request) -> Response:
        """What the carrier has."""
        phone = request.query_params.get("phone", "")
        self.looks[f"texts {phone}"] += 1
        status = "delivered" if self.looks[f"texts {phone}"] % 2 == 0 else "sent"
        texts = [{"body": body, "status": status} for body in self.said.get(phone, [])]
        return JSONResponse({"texts": texts})

    def routes(self) -> list[Route]:
        """The scripts that the conversations use."""
        return [
            Route("/texts", self.text, methods=["POST"]),
            Route("/texts", self.texts, methods=["GET"]),
            Route("/slack", self.slack, methods=["GET"]),
            Route("/slack/messages", self.answer, methods=["POST"]),
        ]


@pytest.fixture
def town() -> Town:
    return Town()


async def test_everybody_says_their_lines_in_order(town: Town, serve: Serve) -> None:
    await seed.conversations(serve(Starlette(routes=town.routes())))
    expected = {guest.phone: [text for _, text in guest.lines] for guest in GUESTS if guest.lines}
    assert town.said == expected


async def test_a_conversation_that_breaks_off_does_not_end_the_others(
    town: Town, serve: Serve
) -> None:
    town.broken = GUESTS[0].phone
    with capture_logs() as logs:
        await seed.conversations(serve(Starlette(routes=town.routes())))
    talkers = {guest.phone for guest in GUESTS if guest.lines}
    assert set(town.said) == talkers - {town.broken}
    assert [one["event"] for one in logs] == ["seed.incomplete"]


def test_the_demo_has_rules_to_try_that_answer_nobody_of_it_unasked(db: Database[Any]) -> None:
    seed.begin(NOON, POLICY)
    assert robots.answers(NOON, "America/New_York", POLICY) == len(replies.listed())
    assert hours.business_hours(POLICY).away_body is None
    said = [text for guest in GUESTS for who, text in guest.lines if who is None]
    assert said
    assert not any(choose(replies.active(), text, opened=True) for text in said)
    assert choose(replies.active(), "Hours?", opened=False)
