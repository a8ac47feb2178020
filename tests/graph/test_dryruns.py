"""Over the API: a campaign's dry run, its test text, what came of it and who was left out."""

from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128

from domain.model import Campaign, Contact, Message
from domain.services.people import values
from tests.clock import NOON
from tests.domain.audience import people, people_at, phone
from tests.domain.build import TOKEN
from tests.domain.tables import csv, row
from tests.graph.desk import Program
from tests.graph.test_campaigns import begun, made, steered, turn
from tests.graph.test_imports import done as imported

TRIED = """query($id: ID!) { previewCampaign(id: $id) {
  recipients later segments estimatedPrice priceUnit finishesAt warnings notes
  exclusions { reason message count sample { name consent { level } } }
  samples { body segments encoding estimatedPrice warnings decision { allowed } } } }"""
TESTED = """mutation($id: ID!, $to: Phone!, $key: String) {
  testCampaign(id: $id, to: $to, idempotencyKey: $key) {
    ... on Message { id body to purpose tags campaign { id } }
    ... on Problem { code message help fields { field } } } }"""
CAME = """query($id: ID!) { campaign(id: $id) {
  cost value roi failures { errorCode reason count } breakerReason
  counts { clicks } exclusions { reason message count sample { name } } } }"""
LEFT = """query($id: ID!, $after: Cursor) { campaign(id: $id) {
  excluded(first: 2, after: $after) {
    nodes { phone reason message contact { name } } totalCount
    pageInfo { hasNextPage endCursor } } } }"""
WORDING = "I agree to get advertising by text from Cedar & Pine. Reply STOP to opt out."
PROGRAM = {
    "programName": "New listings",
    "frequency": "At most 4 a month",
    "termsUrl": "https://example.com/terms",
    "privacyUrl": "https://example.com/privacy",
}
KEPT = """mutation($input: CampaignInput!) { createCampaign(input: $input) {
  ... on Campaign { programName frequency termsUrl privacyUrl }
  ... on Problem { code fields { field } } } }"""


def test_a_dry_run_tells_who_what_and_when(me: Program) -> None:
    people(3)
    people(1, start=3, level="express")
    found = me.ask(TRIED, id=made(me)["id"])["previewCampaign"]
    (left,) = found["exclusions"]
    assert (left["reason"], left["count"]) == ("OPT_IN_REQUIRED", 1)
    assert left["sample"] == [{"name": "P3 Doe", "consent": {"level": "EXPRESS"}}]
    assert (found["recipients"], found["later"], found["segments"]) == (3, 0, 3)
    assert (found["estimatedPrice"], found["priceUnit"]) == ("0.0237", "USD")
    assert found["finishesAt"] == "2026-03-04T20:00:02.000Z"
    assert {one["segments"] for one in found["samples"]} == {1}
    assert found["samples"][0]["body"].endswith("Reply STOP to opt out.")
    assert found["samples"][0]["decision"] == {"allowed": True}
    assert any("It does not say who writes" in one for one in found["warnings"])
    assert "3 of 3 agreed in writing" in found["notes"][0]


def test_a_dry_run_for_nobody_ends_when_it_begins(me: Program) -> None:
    found = me.ask(TRIED, id=made(me)["id"])["previewCampaign"]
    assert (found["recipients"], found["finishesAt"]) == (0, "2026-03-04T20:00:00.000Z")
    assert "No contact has these tags: campaign. Capitals count." in found["warnings"]


def test_what_has_begun_or_is_not_there_has_no_dry_run(me: Program) -> None:
    assert me.refused(TRIED, id=begun(me))["extensions"]["code"] == "CONFLICT"
    assert me.refused(TRIED, id="0" * 24)["extensions"]["code"] == "NOT_FOUND"


def test_its_words_are_tried_on_one_number(me: Program) -> None:
    people_at(["+17605550177"])
    own = made(me)["id"]
    text = me.do(TESTED, id=own, to="(760) 555-0177", key="once")
    assert me.do(TESTED, id=own, to="+1 760 555 0177", key="once")["id"] == text["id"]
    assert (text["to"], text["purpose"], text["tags"]) == ("+17605550177", "MARKETING", ["test"])
    assert text["body"].startswith("Hi P0!")
    assert text["campaign"] is None


@pytest.mark.parametrize(
    ("to", "code", "field"),
    [("12", "INVALID_PHONE", "to"), ("+17605550178", "OPT_IN_REQUIRED", "")],
)
def test_a_test_that_cannot_be_sent_is_a_problem(
    me: Program, to: str, code: str, field: str
) -> None:
    told = me.do(TESTED, id=made(me, body="Hi")["id"], to=to)
    assert told["code"] == code
    assert [one["field"] for one in told["fields"]] == ([field] if field else [])
    assert bool(told["help"]) == (not field)
    assert Message.objects.count() == 0


def test_what_came_of_it_is_told(me: Program) -> None:
    own = begun(me)
    Message.objects(to=phone(0)).update(set__status="delivered", set__price=Decimal128("0.5"))
    lost = {"set__error_code": 30007, "set__error_message": "Filtered."}
    Message.objects(to=phone(1)).update(set__status="failed", set__clicked_at=NOON, **lost)
    contact = Contact.objects(phone=phone(0)).get()
    values.record(contact.id, Decimal(2), own, None, TOKEN, NOON)
    assert me.ask(CAME, id=own)["campaign"] == {
        "cost": "0.5",
        "value": "2.00",
        "roi": 3.0,
        "failures": [{"errorCode": 30007, "reason": "Filtered.", "count": 1}],
        "breakerReason": None,
        "counts": {"clicks": 1},
        "exclusions": [],
    }


def test_without_costs_there_is_no_return(me: Program) -> None:
    found = me.ask(CAME, id=made(me)["id"])["campaign"]
    assert Decimal(found["cost"]) == Decimal(found["value"]) == 0
    assert found["roi"] is None


def test_who_was_left_out_is_a_list_with_reasons(me: Program) -> None:
    people(3, start=10, level="express")
    own = begun(me)
    (group,) = me.ask(CAME, id=own)["campaign"]["exclusions"]
    assert (group["reason"], group["count"], len(group["sample"])) == ("OPT_IN_REQUIRED", 3, 3)
    page = me.ask(LEFT, id=own)["campaign"]["excluded"]
    assert (len(page["nodes"]), page["totalCount"]) == (2, 3)
    assert page["pageInfo"]["hasNextPage"]
    rest = me.ask(LEFT, id=own, after=page["pageInfo"]["endCursor"])["campaign"]["excluded"]
    nodes = [*page["nodes"], *rest["nodes"]]
    assert sorted(one["phone"] for one in nodes) == [phone(10), phone(11), phone(12)]
    assert {one["reason"] for one in nodes} == {"OPT_IN_REQUIRED"}
    assert sorted(one["contact"]["name"] for one in nodes) == ["P10 Doe", "P11 Doe", "P12 Doe"]


def test_the_programme_is_kept_and_an_address_is_one(me: Program) -> None:
    whole: dict[str, Any] = {"name": "A", "audience": {"filter": {}}, "body": "Hi"}
    assert me.do(KEPT, input=whole | PROGRAM) == PROGRAM
    told = me.do(KEPT, input=whole | {"termsUrl": "our terms"})
    assert (told["code"], told["fields"]) == ("INVALID_INPUT", [{"field": "termsUrl"}])
    assert Campaign.objects.count() == 1


def test_one_that_stopped_itself_says_why_and_can_be_resumed(me: Program) -> None:
    own = begun(me)
    why = {"set__status": "stopped_by_breaker", "set__breaker_reason": "Carriers filtered 3."}
    Campaign.objects(id=own).update(**why)
    assert me.ask(CAME, id=own)["campaign"]["breakerReason"] == "Carriers filtered 3."
    assert steered(me, "pause", own)["code"] == "CONFLICT"
    assert steered(me, "resume", own)["status"] == "RUNNING"
    assert me.ask(CAME, id=own)["campaign"]["breakerReason"] is None


def test_whom_a_table_named_can_be_its_audience(me: Program) -> None:
    """From the table over the API to the texts; who is not in it gets none."""
    people(2)
    agreed = {"smsOptIn": "yes", "consentLevel": "written", "consentWording": WORDING}
    agreed |= {"consentDate": "2026-01-05", "consentIp": "192.0.2.7"}
    table = imported(me, csv(row("760-555-0191", "Ann", **agreed), row("760-555-0192", "Bob")))
    assert (table["created"], table["failed"]) == (2, 0)
    own = str(made(me, audience={"importId": table["id"]})["id"])
    tried = me.ask(TRIED, id=own)["previewCampaign"]
    assert (tried["recipients"], [one["count"] for one in tried["exclusions"]]) == (1, [1])
    steered(me, "start", own)
    turn()
    assert [one.to for one in Message.objects(campaign_id=own)] == ["+17605550191"]
    assert me.ask(CAME, id=own)["campaign"]["exclusions"][0]["sample"] == [{"name": "Bob Doe"}]
