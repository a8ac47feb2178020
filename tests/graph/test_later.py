"""Texts for later over the API: by the customer's clock, listed, changed, let go, called back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.model import Author, Message, Number
from domain.services.automation import templates
from tests.clock import NOON, FakeClock
from tests.graph.desk import Program, person

PROBLEM = "... on Problem { code message help fields { field message } }"
TEXT = "id status sendAt body"
SEND = f"""mutation($input: SendMessageInput!) {{ sendMessage(input: $input) {{
  ... on Message {{ {TEXT} }} {PROBLEM} }} }}"""
MANY = f"""mutation($input: SendMessagesInput!) {{ sendMessages(input: $input) {{
  ... on Message {{ {TEXT} }} {PROBLEM} }} }}"""
PREVIEW = """query($input: SendMessageInput!) { previewMessage(input: $input) {
  body sendAt decision { allowed problem { code message } earliest } } }"""
LISTED = """{ messages(filter: { status: [SCHEDULED] }) { nodes { id body sendAt } totalCount } }"""
PACIFIC, EASTERN, ANYWHERE = "+17605551234", "+12125551234", "+18005551234"
NINE = "2026-03-05T09:00"


def send(me: Program, to: str = PACIFIC, **said: Any) -> dict[str, Any]:
    return dict(me.do(SEND, input={"to": to, "body": "See you"} | said))


def act(me: Program, deed: str, own: str, **given: str) -> dict[str, Any]:
    """One of the mutations about a text."""
    arguments = "".join(f', {name}: "{value}"' for name, value in given.items())
    done = f'{deed}(id: "{own}"{arguments}) {{ ... on Message {{ {TEXT} }} {PROBLEM} }}'
    return dict(me.do(f"mutation {{ {done} }}"))


@pytest.fixture(autouse=True)
def agreed(me: Program) -> None:
    """Everybody here has said yes."""
    for phone in (PACIFIC, EASTERN, ANYWHERE):
        Number(phone=phone, level="express", consent_at=NOON).save()


def test_nine_oclock_is_nine_where_the_customer_is(me: Program) -> None:
    assert send(me, sendAtLocal=NINE)["sendAt"] == "2026-03-05T17:00:00.000Z"
    assert send(me, EASTERN, sendAtLocal=NINE)["sendAt"] == "2026-03-05T14:00:00.000Z"
    contact = person("+17605559999", timezone="America/Denver")
    Number(phone=contact.phone, level="express", consent_at=NOON).save()
    own = send(me, contact.phone, sendAtLocal=NINE)
    assert own["sendAt"] == "2026-03-05T16:00:00.000Z"


def test_one_call_reaches_each_at_their_own_nine(me: Program) -> None:
    message = {"body": "Good morning", "sendAtLocal": NINE}
    made = me.do(MANY, input={"to": [PACIFIC, EASTERN, ANYWHERE], "message": message})
    assert [one.get("sendAt", "")[11:13] for one in made] == ["17", "14", ""]
    assert made[2]["fields"][0]["field"] == "message.sendAtLocal"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-08T02:30", "2026-03-08T10:30"),  # skipped: 3:30 PDT
        ("2026-03-08T03:30", "2026-03-08T10:30"),
        ("2026-11-01T01:30", "2026-11-01T08:30"),  # twice: the first, PDT
        ("2026-11-01T02:30", "2026-11-01T10:30"),
    ],
)
def test_both_nights_on_which_clocks_change(me: Program, local: str, utc: str) -> None:
    shown = me.ask(PREVIEW, input={"to": PACIFIC, "body": "Hi", "sendAtLocal": local})
    assert shown["previewMessage"]["sendAt"] == f"{utc}:00.000Z"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"sendAtLocal": "2026-03-05T09:00Z"}, "sendAtLocal"),
        ({"sendAtLocal": "2026-03-05T09:00-08:00"}, "sendAtLocal"),
        ({"sendAtLocal": "2026-03-05"}, "sendAtLocal"),
        ({"sendAtLocal": "tomorrow"}, "sendAtLocal"),
        ({"sendAtLocal": "0001-01-01T00:00"}, "sendAtLocal"),
        ({"sendAtLocal": "9999-12-31T23:59"}, "sendAtLocal"),
        ({"sendAtLocal": "2026-03-04T11:00"}, "sendAtLocal"),
        ({"sendAtLocal": "2027-03-09T11:00"}, "sendAtLocal"),
        ({"sendAtLocal": NINE, "sendAt": "2026-03-05T17:00:00Z"}, "sendAt"),
        ({"sendAt": "2026-03-04T11:00:00Z"}, "sendAt"),
        ({"to": ANYWHERE, "sendAtLocal": NINE}, "sendAtLocal"),
    ],
)
def test_what_is_no_time_to_come_is_told_at_its_field(
    me: Program, said: dict[str, str], field: str
) -> None:
    refused = send(me, **said)
    assert (refused["code"], refused["fields"][0]["field"]) == ("INVALID_INPUT", field)
    assert Message.objects.count() == 0


def test_without_an_offset_it_is_utc(me: Program) -> None:
    assert send(me, sendAt="2026-03-05T17:00:00")["sendAt"] == "2026-03-05T17:00:00.000Z"


def test_a_repeat_is_the_same_text_even_when_its_time_has_come(
    me: Program, clock: FakeClock
) -> None:
    first = send(me, sendAtLocal=NINE, idempotencyKey="k")
    clock.set(datetime(2026, 3, 6, 20, tzinfo=UTC))
    assert send(me, sendAtLocal=NINE, idempotencyKey="k")["id"] == first["id"]
    other = send(me, sendAtLocal="2026-03-07T09:00", idempotencyKey="k")
    assert other["code"] == "CONFLICT"


def test_what_waits_is_listed_changed_moved_let_go_and_called_back(me: Program) -> None:
    first, second = (send(me, body=body, sendAtLocal=NINE) for body in ("first", "second"))
    assert me.ask(LISTED)["messages"]["totalCount"] == 2
    changed = act(me, "updateMessage", first["id"], body="Other words")
    assert (changed["status"], changed["body"]) == ("SCHEDULED", "Other words")
    later = f"{NOON + timedelta(days=2):%FT%TZ}"
    assert act(me, "rescheduleMessage", first["id"], sendAt=later)["sendAt"][:16] == later[:16]
    assert act(me, "cancelMessage", second["id"])["status"] == "CANCELED"
    assert act(me, "releaseMessage", first["id"])["help"]  # scheduled, not held
    now = f"{NOON:%FT%TZ}"
    assert act(me, "rescheduleMessage", first["id"], sendAt=now)["status"] == "QUEUED"
    assert me.ask(LISTED)["messages"] == {"nodes": [], "totalCount": 0}
    for deed in ("rescheduleMessage", "updateMessage"):
        given = {"sendAt": later} if deed == "rescheduleMessage" else {"body": "x"}
        assert act(me, deed, second["id"], **given)["code"] == "TOO_LATE"


def test_a_templates_words_are_made_when_the_text_is_scheduled_and_stay(me: Program) -> None:
    contact = person(PACIFIC)
    ann = Author(kind="agent", key="U1")
    own = str(templates.create("Hello", "Hi {first_name}", True, ann, NOON).id)
    made = send(me, body=None, templateId=own, sendAtLocal=NINE)
    templates.change(own, "Hello", "Bye {first_name}", True, ann, NOON)
    contact.update(set__first_name="Joan")
    (waiting,) = me.ask(LISTED)["messages"]["nodes"]
    assert (waiting["id"], waiting["body"]) == (made["id"], "Hi Jane")
