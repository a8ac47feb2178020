"""From the customer's text to the two checks on the agent's answer, and second thoughts."""

import pytest

from tests.story.world import DANA, DELIVERED, TROUBLE, World, until

pytestmark = pytest.mark.timeout(600)


def test_a_text_is_answered_and_the_answer_gets_its_two_checks(world: World) -> None:
    phone, channel = world.conversation("Is it free?")
    ts = channel.write("Yes, come by")
    world.reached(phone, "Yes, come by")
    channel.marked(ts, DELIVERED)
    assert channel.channel()["private"]
    assert channel.channel()["name"].endswith(phone[-4:])


def test_texts_and_answers_keep_their_order(world: World) -> None:
    phone, channel = world.conversation()
    texts = [f"part {number} of {phone}" for number in range(5)]
    for body in texts:
        world.text(phone, body)
    for number in range(4):
        channel.write(f"answer {number}")
    world.reached(phone, *(f"answer {number}" for number in range(4)))
    until(lambda: channel.shown()[-5:] == texts, "the texts in order")


def test_an_answer_that_is_edited_in_the_hold_leaves_as_edited(world: World) -> None:
    phone, channel = world.conversation()
    ts = channel.write("See you at fvie")
    channel.edit(ts, "See you at five")
    world.reached(phone, "See you at five")
    channel.marked(ts, DELIVERED)


def test_an_answer_that_is_deleted_in_the_hold_never_leaves(world: World) -> None:
    phone, channel = world.conversation()
    channel.delete(channel.write("Ugh, him again"))
    channel.write("How can I help?")
    world.reached(phone, "How can I help?")


def test_an_edit_that_comes_too_late_is_told_to_its_author(world: World) -> None:
    phone, channel = world.conversation()
    ts = channel.write("At fvie")
    world.reached(phone, "At fvie")
    channel.edit(ts, "At five")
    channel.whispered(DANA, "already received the original")
    assert world.bodies(phone) == ["At fvie"]


def test_a_reply_below_a_message_is_a_note_and_stays_inside(world: World) -> None:
    phone, channel = world.conversation()
    first = channel.write("One moment")
    channel.write("Who knows the price?", thread_ts=first)
    channel.write("It is 400", thread_ts=first, broadcast=True)
    channel.write("It is 400 a month")
    world.reached(phone, "One moment", "It is 400 a month")


def test_what_the_customer_writes_can_call_nobody(world: World) -> None:
    phone, channel = world.conversation()
    world.text(phone, f"<!channel> & <@{DANA}>")
    said = f"&lt;!channel&gt; &amp; &lt;@{DANA}&gt;"
    until(lambda: channel.shown()[-1] == said, "the text without its teeth")


def test_the_same_text_delivered_again_is_one_text(world: World) -> None:
    phone, channel = world.conversation()
    first = world.text(phone, "Twice?")
    world.text(phone, "Twice?", messageSid=first["sid"])
    world.text(phone, "The end")
    until(lambda: channel.shown()[-1] == "The end", "the last text")
    assert channel.shown().count("Twice?") == 1


def test_a_number_that_the_carrier_refuses_is_marked_and_explained(world: World) -> None:
    bad = "+15005521614"
    world.text(bad, "I am a landline")
    channel = world.place("I am a landline")
    channel.joined()
    ts = channel.write("Are you?")
    channel.marked(ts, TROUBLE)
    until(lambda: channel.below(ts), "the reason below the answer")
    assert world.carried(bad) == []
