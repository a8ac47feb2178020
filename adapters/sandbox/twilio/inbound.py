"""Customers' phones: a text typed there becomes a signed webhook to the product."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman, Reply
from adapters.sandbox.timing import Pace
from adapters.sandbox.twilio.box import Texts
from adapters.sandbox.twilio.estate import Estate
from adapters.sandbox.twilio.media import Item, MediaStore, as_items
from adapters.sandbox.twilio.optout import ANSWERS, Blocks, word_of
from adapters.sandbox.twilio.params import webhook_params
from adapters.sandbox.twilio.text import Text, new_sid, now
from adapters.sandbox.twilio.webhook import parcel


@dataclass(frozen=True)
class Typed:
    """What somebody typed on a phone; a sid given replays that message.

    `pictures` are files of the phone's own, each with its type.
    """

    sender: str
    to: str
    body: str
    media: tuple[str, ...] = ()
    pictures: tuple[tuple[str, bytes], ...] = ()
    sid: str | None = None
    service: str | None = None


class Phones:
    """Brings customers' texts to the product and keeps Twilio's own opt-out list."""

    def __init__(
        self,
        config: SandboxConfig,
        texts: Texts,
        postman: Postman,
        pace: Pace,
        blocks: Blocks,
        media: MediaStore,
        estate: Estate,
    ) -> None:
        self._config = config
        self._texts = texts
        self._postman = postman
        self._pace = pace
        self._blocks = blocks
        self._media = media
        self._estate = estate

    def resume(self) -> None:
        """Try again to deliver what the product had not taken when the sandbox stopped."""
        for text in self._texts.all():
            if text.direction == "inbound" and not text.acknowledged:
                self._postman.later(self._deliver(text))

    async def send(self, typed: Typed) -> Text:
        """Carry a text to the product; returns after the first try, the others go on beside."""
        known = self._texts.find(typed.sid) if typed.sid else None
        text = known or self._texts.add(self._with_pictures(_text(typed), typed))
        if known is None:
            self._obey(text)
        first = asyncio.Event()
        self._postman.later(self._deliver(text, first.set))
        await first.wait()
        return self._texts.find(text.sid) or text

    def _with_pictures(self, text: Text, typed: Typed) -> Text:
        """The phone's own pictures are kept at Twilio's, where the product fetches them."""
        items = [self._media.sent(text.sid, kind, data) for kind, data in typed.pictures]
        elsewhere = [Item(url, url) for url in text.media]
        addresses = [one.source for one in items]
        return replace(text, media=[*addresses, *text.media], items=as_items([*items, *elsewhere]))

    async def _deliver(self, text: Text, tried: Callable[[], None] = lambda: None) -> None:
        def heard(reply: Reply) -> None:
            self._note(text.sid, reply)
            tried()

        url = self._estate.webhook(text.to, text.service)
        if url is None:  # Twilio drops it and tells nobody
            tried()
            return
        params = webhook_params(text, self._config.account_sid)
        about = {"from": text.sender, "to": text.to}
        letter = parcel("deliver.text", url, params, self._config.auth_token, about)
        speed = self._pace.speed
        await self._postman.insist(
            letter, speed.timeout, speed.retries, lambda reply: not reply.good, heard
        )

    def _note(self, sid: str, reply: Reply) -> None:
        text = self._texts.find(sid)
        if text is not None:
            taken = bool(text.acknowledged) or reply.good
            self._texts.save(
                replace(text, attempts=text.attempts + 1, answer=reply.status, acknowledged=taken)
            )

    def _obey(self, text: Text) -> None:
        word = word_of(text.body, text.to) if self._config.handles_stop else None
        if word is None or not self._blocks.obey(text.service or text.to, text.sender, word):
            return
        if self._config.confirms_stop:
            self._texts.add(_answer(text, ANSWERS[word]))


def _text(typed: Typed) -> Text:
    moment = now()
    return Text(
        sid=typed.sid or new_sid("MM" if typed.media or typed.pictures else "SM"),
        direction="inbound",
        sender=typed.sender,
        to=typed.to,
        body=typed.body,
        status="received",
        created=moment,
        updated=moment,
        sent=moment,
        media=list(typed.media),
        service=typed.service,
        priced=True,
    )


def _answer(text: Text, body: str) -> Text:
    moment = now()
    return Text(
        sid=new_sid("SM"),
        direction="outbound-reply",
        sender=text.to,
        to=text.sender,
        body=body,
        status="delivered",
        created=moment,
        updated=moment,
        sent=moment,
        service=text.service,
        priced=True,
    )
