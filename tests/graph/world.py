"""A small world in which every operation of the API has something to work on."""

from datetime import timedelta
from typing import Any

from mongoengine.connection import get_db

from domain.model import Agent, Author, Campaign, Slot
from domain.services import tokens
from domain.services.automation import replies, templates
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.planning.drafting import Plan
from domain.services.campaigns.sending import steering
from tests.clock import NOON
from tests.graph.desk import POLICY, Program, answered, conversation, doubted, person, text

AGENT = "U0123"
LATER = NOON + timedelta(days=1)
AGREED = """mutation ($id: ID!) {
  recordConsent(contactId: $id, input: {
    action: OPT_IN, level: WRITTEN, method: API, wordingVersion: "consent-1" }) {
    __typename
  }
}"""
IMPORT = "mutation ($file: Upload!) { importContacts(csv: $file) { ... on Import { id } } }"
TABLE = b"first name,last name,phone\nAnn,Lee,7605550003\n"


def everything(*besides: str) -> dict[str, list[Any]]:
    """All documents by their collections; tokens without the time of their last use.

    Not what is written down of every try, also of one that does nothing: see test_audit.
    """
    database = get_db()
    besides = (*besides, "audit")
    names = [name for name in database.list_collection_names() if name not in besides]
    hidden = {"lastUsedAt": 0}
    return {
        name: found
        for name in names
        if (found := list(database[name].find({}, hidden).sort("_id", 1)))
    }


def campaign(name: str, contact_id: str) -> Campaign:
    """One in that state, to one person."""
    purpose = "informational" if name == "news" else "marketing"
    whom = Wish(contact_ids=(contact_id,))
    described = Plan(name, whom, "Hi {first_name}", key=name, purpose=purpose)
    made = drafting.create(described, Author(kind="token", key="t"), NOON, POLICY)
    if name in ("running", "paused"):
        made = steering.start(made.id, NOON)
    return steering.pause(made.id) if name == "paused" else made


def peopled(me: Program) -> dict[str, str]:
    """Make it; the ids by names. Ann has agreed to texts and has a thread, Bob has nothing."""
    ann, bob = person(first_name="Ann"), person("+17605550001", first_name="Bob")
    me.do(AGREED, id=str(ann.id))
    Agent(user_id=AGENT, team_id="T1", name="Alex", fetched_at=NOON).save()
    thread = doubted(conversation(ann, unread=1))
    due = {"dispatch": Slot(state="due", due_at=LATER), "send_at": LATER}
    made = {
        "ann": ann,
        "bob": bob,
        "thread": thread,
        "inbound": text(thread),
        "sent": answered(thread, minutes=1, twilio_sid="SM" + "1" * 32),
        "failed": answered(thread, minutes=2, status="failed"),
        "scheduled": answered(thread, minutes=3, status="scheduled", **due),
        "held": answered(thread, minutes=4, status="held", **due),
        "template": templates.create("Viewing", "Hi", True, Author(), NOON),
        "rule": replies.create(replies.Wish("Hours", ("hours",), "9 to 5."), NOON, POLICY),
        "token": tokens.create("Another", ["read"], NOON)[0],
    }
    made |= {name: campaign(name, str(ann.id)) for name in ("draft", "news", "running", "paused")}
    imported = me.send(IMPORT, TABLE).json()["data"]["importContacts"]["id"]
    ids = {name: str(one.id) for name, one in made.items()}
    return ids | {"import": imported, "agent": AGENT}
