"""A database that was adopted is read over the API, whatever its documents looked like."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from adapters.mongo import files
from domain.model import ensure_indexes
from domain.services import adoption, numbers
from domain.services.adoption import Report
from tests.clock import NOON
from tests.domain.adopting import POLICY
from tests.domain.crm import (
    CONTACTS,
    STRANGE_CONTACTS,
    STRANGE_TEXTS,
    TEXTS,
    left_behind,
    own,
)
from tests.graph.desk import Program

PEOPLE = """query($order: ContactOrder) { contacts(first: 50, orderBy: $order) { totalCount nodes {
  id name email phone phones status tags notes customFields createdAt lastContactDate
  address { street zip } interests { buying propertyTypes priceRange { min } }
  preferences { smsOptIn emailOptIn preferredContactMethod } consent { level consentDate }
  timeline { nodes { text } } messages { nodes { id } } } } }"""
SAID = """{ messages(first: 50) { totalCount nodes { id from to body direction status segments price
  errorCode sendAt media { url } sentBy { __typename } decision { allowed } origin
  statusHistory { status at } contact { name } thread { id } } } }"""


@pytest.fixture
def told(db: Database[dict[str, Any]], url: str) -> Iterator[Report]:
    """What adopting the CRM with all its strange documents said."""
    left_behind(db)
    db["contacts"].insert_many([dict(one) for one in STRANGE_CONTACTS])
    db["smsmessages"].insert_many([dict(one) for one in STRANGE_TEXTS])
    yield adoption.adopt(NOON, POLICY, dry_run=False)
    for name in ("contacts", "smsmessages"):
        db[name].drop()
    ensure_indexes()
    files.ensure_indexes(db)


@pytest.mark.parametrize("order", ["CREATED_DESC", "NAME_ASC", "LAST_CONTACT_DESC"])
def test_everybody_is_listed(told: Report, me: Program, order: str) -> None:
    found = me.ask(PEOPLE, order=order)["contacts"]
    strangers = 1
    assert len(found["nodes"]) == len(CONTACTS) + len(STRANGE_CONTACTS) + strangers
    assert found["totalCount"] == len(found["nodes"])


def test_every_text_is_listed(told: Report, me: Program) -> None:
    found = me.ask(SAID)["messages"]["nodes"]
    assert len(found) == len(TEXTS) + len(STRANGE_TEXTS)
    assert "QUEUED" not in {one["status"] for one in found}


def test_what_is_strange_is_told_and_kept(told: Report, db: Database[dict[str, Any]]) -> None:
    lines = "\n".join(told.lines)
    assert f"contact {own(22)}: address, consent cannot be read" in lines
    kept = db["contacts"].find_one({"_id": own(22)})
    assert kept is not None
    assert (kept["legacy"]["address"], kept["legacy"]["consent"]) == ("12 Main St", [])
    odd = db["contacts"].find_one({"legacy._id": "a string"})
    assert odd is not None
    assert odd["phones"] == ["+17605550021"]
    assert odd["legacy"]["preferences"] == "yes"


def test_a_number_kept_as_a_number_said_stop(told: Report) -> None:
    assert numbers.state_of("+17605550024").blocked


def test_a_second_run_finds_nothing_new(told: Report, db: Database[dict[str, Any]]) -> None:
    before = list(db["contacts"].find()), list(db["smsmessages"].find())
    adoption.adopt(NOON, POLICY, dry_run=False)
    assert (list(db["contacts"].find()), list(db["smsmessages"].find())) == before


def test_a_contact_without_a_number_is_not_texted(told: Report, me: Program) -> None:
    refused = me.do(
        """mutation($id: ID) { sendMessage(input: { contactId: $id, body: "Hi" }) {
        ... on Problem { code } } }""",
        id=str(own(3)),
    )
    assert refused == {"code": "INVALID_PHONE"}
