"""The product on a still clock: its web side over HTTP, its worker, a sandbox carrier."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from adapters.worker.dispatching import Dispatcher
from domain.model import Campaign, Message, Recipient, Thread
from domain.policy import Timing
from tests.adapters.twilio.hooks import Twilio, text
from tests.clock import FakeClock
from tests.graph.desk import OURS, Program
from tests.oracle.carrier import Books, Fragile, Killed

TIMING = Timing(call=timedelta(seconds=5))
TURNS = 200
ANSWER = "{ __typename ... on Message { id status } ... on Problem { code message } }"
SEND = f"mutation($input: SendMessageInput!) {{ sendMessage(input: $input) {ANSWER} }}"
RECORD = """mutation($id: ID!, $input: ConsentInput!) { recordConsent(contactId: $id, input: $input)
  { __typename ... on Problem { code message } } }"""
UPDATE = """mutation($id: ID!, $on: Boolean!) { updateContact(id: $id, input: {doNotCall: $on})
  { __typename ... on Problem { code message } } }"""
CREATE = """mutation($input: CreateContactInput!) { createContact(input: $input)
  { __typename ... on Contact { id } ... on Problem { code message } } }"""
DECIDE = """mutation($id: ID!, $leaves: Boolean!) { decideRevocation(threadId: $id, optOut: $leaves)
  { __typename ... on Problem { code message } } }"""
CAMPAIGN = "{ __typename ... on Campaign { id } ... on Problem { code message } }"
PLAN = f"mutation($input: CampaignInput!) {{ createCampaign(input: $input) {CAMPAIGN} }}"
START = f"mutation($id: ID!) {{ startCampaign(id: $id) {CAMPAIGN} }}"

T = TypeVar("T")
Answer = dict[str, Any]
Hand = Callable[[], Awaitable[bool]]


@dataclass
class Product:
    """What people and programs do to it, and what its worker then does.

    `hands` are the worker's other lanes: each does what is due first and says whether there was
    anything.
    """

    clock: FakeClock
    api: Program
    twilio: Twilio
    fragile: Fragile
    books: Books
    dispatcher: Dispatcher
    hands: tuple[Hand, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)

    def write_in(self, phone: str, body: str, **fields: str) -> None:
        """Their text arrives."""
        assert self.twilio.text(text(body, From=phone, To=OURS, **fields)).status_code == 200

    def meet(self, phone: str, said: dict[str, Any]) -> None:
        """A contact is made of them."""
        usual = {"firstName": "Some", "lastName": "Body", "phone": phone}
        self.ids[phone] = self.api.do(CREATE, input=usual | said)["id"]

    def send(self, phone: str, body: str, **wish: Any) -> Answer:
        """A program asks for a text."""
        answer: Answer = self.api.do(SEND, input={"to": phone, "body": body} | wish)
        return answer

    def record(self, phone: str, **said: Any) -> Answer:
        """A program records what they said."""
        answer: Answer = self.api.do(RECORD, id=self.ids[phone], input=said)
        return answer

    def announce(self, phones: Sequence[str], body: str, per_minute: int) -> None:
        """A program starts a campaign."""
        plan = {
            "name": body,
            "audience": {"contactIds": [self.ids[phone] for phone in phones]},
            "body": body,
            "perMinute": per_minute,
        }
        made = self.api.do(PLAN, input=plan)
        assert made["__typename"] == "Campaign", made
        begun = self.api.do(START, id=made["id"])
        assert begun["__typename"] == "Campaign", begun

    def do_not_call(self, phone: str, on: bool) -> None:
        """A program sets the flag."""
        answer = self.api.do(UPDATE, id=self.ids[phone], on=on)
        assert answer["__typename"] == "Contact", answer

    def decide(self, phone: str, *, leaves: bool) -> None:
        """A program says what a text meant."""
        thread = Thread.objects(phone=phone).get()
        answer = self.api.do(DECIDE, id=str(thread.id), leaves=leaves)
        assert answer["__typename"] == "Thread", answer

    def fate(self, body: str) -> str:
        """What became of a text, for whoever reads a failure."""
        found = Message.objects(body__startswith=body).first()
        if found is None:
            campaign = Campaign.objects(body=body).get()
            left = Recipient.objects(campaign_id=campaign.id)
            return f"{campaign.to_mongo()} {[one.to_mongo() for one in left]}"
        said = [(one.at, one.reasons, one.earliest) for one in found.decisions]
        return f"{found.status} {found.dispatch.to_mongo() if found.dispatch else None} {said}"

    async def work(self) -> None:
        """All that is due now, by whoever is there; a killed worker is replaced at once."""
        for _ in range(TURNS):
            done = [await hand() for hand in (self._dispatch, *self.hands)]
            if not any(done):
                return
        raise AssertionError(f"the worker never comes to an end: {done} {self._due()}")

    def _due(self) -> list[str]:
        """What a worker would take up now, for whoever reads a failure."""
        due = Message.objects(dispatch__due_at__lte=self.clock.now())
        return [f"{one.to}: {self.fate(one.body)}" for one in due]

    async def _dispatch(self) -> bool:
        claim = await asyncio.to_thread(self.dispatcher.claim)
        if claim is None:
            return False
        with suppress(Killed):
            await self.dispatcher.carry_out(claim)
        return True


def worked(
    claim: Callable[[], T | None], carry_out: Callable[[T], Awaitable[None]] | None = None
) -> Hand:
    """A lane's hand; where there is nothing to carry out, claiming is all that there is to do."""

    async def hand() -> bool:
        held = await asyncio.to_thread(claim)
        if held is not None and carry_out:
            await carry_out(held)
        return held is not None

    return hand
