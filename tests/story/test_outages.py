"""Twilio or Slack is away: nothing is lost, and afterwards all goes out in order, once."""

import pytest

from tests.story.world import DANA, DELIVERED, World, somebody, until

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("how", ["down", "dropped"])
def test_while_twilio_is_away_answers_wait_and_then_leave_in_order(world: World, how: str) -> None:
    phone, channel = world.conversation()
    with world.without(twilio=how):
        before = len(world.calls("twilio.messages.create"))
        stamps = [channel.write(f"answer {number}") for number in range(3)]
        until(lambda: len(world.calls("twilio.messages.create")) > before, "a try in vain")
        world.text(phone, f"Are you there, {phone}?")
        until(lambda: f"Are you there, {phone}?" in channel.shown(), "texts go on coming in")
        assert world.carried(phone) == []
    world.reached(phone, "answer 0", "answer 1", "answer 2")
    for ts in stamps:
        channel.marked(ts, DELIVERED)


@pytest.mark.parametrize("how", ["down", "dropped"])
def test_while_slack_is_away_texts_wait_and_then_appear_in_order(world: World, how: str) -> None:
    phone, channel = world.conversation()
    stranger = somebody()
    texts = [f"{number} for {phone}" for number in range(3)]
    with world.without(slack=how):
        before = len(world.calls("slack.chat.postMessage"))
        for body in texts:
            assert world.text(phone, body)["acknowledged"]
        assert world.text(stranger, f"New here: {stranger}")["acknowledged"]
        until(lambda: len(world.calls("slack.chat.postMessage")) > before, "a try in vain")
    until(lambda: channel.shown()[-3:] == texts, "the texts in order")
    place = world.place(f"New here: {stranger}")
    assert place.id != channel.id
    assert place.shown() == [f"New here: {stranger}"]


def test_when_no_channel_can_be_made_the_conversation_lives_in_the_inbox(world: World) -> None:
    phone = somebody()
    body = {"ok": False, "error": "restricted_action"}
    rule = {"method": "slack.conversations.create", "action": "answer", "status": 200, "body": body}
    with world.going_wrong(**rule):
        world.text(phone, f"Anybody? {phone}")
        place = world.place(f"Anybody? {phone}")
    assert place.id == "C0INBOX"
    place.write("What does she want?", thread_ts=place.thread_ts)
    place.reply("We are here")
    world.reached(phone, "We are here")
    until(lambda: "We are here" in place.shown(), "the answer in the inbox thread")


def test_an_answer_that_twilio_took_without_saying_so_is_sent_once(world: World) -> None:
    phone, channel = world.conversation()
    rule = {"method": "twilio.messages.create", "match": {"to": phone}, "times": 1}
    with world.going_wrong(**rule, action="drop_reply"):
        ts = channel.write("Once only")
        world.reached(phone, "Once only")
        channel.marked(ts, DELIVERED)
    assert world.bodies(phone) == ["Once only"]


def test_a_post_that_slack_took_without_saying_so_stands_there_once(world: World) -> None:
    phone, channel = world.conversation()
    rule = {"method": "slack.chat.postMessage", "match": {"text": "Echo"}, "times": 1}
    with world.going_wrong(**rule, action="drop_reply"):
        world.text(phone, f"Echo {phone}")
        world.text(phone, f"After it {phone}")
        until(lambda: channel.shown()[-1] == f"After it {phone}", "the text after it")
    assert channel.shown()[-2:] == [f"Echo {phone}", f"After it {phone}"]
    assert DANA in channel.channel()["members"]
