"""The carrier: takes the product's texts along and calls back with what became of them."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman
from adapters.sandbox.timing import Pace
from adapters.sandbox.twilio.box import Texts
from adapters.sandbox.twilio.errors import FAILED, magic_of
from adapters.sandbox.twilio.media import MediaStore, as_items
from adapters.sandbox.twilio.params import callback_params
from adapters.sandbox.twilio.text import TERMINAL, Text, now
from adapters.sandbox.twilio.webhook import parcel, policy_of


class Carrier:
    """Moves every outgoing text from queued to its end, one task a text."""

    def __init__(
        self,
        config: SandboxConfig,
        texts: Texts,
        postman: Postman,
        pace: Pace,
        media: MediaStore,
    ) -> None:
        self._config = config
        self._texts = texts
        self._postman = postman
        self._pace = pace
        self._media = media
        self._random = random.Random(11)  # noqa: S311 - repeatable dice

    def resume(self) -> None:
        """Go on with what was on its way when the sandbox stopped."""
        for text in self._texts.all():
            if text.direction == "outbound-api" and text.status not in TERMINAL:
                self._postman.later(self._carry(text.sid))

    def accept(self, text: Text) -> Text:
        """Take a new text and carry it in the background."""
        saved = self._texts.add(text)
        self._postman.later(self._carry(saved.sid))
        return saved

    async def _carry(self, sid: str) -> None:
        text = self._texts.find(sid)
        if text is not None and text.status == "scheduled":
            await asyncio.sleep(max(0.0, (text.send_at or 0) - now()))
        broken = await self._fetch(text)
        for status, error in self._journey(text, broken):
            await asyncio.sleep(self._pause())
            text = self._texts.find(sid)
            if text is None or text.status in TERMINAL:
                return
            self._report(self._texts.advance(sid, status, error))

    async def _fetch(self, text: Text | None) -> int | None:
        """Look at the pictures that go with it; the error that they make."""
        if text is None or not text.media:
            return None
        items, error = await self._media.fetched(text.media)
        known = self._texts.find(text.sid)
        if known is not None:
            self._texts.save(replace(known, items=as_items(items)))
        return error

    def _journey(
        self, text: Text | None, broken: int | None = None
    ) -> Iterator[tuple[str, int | None]]:
        if text is None:
            return
        ladder = ["queued"] if text.status in ("accepted", "scheduled") else []
        yield from ((status, None) for status in [*ladder, "sending"])
        if broken is not None:
            yield FAILED[broken][0], broken
            return
        magic = magic_of(text.to)
        if magic is not None and magic.failed:
            end = FAILED[magic.code][0]
            yield from [("sent", None)] if end == "undelivered" else []
            yield end, magic.code
            return
        yield from (("sent", None), ("delivered", None))

    def _pause(self) -> float:
        speed = self._pace.speed
        return speed.step + self._random.random() * speed.jitter

    def _report(self, text: Text) -> None:
        speed = self._pace.speed
        if text.callback is None or self._random.random() < speed.loss:
            return
        overtaken = self._random.random() < speed.disorder
        delay = (1 + 3 * self._random.random()) * max(speed.step, 0.02) if overtaken else 0.0
        self._postman.later(self._call_back(text, text.callback, delay))

    async def _call_back(self, text: Text, url: str, delay: float) -> None:
        await asyncio.sleep(delay)
        about = {"to": text.to, "told": text.status}
        params = callback_params(text, self._config.account_sid)
        letter = parcel("deliver.callback", url, params, self._config.auth_token, about)
        policy, speed = policy_of(url), self._pace.speed
        timeout = policy.read_timeout or speed.timeout
        pauses = speed.retries[: policy.retries]
        await self._postman.insist(letter, timeout, pauses, policy.again)
