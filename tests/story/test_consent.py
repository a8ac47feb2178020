"""Who said no gets nothing, who may not send sends nothing, and everybody is told why."""

import pytest

from tests.story.world import DANA, DELIVERED, GUEST, OURS, TROUBLE, World, somebody

pytestmark = pytest.mark.timeout(600)


def test_after_a_stop_an_answer_is_refused_and_says_why(world: World) -> None:
    phone, channel = world.conversation()
    world.text(phone, "STOP")
    ts = channel.write("Wait, one more thing")
    why = channel.whispered(DANA, "opted out")
    assert "START" in why
    channel.marked(ts, TROUBLE)
    assert world.carried(phone) == []
    assert not [
        call for call in world.calls("twilio.messages.create") if call["args"]["to"] == phone
    ]


def test_a_stop_calls_back_what_is_still_held(world: World) -> None:
    phone, channel = world.conversation()
    ts = channel.write("Shall I send the brochure?")
    world.text(phone, "stop")
    channel.marked(ts, TROUBLE)
    assert world.carried(phone) == []


def test_start_lifts_the_stop(world: World) -> None:
    phone, channel = world.conversation()
    world.text(phone, "STOP")
    world.text(phone, "START")
    ts = channel.write("Welcome back")
    world.reached(phone, "Welcome back")
    channel.marked(ts, DELIVERED)


def test_a_guest_of_the_workspace_cannot_text_customers(world: World) -> None:
    phone, channel = world.conversation()
    channel.invite(GUEST)
    ts = channel.write("Buy my things", user=GUEST)
    channel.marked(ts, TROUBLE)
    channel.write("Please ignore that")
    world.reached(phone, "Please ignore that")


def test_a_text_for_a_number_that_is_not_set_up_is_kept_and_cannot_be_answered(
    world: World,
) -> None:
    phone = somebody()
    world.text(phone, f"Is this the bakery? {phone}", to="+15555550177")
    channel = world.place(f"Is this the bakery? {phone}")
    channel.joined()
    ts = channel.write("No")
    channel.whispered(DANA, "not set up")
    channel.marked(ts, TROUBLE)
    assert world.carried(phone) == []
    assert OURS not in channel.channel()["topic"]
