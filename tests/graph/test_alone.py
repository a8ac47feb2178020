"""A field says the same whether it is selected alone or with everything: enough is read for it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from bson import Decimal128, ObjectId

from domain.model import Message, Noun
from domain.services import agents
from graph import links, nodes
from graph.types.contact import Contact as ContactType
from graph.types.message import Message as MessageType
from graph.types.stored import Source
from graph.types.thread import Thread as ThreadType
from tests.clock import NOON
from tests.domain import build
from tests.graph.desk import Program, conversation, person, text

TYPES: dict[str, Any] = {"Contact": ContactType, "Thread": ThreadType, "Message": MessageType}
MESSAGE = """id origin twilioMessageSid direction status purpose from to body media{id}
  contact{name} thread{id} sentBy{...on_Agent{name}} tags retryOf{id} correctionOf{id} segments
  encoding price priceUnit errorCode errorMessage errorHelp decision{reasons,problem{help}}
  sendAt createdAt twilioCreatedAt deliveredAt readAt statusHistory{at}"""
CONTACT = """id firstName lastName name email phone phones address{city} source status tags
  interests{buying} preferences{smsOptIn} consent{level,consentIp} notes lastContactDate
  lastContactMethod assignedAgent{name} timezone customFields doNotCall createdAt updatedAt"""
THREAD = """id contact{name} phone sender{id,phone} status assignedTo{name} unreadCount
  lastMessage{body} lastMessageAt snoozedUntil slackChannel{channelId,replyMode} heldForReview
  createdAt"""
SELECTED = {"contacts": CONTACT, "threads": THREAD, "messages": MESSAGE}


def everything() -> None:
    """A contact, a conversation and two texts in which nothing is empty."""
    agents.learn(build.person("U1"), NOON)
    jane = person(email="jane@example.com", notes="Likes gardens", status="client", tags=["vip"])
    jane.update(
        set__address={"city": "Oceanside"},
        set__source="web",
        set__interests={"buying": True},
        set__assigned_agent="U1",
        set__timezone="America/Denver",
        set__custom_fields={"size": 3},
        set__do_not_call=True,
        set__consent__ip="10.0.0.1",
        set__last_contact_date=NOON,
        set__last_contact_method="sms",
    )
    channel = {"step": "ready", "channelId": "C1", "teamId": "T1"}
    thread = conversation(
        jane, assignedTo="U1", channel=channel, replyMode="internal", unreadCount=2
    )
    one = text(thread)
    two = text(thread, minutes=1, **told(one))
    thread.update(set__last_message_id=two.id, set__snoozed_until=NOON)


def told(other: Message) -> dict[str, Any]:
    """What a failed text of ours may say of itself."""
    return {
        "direction": "outbound",
        "status": "failed",
        "twilio_sid": "SM1",
        "media_urls": ["https://example.com/1"],
        "sent_by": {"kind": "agent", "key": "U1", "name": "Ann"},
        "tags": ["a"],
        "retry_of": other.id,
        "correction_of": other.id,
        "segments": 2,
        "encoding": "UCS-2",
        "price": Decimal128("0.01"),
        "price_unit": "USD",
        "error_code": 30003,
        "error_message": "Off",
        "error_help": "Try later",
        "decision": {"allowed": False, "code": "QUIET_HOURS", "message": "No", "reasons": ["r"]},
        "send_at": NOON,
        "twilio_created_at": NOON,
        "delivered_at": NOON + timedelta(minutes=2),
        "read_at": NOON,
        "history": [{"status": "failed", "at": NOON}],
    }


def written(fields: str) -> str:
    """As GraphQL has it: above, a space stands between fields only."""
    return fields.replace("on_", "on ")


@pytest.mark.parametrize("name", SELECTED)
def test_a_field_alone_says_what_it_says_among_all(me: Program, name: str) -> None:
    everything()
    whole = me.ask(f"{{ {name} {{ nodes {{ {written(SELECTED[name])} }} }} }}")[name]["nodes"]
    for field in SELECTED[name].split():
        (said,) = me.ask(f"{{ {name} {{ nodes {{ {written(field)} }} }} }}").values()
        own = field.partition("{")[0]
        assert said["nodes"] == [{own: node[own]} for node in whole], field
    assert all(value not in (None, []) for value in whole[0].values()), whole[0]


@pytest.mark.parametrize("name", TYPES)
def test_every_field_has_a_source(name: str) -> None:
    definition = TYPES[name].__strawberry_definition__
    plain = {one.python_name for one in definition.fields if one.is_basic_field}
    assert plain - {"pages"} == set(sources(name))


def test_what_was_not_selected_can_still_be_read() -> None:
    what = nodes.selected(sources("Contact"), ["name"])
    raw = {"_id": ObjectId(), "firstName": "Jane", "lastName": "Doe", "phone": "+17605551234"}
    node = nodes.contact(raw, what, None, None)
    assert vars(node)["name"] == "Jane Doe"
    assert "phones" not in vars(node)
    assert node.phones == ["+17605551234"]
    with pytest.raises(AttributeError):
        _ = node.no_such_field


def sources(name: str) -> Mapping[str, Source]:
    """Where the fields of that type come from."""
    nouns: dict[str, type[Noun]] = {noun.__name__: noun for noun in links.SOURCES}
    return links.SOURCES[nouns[name]]
