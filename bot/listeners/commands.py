"""The `/sms` command: the form, people, what is scheduled, help. Nothing leaves by it alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import commands
from bot.blocks.elements import Block
from bot.commands import Verb, Wish
from bot.composing import Composer, composed
from bot.desk import Desk
from bot.listeners import campaigns, contacts, schedules, texts
from bot.members import author
from bot.reading import word
from bot.views import help as helping
from bot.views import search
from bot.views.compose import Filled
from bot.views.parts import View
from bot.views.schedule import Leaf
from domain.services import addressees, threads

WHO = "Who is meant by “{words}”?"
FOUND = "Found under “{words}”:"
LATEST = "The latest conversations and contacts:"
LOOKED_AT = 50


@dataclass(frozen=True)
class Told:
    """What only the one who typed the command sees."""

    text: str
    blocks: Sequence[Block]


def register(app: AsyncApp, desk: Desk) -> None:
    """One command; the words after it say what is wanted."""

    @app.command(commands.NAME)
    async def sms(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        wish = commands.parse(word(body, "text"), desk.policy.region)
        channel_id = word(body, "channel_id")
        answer = await composed(
            desk, body, lambda composer: answered(wish, channel_id, composer, desk)
        )
        if isinstance(answer, Told):
            await ack(answer.text, blocks=answer.blocks, response_type="ephemeral")
        else:
            await client.views_open(trigger_id=word(body, "trigger_id"), view=answer)
            await ack()


def answered(wish: Wish, channel_id: str, composer: Composer, desk: Desk) -> View | Told:
    """A modal, or words for the one who asked."""
    match wish.verb:
        case Verb.TEXT if wish.number:
            return texts.form(texts.chosen(wish.number, composer, wish.words), composer)
        case Verb.TEXT:
            return texts.form(Filled(), composer)
        case Verb.FIND:
            return _found(wish.words, composer)
        case Verb.SEARCH:
            return _listed(wish.words, composer)
        case Verb.SCHEDULE:
            return schedules.listed(Leaf(_talk_in(channel_id).thread_id), composer)
        case Verb.TEMPLATE:
            return texts.form(_talk_in(channel_id), composer)
        case Verb.CAMPAIGN:
            return campaigns.blank(composer)
        case Verb.CAMPAIGNS:
            return campaigns.listed(composer)
        case Verb.CONTACT | Verb.NEW:
            return _contact(wish, composer, desk)
        case _:
            return helped()


def helped(first: str = "") -> Told:
    """What there is."""
    return Told(first or helping.TITLE, helping.blocks(first))


def _found(words: str, composer: Composer) -> View | Told:
    """The form to the one who is meant; a list of several; help where there is nobody."""
    found = _people(words, composer)
    if not found.people:
        return helped(search.nobody(words))
    if best := addressees.best(words, found.people):
        return texts.form(texts.chosen(best.value, composer), composer)
    return Told(WHO.format(words=words[: search.MOST_WORDS]), search.people(found, words))


def _contact(wish: Wish, composer: Composer, desk: Desk) -> View:
    """The contact who is meant, or the form for a new one with what was said of them."""
    words = wish.number or wish.words
    if wish.verb is Verb.CONTACT and words:
        best = addressees.best(words, _people(words, composer).people)
        if best and best.contact_id:
            return contacts.show(best.contact_id, composer.agent, desk)
    first, _, last = wish.words.partition(" ")
    known = {"name": first, "last": last, "phone": wish.number or ""}
    return contacts.blank(composer.agent, desk, **known)


def _listed(words: str, composer: Composer) -> Told:
    said = FOUND.format(words=words[: search.MOST_WORDS]) if words else LATEST
    return Told(said, search.people(_people(words, composer), words))


def _people(words: str, composer: Composer) -> addressees.Found:
    signed, now = author(composer.agent), composer.now
    return addressees.find(words, signed, now, composer.policy, LOOKED_AT)


def _talk_in(channel_id: str) -> Filled:
    """The conversation whose own channel that is; nobody in particular elsewhere."""
    found = threads.in_channel(channel_id, None)
    return texts.talk(str(found.id)) if found else Filled()
