"""Texts that are made of a template for whoever gets them: sent, previewed, repeated."""

from typing import Any

import pytest

from domain.model import Author, Contact, Message, Number, Template
from domain.services import upkeep
from domain.services.automation import templates, usage
from tests.clock import NOON
from tests.domain.build import AGENT, later
from tests.graph.desk import Program, person, program

ANN = Author(kind="agent", key=AGENT)
PROBLEM = "... on Problem { code message help fields { field message } conflictId }"
TEXT = "id body segments template { name timesUsed } status"
SEND = f"""mutation($input: SendMessageInput!) {{ sendMessage(input: $input) {{
  ... on Message {{ {TEXT} }} {PROBLEM} }} }}"""
MANY = f"""mutation($input: SendMessagesInput!) {{ sendMessages(input: $input) {{
  ... on Message {{ {TEXT} }} {PROBLEM} }} }}"""
PREVIEW = """query($input: SendMessageInput!) { previewMessage(input: $input) {
  body segments encoding missingVariables decision { allowed problem { code message } } } }"""
JANE, JOE = "+17605551234", "+17605551235"


def made(body: str, shared: bool = True, author: Author = ANN, name: str = "Hello") -> str:
    """A template's id."""
    return str(templates.create(name, body, shared, author, NOON).id)


def send(me: Program, **said: Any) -> dict[str, Any]:
    return dict(me.do(SEND, input={"to": JANE} | said))


def preview(me: Program, **said: Any) -> dict[str, Any]:
    return dict(me.ask(PREVIEW, input={"to": JANE} | said)["previewMessage"])


@pytest.fixture(autouse=True)
def agreed(me: Program) -> None:
    """Jane and Joe have said yes."""
    for phone in (JANE, JOE):
        Number(phone=phone, level="express", consent_at=NOON).save()


def test_the_words_are_made_for_the_contact_who_gets_them(me: Program) -> None:
    contact = person(address={"city": "Vista"}, custom_fields={"Agent Name": "Ann"})
    own = made("Hi {first_name|there} of {city}, {agent_name} here: see {listing} {n}x {ok}")
    given = {"listing": "1 {main} St", "N": 2.5, "ok": True, "unknown": "x", "city": None}
    text = send(me, to=None, contactId=str(contact.id), templateId=own, variables=given)
    assert text["body"] == "Hi Jane of Vista, Ann here: see 1 {main} St 2.5x true"
    assert text["template"]["name"] == "Hello"


def test_who_is_not_known_gets_the_fallback(me: Program) -> None:
    own = made("Hi {first_name|there}!")
    assert send(me, templateId=own)["body"] == "Hi there!"


def test_what_is_missing_is_named_field_by_field_and_nothing_is_made(me: Program) -> None:
    refused = send(me, templateId=made("{listing} at {price|cost}, {day}"), variables={"day": " "})
    assert refused["code"] == "MISSING_VARIABLE"
    assert [one["field"] for one in refused["fields"]] == ["variables.listing", "variables.day"]
    assert (Message.objects.count(), Contact.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"body": "Hi", "templateId": "0" * 24}, "INVALID_INPUT", "body"),
        ({"body": "Hi", "variables": {"a": "b"}}, "INVALID_INPUT", "variables"),
        ({"templateId": "0" * 24, "variables": ["a"]}, "INVALID_INPUT", "variables"),
        ({"templateId": "0" * 24, "variables": {"a": {"b": 1}}}, "INVALID_INPUT", "variables.a"),
        ({"templateId": "0" * 24, "variables": {"a": ["b"]}}, "INVALID_INPUT", "variables.a"),
        ({"templateId": "0" * 24, "variables": {"a b": 1, "A-B": 2}}, "INVALID_INPUT", None),
        ({"templateId": "0" * 24, "variables": {"a": "x" * 1_601}}, "INVALID_INPUT", "variables.a"),
        ({"templateId": "0" * 24}, "NOT_FOUND", None),
        ({"templateId": "no id"}, "NOT_FOUND", None),
    ],
)
def test_what_does_not_fit_together_is_said(
    me: Program, said: dict[str, Any], code: str, field: str | None
) -> None:
    refused = send(me, **said)
    assert refused["code"] == code
    assert field is None or refused["fields"][0]["field"] == field
    assert Message.objects.count() == 0


def test_words_that_no_carrier_takes_are_refused_as_the_templates(me: Program) -> None:
    own = made("{a|}{b|}")
    assert send(me, templateId=own)["code"] == "MESSAGE_EMPTY"
    long = send(me, templateId=own, variables={"a": "x" * 1_000, "b": "y" * 601})
    assert (long["code"], long["fields"][0]["field"]) == ("MESSAGE_TOO_LONG", "templateId")
    assert send(me, templateId=own, variables={"a": "bell\u0007"})["code"] == "INVALID_INPUT"


def test_a_removed_template_is_not_found_and_an_agents_own_is_forbidden(me: Program) -> None:
    gone, anns = made("Hi"), made("Hi", shared=False, name="Ann's")
    templates.remove(gone, ANN, NOON)
    assert send(me, templateId=gone)["code"] == "NOT_FOUND"
    assert send(me, templateId=anns)["code"] == "FORBIDDEN"
    mine = made("Mine", shared=False, author=Author(kind="token", key=me.token_id))
    text = send(me, templateId=mine)
    assert (text["body"], text["template"]["name"]) == ("Mine", "Hello")


def test_a_repeat_is_the_same_text_whatever_became_of_the_template(me: Program) -> None:
    own = made("Hi {day}")
    asked = {"templateId": own, "variables": {"day": "Friday"}, "idempotencyKey": "k"}
    first = send(me, **asked)
    templates.change(own, "Hello", "Bye {night}", True, ANN, NOON)
    assert send(me, **asked)["id"] == first["id"]
    templates.remove(own, ANN, NOON)
    again = send(me, **asked)
    assert (again["id"], again["body"], again["template"]) == (
        first["id"],
        "Hi Friday",
        {"name": "Hello", "timesUsed": 0},
    )
    other = send(me, **asked | {"variables": {"day": "Sunday"}})
    assert (other["code"], other["conflictId"]) == ("CONFLICT", first["id"])
    assert send(me, body="Hi Friday", idempotencyKey="k")["code"] == "CONFLICT"
    assert Message.objects.count() == 1


def test_each_of_several_gets_their_own_words(me: Program) -> None:
    person()
    own = made("Hi {first_name}, {day}")
    message = {"templateId": own, "variables": {"day": "Friday"}}
    jane, joe = me.do(MANY, input={"to": [JANE, JOE], "message": message})
    assert jane["body"] == "Hi Jane, Friday"
    assert joe["code"] == "MISSING_VARIABLE"
    assert [one["field"] for one in joe["fields"]] == ["message.variables.first_name", "to.1"]


def test_a_preview_shows_what_is_missing_and_is_no_problem(me: Program) -> None:
    contact = person()
    own = made("Hi {first_name}, {listing} costs {price}")
    asked = {"to": None, "contactId": str(contact.id), "templateId": own}
    shown = preview(me, **asked, variables={"price": 450_000})
    assert shown["body"] == "Hi Jane, {listing} costs 450000"
    assert shown["missingVariables"] == ["listing"]
    assert shown["decision"]["problem"]["code"] == "MISSING_VARIABLE"
    whole = preview(me, **asked, variables={"price": 450_000, "listing": "1 Main St"})
    assert (whole["missingVariables"], whole["decision"]["allowed"]) == ([], True)
    assert me.ask("{ messages { totalCount } }") == {"messages": {"totalCount": 0}}


def test_marks_are_made_plain_in_the_values_too(me: Program) -> None:
    own = made("It’s {day}")
    plain = send(me, templateId=own, variables={"day": "“Friday”"}, smartEncoding=True)
    assert plain["body"] == 'It\'s "Friday"'
    assert send(me, templateId=own, variables={"day": "“Friday”"})["body"] == "It’s “Friday”"


def test_uses_are_counted_anew_once_they_are_settled(me: Program) -> None:
    own = made("Hi {first_name|there}")
    for phone in (JANE, JOE):
        send(me, to=phone, templateId=own)
    while message := upkeep.claim(NOON, usage.LEASE):
        upkeep.carry_out(message)
    assert usage.recount(NOON) is None
    assert usage.earliest() == NOON + usage.REST
    assert usage.recount(NOON + usage.REST) is not None
    assert usage.recount(NOON + usage.REST) is None
    assert templates.get(own).times_used == 2


def test_what_is_used_while_it_is_counted_is_counted_again(me: Program) -> None:
    own = templates.get(made("Hi"))
    usage.touch(own.id, NOON)
    Template.objects(id=own.id).update_one(
        __raw__={
            "$set": {"usage.lease_id": "x", "usage.due_at": later(60), "usage.state": "leased"}
        }
    )
    usage.touch(own.id, later(1))
    assert usage.earliest() == later(1) + usage.REST
    assert "lease_id" not in Template._get_collection().find_one({"_id": own.id})["usage"]


def test_a_campaign_is_not_made_of_an_agents_own(me: Program, api: Any) -> None:
    anns = made("Hi", shared=False)
    campaign = """mutation($input: CampaignInput!) { createCampaign(input: $input) {
      ... on Campaign { id } ... on Problem { code } } }"""
    audience = {"contactIds": [str(person().id)]}
    wished = {"name": "Spring", "templateId": anns, "audience": audience}
    assert me.do(campaign, input=wished) == {"code": "FORBIDDEN"}


def test_programs_do_not_see_an_agents_own_nor_anothers(me: Program, api: Any) -> None:
    other = program(api(), "read", "write")
    anns = made("Secret", shared=False)
    theirs = made("Theirs", shared=False, author=Author(kind="token", key=other.token_id))
    ours = made("Ours", name="Ours")
    listed = "{ templates { nodes { id } totalCount } }"
    assert me.ask(listed)["templates"] == {"nodes": [{"id": ours}], "totalCount": 1}
    assert other.ask(listed)["templates"]["totalCount"] == 2
    one = "query($id: ID!) { template(id: $id) { id } }"
    assert [me.ask(one, id=own)["template"] for own in (anns, theirs)] == [None, None]
    shown = "{ messages { nodes { template { body } } } }"
    send(other, templateId=theirs)
    assert me.ask(shown)["messages"]["nodes"] == [{"template": None}]
    assert other.ask(shown)["messages"]["nodes"] == [{"template": {"body": "Theirs"}}]
    changed = """mutation($id: ID!) { deleteTemplate(id: $id) { ... on Problem { code } } }"""
    assert me.do(changed, id=anns) == {"code": "FORBIDDEN"}
