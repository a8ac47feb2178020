"""Somebody who is to be forgotten, with something in every collection, and what is left of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from adapters.mongo.files import DatabaseFiles
from domain.model import Contact
from domain.policy import AutomationPolicy
from domain.rules.consent.privacy import hashed
from domain.services import consent, gate, proof, strays
from domain.services.consent import Statement
from domain.services.links.shortening import shortened
from domain.services.people import activities, contacts, erasure, merging
from domain.services.programs import sending
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    STRANGER,
    TOKEN,
    draft,
    later,
    received,
)

KEPT = replace(POLICY, secret="a secret of at least 32 characters")
SHORT = replace(KEPT, automation=AutomationPolicy(links="https://go.example.com"))
HASH = hashed(CUSTOMER, KEPT.secret)
OTHER = "+17605550133"
TRACES = (CUSTOMER[2:], STRANGER[2:], "Zebedee", "zebedee@example.com", "velvet", "203.0.113.9")
Store = Database[dict[str, Any]]


def strings(value: Any) -> Iterator[str]:
    """Every string in a document, its keys and bytes too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *strings(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, str):
        yield value


def left(db: Store) -> list[tuple[str, str]]:
    """(collection, string) of everything in the database that tells of the person."""
    return [
        (name, found)
        for name in db.list_collection_names()
        for raw in db[name].find()
        for found in strings(raw)
        if any(trace.lower() in found.lower() for trace in TRACES)
    ]


def person(files: DatabaseFiles, *, blocked: bool = False) -> Contact:
    """Somebody of whom there is something in every collection, under two numbers."""
    told = {"To": POLICY.numbers[0], "From": CUSTOMER}
    received("velvet curtains", raw=told)
    contact = contacts.by_phone(CUSTOMER)
    assert contact is not None
    fields = {"firstName": "Zebedee", "email": "zebedee@example.com", "notes": "likes velvet"}
    contacts.update(contact.id, fields, NOON)
    merged = contacts.add(Contact(first_name="Zebedee", phone=STRANGER, notes="velvet"), NOON)
    received("velvet chairs", sender=STRANGER, raw={"From": STRANGER})
    merging.merge(contact.id, merged.id, TOKEN, NOON)
    text = sending.send(draft("The velvet is here"), NOON, KEPT)
    for origin, phone in ((text.origin, "+17605550144"), ("a text that never was", CUSTOMER)):
        shortened("https://example.com/velvet", origin, phone, NOON, SHORT)
    sending.send(draft("Later: velvet", send_at=later(60), key="2"), NOON, KEPT)
    activities.note(contact.id, "Zebedee rang", TOKEN, NOON)
    strays.keep("x:1", "status", {"To": CUSTOMER, "Body": "velvet"}, NOON)
    said(CUSTOMER, "opt_in", contact.id)
    said(STRANGER, "opt_in", contact.id)
    if blocked:
        said(CUSTOMER, "opt_out", contact.id)
    proof.export(files, contact.id, "CRM", NOON, KEPT)
    parts = [b"Zebedee," + CUSTOMER.encode()]
    files.put("all.csv", "text/csv", parts, kind="export", now=NOON, expires_at=later(3600))
    return contacts.get(contact.id)


def said(phone: str, action: str, contact_id: object) -> None:
    """A statement with all that tells of the person."""
    statement = Statement(
        action,
        "form",
        NOON,
        wording="I agree.",
        ip="203.0.113.9",
        note="Zebedee signed",
        evidence_url="https://example.com/zebedee",
        recorded_by=TOKEN,
    )
    consent.record(f"{contact_id}/{action}/{phone}", phone, statement, NOON)


def erase(contact: Contact, files: DatabaseFiles, seconds: float = 1) -> ObjectId:
    """Forget them."""
    return erasure.erase(contact.id, later(seconds), KEPT, files)


def may_be_texted(phone: str) -> bool:
    """Whether the gate lets a text go to that number now."""
    return gate.ask(phone, POLICY.numbers[0], None, "informational", TOKEN, NOON, KEPT).allowed
