"""A program that uses the API over real HTTP, and the people and texts that it finds there."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx2
from bson import ObjectId

from domain.model import Contact, Message, Thread
from domain.policy import Policy
from domain.rules.search import spoken
from domain.services import threads, tokens
from domain.services.desk import holding
from domain.services.people import contacts
from tests import local
from tests.clock import NOON

OURS = "+15550009999"
PUBLIC = "https://texts.example.com"
SECRET = "a secret of at least 32 characters"
POLICY = Policy(numbers=(OURS,), business_name="Cedar & Pine", secret=SECRET)


@cache
def http() -> httpx2.Client:
    """One client for all programs, as it keeps its connections; closed at the session's end."""
    return local.client()


@dataclass(frozen=True)
class Program:
    """One client with one token; `url` is the endpoint's own address."""

    url: str
    secret: str | None
    token_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}"} if self.secret else {}

    def post(self, query: str, **variables: Any) -> httpx2.Response:
        """The whole answer of one operation."""
        body = {"query": query, "variables": variables}
        return http().post(self.url, json=body, headers=self.headers)

    def send(self, query: str, content: bytes, name: str = "a.bin") -> httpx2.Response:
        """The whole answer of one operation whose variable `$file` is a file."""
        operations = json.dumps({"query": query, "variables": {"file": None}})
        parts: dict[str, Any] = {
            "operations": (None, operations),
            "map": (None, json.dumps({"0": ["variables.file"]})),
            "0": (name, content, "application/octet-stream"),
        }
        return http().post(self.url, files=parts, headers=self.headers)

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation that succeeds."""
        reply = self.post(query, **variables).json()
        assert "errors" not in reply, reply["errors"]
        return reply["data"]

    def refused(self, query: str, **variables: Any) -> dict[str, Any]:
        """The one error of an operation that fails as a whole."""
        reply = self.post(query, **variables).json()
        (error,) = reply["errors"]
        return dict(error)

    def do(self, mutation: str, **variables: Any) -> Any:
        """The result of the one mutation in it: a thing or a Problem."""
        (result,) = self.ask(mutation, **variables).values()
        return result


def program(url: str, *scopes: str, expires_at: datetime | None = None) -> Program:
    """A program with a fresh token of those scopes."""
    made, secret = tokens.create("Test program", scopes, NOON, expires_at)
    return Program(url, secret, str(made.id))


def person(phone: str = "+17605551234", minutes: int = 0, **fields: Any) -> Contact:
    """A contact made that many minutes after noon."""
    given = {"first_name": "Jane", "last_name": "Doe"} | fields
    return contacts.add(Contact(phone=phone, **given), NOON + timedelta(minutes=minutes))


def conversation(contact: Contact, minutes: int = 0, **fields: Any) -> Thread:
    """A thread with that contact, its last text that many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    made = threads.advance(OURS, contact.phone, at, contact_id=contact.id)
    if fields:
        Thread._get_collection().update_one({"_id": made.id}, {"$set": fields})
    return threads.get(made.id)


def doubted(thread: Thread, body: str = "Leave me alone") -> Thread:
    """The same conversation, held for a text that may mean stop."""
    key = f"SM{ObjectId()}"
    holding.hold(f"twilio:{key}", key, thread.phone, body, NOON, POLICY)
    return threads.get(thread.id)


def text(thread: Thread, minutes: int = 0, **fields: Any) -> Message:
    """A text of that thread; inbound and received unless said otherwise."""
    at = NOON + timedelta(minutes=minutes)
    given = {
        "origin": f"test:{ObjectId()}",
        "direction": "inbound",
        "status": "received",
        "from_": thread.phone,
        "to": thread.sender,
        "body": "Hello",
        "words": spoken(fields.get("body", "Hello")),
        "contact_id": thread.contact_id,
        "thread_id": thread.id,
        "created_at": at,
    }
    made: Message = Message(**given | fields)
    made.save(force_insert=True)
    return made


def answered(thread: Thread, minutes: int = 0, **fields: Any) -> Message:
    """A text of ours in that thread, delivered unless said otherwise."""
    ours = {
        "direction": "outbound",
        "status": "delivered",
        "from_": thread.sender,
        "to": thread.phone,
    }
    return text(thread, minutes, **ours | fields)
