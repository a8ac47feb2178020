"""The head of a conversation: who it is with, what can be done, a channel's topic."""

from bot.blocks.elements import Block, actions, clipped, context, sections
from domain.rules.mrkdwn import escaped
from domain.values import Button, Card

MOST_TOPIC = 250
REPLY = "reply"


def card(shown: Card) -> list[Block]:
    """The head of a conversation in the inbox channel, with the way to answer it."""
    blocks = sections(headline(shown))
    if shown.notice:
        blocks.append(context(shown.notice))
    return [*blocks, actions([Button("Reply", REPLY, shown.thread_id)])]


def headline(shown: Card) -> str:
    """Who the conversation is with, in the chat's markup."""
    who = escaped(shown.name)
    number = "" if shown.name == shown.phone else f" ({escaped(shown.phone)})"
    return f"Texts with *{who}*{number} at {escaped(shown.sender)}"


def topic(shown: Card) -> str:
    """A channel's topic, in plain words: shown as it is."""
    who = shown.phone if shown.name == shown.phone else f"{shown.name} · {shown.phone}"
    return clipped(escaped(f"{who} · texts from {shown.sender}"), MOST_TOPIC)
