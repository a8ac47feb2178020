"""An agent begins: one text per form, held or for later, and nothing made for a no."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain import outbox
from domain.errors import DomainError, InvalidInput, NotFound, Refused
from domain.model import Author, Contact, Message, Thread
from domain.policy import Policy
from domain.services import agents, consent, dispatch, initiating, relay
from domain.services.automation import templates
from domain.services.consent import Statement
from domain.services.dispatch import Send
from domain.services.people import contacts
from domain.services.programs.drafts import AHEAD, PAST
from tests.clock import NOON
from tests.domain.build import (
    AGENT,
    CUSTOMER,
    OURS,
    POLICY,
    STRANGER,
    TIMING,
    answered,
    conversation,
    customer,
    draft,
    due,
    fresh,
    later,
    leased,
    leaving,
    person,
    race,
    received,
    statuses,
)

pytestmark = pytest.mark.usefixtures("db")
ANN = Author(kind="agent", key=AGENT, name="Ann Agent")
ORIGIN = "slack:T1/view/V1"
SECOND = "+17605550199"
TWO = Policy(numbers=(OURS, SECOND))


def agreed(phone: str = CUSTOMER) -> None:
    """That number may be texted."""
    said = Statement("opt_in", "form", NOON)
    consent.record(f"form:{phone}", phone, said, NOON)


def begun(
    body: str = "Hi Jane",
    now: datetime = NOON,
    policy: Policy = POLICY,
    origin: str = ORIGIN,
    template_id: str | None = None,
    **changes: Any,
) -> Message:
    """A text that an agent wrote in the form."""
    asked = draft(body, author=ANN, **changes)
    return initiating.initiate(asked, origin, now, policy, template_id)


def nothing_made() -> bool:
    return not (Message.objects.count() or Thread.objects.count() or Contact.objects.count())


def test_a_colleagues_own_template_is_not_to_be_used() -> None:
    bobs = Author(kind="agent", key="U2")
    own = str(templates.create("Bob's", "Hi there.", False, bobs, NOON).id)
    for attempt in (
        lambda: begun("Hi there.", template_id=own),
        lambda: initiating.filled(own, None, AGENT),
    ):
        with pytest.raises(Refused, match="somebody else's"):
            attempt()
    assert not Message.objects


def test_a_text_is_held_like_an_answer() -> None:
    conversation()
    usual, message = answered(), begun()
    assert (message.status, due(message, "dispatch")) == ("held", NOON + POLICY.hold)
    assert (usual.status, due(usual, "dispatch")) == (message.status, due(message, "dispatch"))
    assert (message.thread_id, message.purpose, message.shadow.ts) == (
        usual.thread_id,
        "conversation",
        None,
    )
    assert message.sent_by
    assert (message.sent_by.kind, message.sent_by.key) == ("agent", AGENT)


def test_it_leaves_after_the_hold() -> None:
    agents.learn(person(), NOON)
    agreed()
    message = begun()
    assert leaving(NOON + POLICY.hold).text.body == "Hi Jane"
    assert statuses(message) == ["held", "sending"]


def test_one_form_is_one_text_however_often_it_is_submitted() -> None:
    agreed()
    first = begun()
    assert begun("Other words").id == first.id
    assert Message.objects(direction="outbound").count() == 1


def test_two_submissions_at_the_same_moment_are_one_text() -> None:
    agreed()
    made = race(*[begun] * 6)
    assert len({one.id for one in made}) == 1
    assert (Message.objects.count(), Thread.objects.count(), Contact.objects.count()) == (1, 1, 1)


def test_somebody_new_becomes_a_contact_with_a_conversation() -> None:
    agreed()
    message = begun()
    contact = contacts.by_phone(CUSTOMER)
    assert contact
    assert (contact.source, contact.name) == ("slack", CUSTOMER)
    thread: Thread = Thread.objects.get()
    assert (thread.sender, thread.phone, thread.contact_id) == (OURS, CUSTOMER, contact.id)
    assert (message.thread_id, message.contact_id) == (thread.id, contact.id)


def test_its_place_is_made_and_it_is_shown_there() -> None:
    agreed()
    message = begun()
    claim = leased("relay", NOON)
    step = relay.next_step(claim, NOON)
    outbox.release(claim)
    assert type(step).__name__ == "OpenChannel"
    assert due(message, "relay") == NOON


def test_a_contact_is_texted_at_their_first_number() -> None:
    agreed()
    contact = customer()
    assert begun(contact_id=str(contact.id), phone=None).to == CUSTOMER


def test_a_conversation_goes_on_from_its_own_number() -> None:
    thread = conversation()
    assert begun(thread_id=str(thread.id), phone=None).thread_id == thread.id


def test_a_text_for_later_waits_for_its_time() -> None:
    agreed()
    at = later(days=2)
    message = begun(send_at=at)
    assert (message.status, message.send_at, due(message, "dispatch")) == ("scheduled", at, at)
    assert due(message, "relay") == NOON


def test_the_gate_is_asked_again_when_it_leaves() -> None:
    agents.learn(person(), NOON)
    agreed()
    message = begun(send_at=later(days=2))
    consent.record("no", CUSTOMER, Statement("opt_out", "form", later(5), level="none"), later(5))
    agents.learn(person(), later(days=2))
    claim = leased("dispatch", later(days=2))
    step = dispatch.next_step(claim, later(days=2), POLICY, TIMING)
    assert not isinstance(step, Send)
    assert fresh(message).status == "refused"


def test_a_moment_that_is_almost_now_is_now() -> None:
    agreed()
    message = begun(send_at=later(-30))
    assert (message.status, message.send_at) == ("held", None)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"body": " \n"}, "body", "MESSAGE_EMPTY"),
        ({"body": "x" * 1601}, "body", "MESSAGE_TOO_LONG"),
        ({"body": "bell \x07"}, "body", "INVALID_INPUT"),
        ({"send_at": later(-120)}, "sendAt", "INVALID_INPUT"),
        ({"send_at": later(days=367)}, "sendAt", "INVALID_INPUT"),
        ({"phone": "12"}, "to", "INVALID_PHONE"),
        ({"phone": None}, "to", "INVALID_INPUT"),
        ({"sender": "+12125550100"}, "senderId", "INVALID_INPUT"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        begun(**changes)
    assert ([one.field for one in wrong.value.fields], wrong.value.code) == ([field], code)
    assert nothing_made()


def test_past_and_far_ahead_are_told_apart() -> None:
    for at, said in ((later(-120), PAST), (later(days=367), AHEAD)):
        with pytest.raises(InvalidInput, match=said):
            begun(send_at=at)


@pytest.mark.parametrize("action", ["none", "opt_out"])
def test_nothing_is_made_for_somebody_who_may_not_be_texted(action: str) -> None:
    if action == "opt_out":
        said = Statement("opt_out", "form", NOON, level="none")
        consent.record("no", CUSTOMER, said, NOON)
    with pytest.raises(Refused) as no:
        begun()
    assert no.value.code == ("OPTED_OUT" if action == "opt_out" else "OPT_IN_REQUIRED")
    assert no.value.help
    assert nothing_made()


def test_a_contact_who_is_gone_is_not_found() -> None:
    with pytest.raises(NotFound):
        begun(contact_id="66f0c0ffee66f0c0ffee66f0", phone=None)


def test_without_a_sender_it_says_what_is_missing() -> None:
    agreed()
    with pytest.raises(DomainError, match="TWILIO_PHONE_NUMBER"):
        begun(policy=Policy())


def test_the_sender_is_that_of_their_latest_conversation() -> None:
    received(now=NOON, policy=TWO)
    received(now=later(60), recipient=SECOND, policy=TWO)
    assert begun(policy=TWO).from_ == SECOND
    assert initiating.sender_for(STRANGER, TWO) == OURS
    assert initiating.sender_for(CUSTOMER, POLICY) == OURS


def test_another_sender_can_be_chosen() -> None:
    agreed()
    assert begun(policy=TWO, sender=SECOND).from_ == SECOND


def test_the_zone_is_the_contacts_own_else_their_numbers() -> None:
    contact = customer()
    asked = draft(phone=None, contact_id=str(contact.id))
    assert initiating.person(asked, "US").zone == "America/Los_Angeles"
    Contact.objects(id=contact.id).update_one(set__timezone="Europe/Paris")
    assert initiating.person(asked, "US").zone == "Europe/Paris"
    Contact.objects(id=contact.id).update_one(set__timezone="Nowhere/At_All")
    assert initiating.person(asked, "US").zone == "America/Los_Angeles"
    assert initiating.person(draft(phone="+18005550111"), "US").zone is None


def written(body: str = "Hi {first_name|there}, about {listing}.") -> str:
    """A template's id."""
    return str(templates.create("Listing", body, True, ANN, NOON).id)


def test_a_template_is_filled_and_what_it_lacks_is_left_in_braces() -> None:
    contact = customer()
    contacts.update(contact.id, {"firstName": "Jane"}, NOON)
    words, missing = initiating.filled(written(), contacts.get(contact.id), AGENT)
    assert (words, missing) == ("Hi Jane, about {listing}.", ("listing",))
    assert initiating.filled(written_whole(), None, AGENT) == ("Hi there.", ())


def written_whole() -> str:
    """One that lacks nothing."""
    return str(templates.create("Hello", "Hi {first_name|there}.", True, ANN, NOON).id)


def test_a_text_with_a_variable_left_in_it_is_not_sent() -> None:
    agreed()
    with pytest.raises(InvalidInput, match="in braces") as wrong:
        begun("Hi Jane, about {listing}.", template_id=written())
    assert [one.field for one in wrong.value.fields] == ["body"]
    assert nothing_made()


def test_a_text_of_a_template_counts_for_it() -> None:
    agreed()
    template_id = written()
    message = begun("Hi Jane, about 1 Main St.", template_id=template_id)
    assert str(message.template_id) == template_id
    begun("Hi Jane, about 1 Main St.", template_id=template_id)
    assert Message.objects(template_id=message.template_id).count() == 1


def test_braces_of_ones_own_are_no_variables() -> None:
    agreed()
    assert begun("I like {listing}").body == "I like {listing}"


def test_an_unknown_agents_text_waits_until_they_are_looked_up() -> None:
    agreed()
    asked = replace(draft("Hi", author=Author(kind="agent", key="U9")), phone=CUSTOMER)
    initiating.initiate(asked, ORIGIN, NOON, POLICY)
    claim = leased("dispatch", NOON + POLICY.hold)
    step = dispatch.next_step(claim, NOON + POLICY.hold, POLICY, TIMING)
    assert type(step).__name__ == "Identify"
