"""Campaigns over the API: written down, steered, counted, and found by their texts."""

from dataclasses import replace
from typing import Any

import pytest
from mongoengine.connection import get_db

from adapters.mongo.pace import COLLECTION, DatabasePace
from domain.model import Campaign, Contact, Message
from domain.policy import ConsentPolicy
from domain.services.campaigns.sending import running
from tests.clock import NOON, FakeClock
from tests.domain.audience import people
from tests.domain.build import later
from tests.graph.conftest import Api
from tests.graph.desk import OURS, POLICY, Program, program

FIELDS = """id name status body purpose perMinute startAt startedAt finishedAt tags
  template { name } warnings sender { id } createdBy { ... on Token { name } }
  counts { audience excluded queued sent delivered failed replies optOuts }"""
MADE = f"""mutation($input: CampaignInput!) {{ createCampaign(input: $input) {{
  ... on Campaign {{ {FIELDS} }} ... on Problem {{ code message fields {{ field }} }} }} }}"""
CHANGED = MADE.replace("($input", "($id: ID!, $input").replace(
    "createCampaign(", "updateCampaign(id: $id, "
)
STEERED = """mutation($id: ID!) { %sCampaign(id: $id) {
  ... on Campaign { id status } ... on Problem { code message } } }"""
SHOWN = f"query($id: ID!) {{ campaign(id: $id) {{ {FIELDS} }} }}"
LISTED = """query($status: CampaignStatus, $first: Int, $after: Cursor) {
  campaigns(status: $status, first: $first, after: $after) {
    nodes { name } totalCount pageInfo { hasNextPage endCursor } } }"""
RECIPIENTS = """query($id: ID!) { campaign(id: $id) {
  all: recipients(first: 2) { nodes { to status } totalCount pageInfo { hasNextPage endCursor } }
  left: recipients(status: DELIVERED) { nodes { to campaign { name } } totalCount } } }"""
TEXTS = """query($id: ID!) { messages(filter: { campaignId: $id }) {
  nodes { body campaign { id name counts { audience } } } totalCount } }"""


def sale(**changes: Any) -> dict[str, Any]:
    """A campaign to all who are tagged for it."""
    usual = {"audience": {"filter": {"tagsAny": ["campaign"]}}, "body": "Hi {first_name}!"}
    return {"name": "Spring sale", **usual, **changes}


def made(me: Program, **changes: Any) -> Any:
    return me.do(MADE, input=sale(**changes))


def steered(me: Program, verb: str, own: str) -> Any:
    return me.do(STEERED % verb, id=own)


def turn() -> None:
    """A worker takes its turn."""
    held = running.claim(NOON)
    assert held
    running.work(held, DatabasePace(get_db()[COLLECTION]), FakeClock(), POLICY)


def begun(me: Program, count: int = 3) -> str:
    """One that has made its texts."""
    people(count)
    own = str(made(me)["id"])
    steered(me, "start", own)
    turn()
    return own


def test_a_campaign_is_written_down(me: Program) -> None:
    kept = made(me, perMinute=30, startAt="2026-03-05T20:00:00Z", tags=["spring", "spring"])
    del kept["id"]
    nothing = dict.fromkeys(kept["counts"], 0)
    assert kept == {
        "name": "Spring sale",
        "status": "DRAFT",
        "body": "Hi {first_name}!",
        "purpose": "MARKETING",
        "warnings": ["It does not say who writes: name Cedar & Pine."],
        "perMinute": 30,
        "startAt": "2026-03-05T20:00:00.000Z",
        "startedAt": None,
        "finishedAt": None,
        "tags": ["spring"],
        "template": None,
        "sender": {"id": OURS},
        "createdBy": {"name": "Test program"},
        "counts": nothing,
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"audience": {}}, "audience"),
        ({"audience": {"contactIds": ["x"]}}, "audience.contactIds"),
        ({"body": None}, "templateId"),
        ({"body": "Hi {"}, "body"),
        ({"purpose": "CONVERSATION"}, "purpose"),
        ({"purpose": "HELP"}, "purpose"),
        ({"perMinute": 0}, "perMinute"),
        ({"senderId": "+15550001111"}, "senderId"),
        ({"startAt": "2030-01-01T00:00:00Z"}, "startAt"),
    ],
)
def test_what_cannot_be_one_is_a_problem(me: Program, changes: Any, field: str) -> None:
    told = made(me, **changes)
    assert (told["code"], [one["field"] for one in told["fields"]][:1]) == (
        "INVALID_INPUT",
        [field],
    )
    assert Campaign.objects.count() == 0


def test_the_same_key_makes_one(me: Program) -> None:
    first = made(me, idempotencyKey="k")
    assert made(me, idempotencyKey="k")["id"] == first["id"]
    assert made(me, idempotencyKey="k", name="Two")["code"] == "CONFLICT"


def test_an_empty_filter_means_everybody(me: Program) -> None:
    people(2)
    own = str(made(me, audience={"filter": {}})["id"])
    steered(me, "start", own)
    turn()
    assert me.ask(SHOWN, id=own)["campaign"]["counts"]["audience"] == 2


def test_it_is_steered_and_says_what_cannot_be(me: Program) -> None:
    people(1)
    own = str(made(me)["id"])
    for verb, status in (
        ("start", "RUNNING"),
        ("pause", "PAUSED"),
        ("resume", "RUNNING"),
        ("cancel", "CANCELED"),
    ):
        assert steered(me, verb, own) == {"id": own, "status": status}
    assert steered(me, "resume", own) == {"code": "CONFLICT", "message": "This campaign is over."}
    assert steered(me, "start", "0" * 24)["code"] == "NOT_FOUND"


def test_nobody_could_get_it_so_it_does_not_start(me: Program) -> None:
    empty = str(made(me)["id"])
    told = steered(me, "start", empty)
    assert told == {
        "code": "CONFLICT",
        "message": "No contact has these tags: campaign. Capitals count.",
    }
    people(2)
    lacking = str(made(me, body="Hi {city}, {favourite}!")["id"])
    told = steered(me, "start", lacking)
    assert told["code"] == "MISSING_VARIABLE"
    assert "city, favourite" in told["message"]
    assert {one.status for one in Campaign.objects} == {"draft"}
    Contact.objects(phone="+17605000000").update(
        address={"city": "Vista"}, custom_fields={"favourite": "tea"}
    )
    assert steered(me, "start", lacking)["status"] == "RUNNING"


def test_it_is_changed_until_it_begins(me: Program) -> None:
    people(1)
    own = str(made(me)["id"])
    changed = me.do(CHANGED, id=own, input=sale(name="Summer sale"))
    assert (changed["id"], changed["name"]) == (own, "Summer sale")
    steered(me, "start", own)
    assert me.do(CHANGED, id=own, input=sale())["code"] == "TOO_LATE"


def test_how_far_it_is_is_counted(me: Program) -> None:
    own = begun(me)
    Message.objects(to="+17605000000").update(set__status="delivered")
    found = me.ask(SHOWN, id=own)["campaign"]
    assert (found["status"], found["startedAt"]) == ("RUNNING", "2026-03-04T20:00:00.000Z")
    counts = found["counts"]
    assert {name: many for name, many in counts.items() if many} == {
        "audience": 3,
        "queued": 2,
        "sent": 1,
        "delivered": 1,
    }


def test_its_texts_are_a_list_of_their_own(me: Program) -> None:
    own = begun(me)
    Message.objects(to="+17605000000").update(set__status="delivered")
    found = me.ask(RECIPIENTS, id=own)["campaign"]
    assert (len(found["all"]["nodes"]), found["all"]["totalCount"]) == (2, 3)
    assert found["all"]["pageInfo"]["hasNextPage"]
    assert found["left"] == {
        "nodes": [{"to": "+17605000000", "campaign": {"name": "Spring sale"}}],
        "totalCount": 1,
    }


def test_texts_are_found_by_their_campaign(me: Program) -> None:
    own = begun(me, 1)
    Message(
        origin="x", direction="outbound", status="sent", from_=OURS, to="+1", created_at=later(1)
    ).save()
    found = me.ask(TEXTS, id=own)["messages"]
    whose = {"id": own, "name": "Spring sale", "counts": {"audience": 1}}
    body = "Hi P0!\nCedar & Pine: Reply STOP to opt out."
    assert found == {"nodes": [{"body": body, "campaign": whose}], "totalCount": 1}


def test_campaigns_are_listed_the_newest_first(me: Program) -> None:
    people(1)
    own = [str(made(me, name=name)["id"]) for name in ("One", "Two", "Three")]
    steered(me, "start", own[0])
    page = me.ask(LISTED, first=2)["campaigns"]
    assert [one["name"] for one in page["nodes"]] == ["Three", "Two"]
    assert page["totalCount"] == 3
    rest = me.ask(LISTED, first=2, after=page["pageInfo"]["endCursor"])["campaigns"]
    assert [one["name"] for one in rest["nodes"]] == ["One"]
    running_ = me.ask(LISTED, status="RUNNING")["campaigns"]
    assert [one["name"] for one in running_["nodes"]] == ["One"]


def test_who_is_no_campaign_is_nothing(me: Program) -> None:
    for own in ("0" * 24, "x", ""):
        assert me.ask("query($id: ID!) { campaign(id: $id) { id } }", id=own) == {"campaign": None}


def test_the_linter_warns_of_its_words_and_blocks_where_the_owner_says_so(
    me: Program, api: Api
) -> None:
    """Row: §9.1. Row: §9.4."""
    people(1)
    wine = made(me, body="Cedar & Pine: free wine for {first_name}")
    assert ["alcohol" in one for one in wine["warnings"]] == [True]
    strict = replace(POLICY, consent=ConsentPolicy(lint_blocks=True))
    refused = steered(program(api(policy=strict), "read", "write"), "start", wine["id"])
    assert refused["code"] == "INVALID_INPUT"
    assert "alcohol" in refused["message"]
    assert Campaign.objects.get().status == "draft"
    assert steered(me, "start", wine["id"])["status"] == "RUNNING"
