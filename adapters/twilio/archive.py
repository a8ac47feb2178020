"""All texts of our account, as Twilio lists them. Implements domain.ports.Archive.

A list names no times within a day, so that whole days are asked for; what is queued has no date
of sending yet and is in none of them. A page leads to the next one by a token of Twilio's.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.base.exceptions import TwilioException
from twilio.base.values import unset
from twilio.rest import Client

from adapters.twilio.client import Failure, HttpClient
from adapters.twilio.failures import MALFORMED, UNREADABLE, declined, later
from adapters.twilio.gateway import Credentials, carried
from domain.values import (
    INBOUND,
    OUTBOUND,
    REPLY,
    Declined,
    MediaRef,
    Postponed,
    Record,
    Records,
)

PAGE = 200
MOST_MEDIA = 50
API = "https://api.twilio.com"
WAYS = {"inbound": INBOUND, "outbound-reply": REPLY}


class TwilioArchive:
    """Reads; every call may be repeated. `base_url` is where media are fetched, if elsewhere.

    A page has at most `size` texts.
    """

    def __init__(
        self,
        credentials: Credentials,
        http: HttpClient,
        base_url: str | None = None,
        size: int = PAGE,
    ) -> None:
        self._api, self._size = (base_url or API).rstrip("/"), size
        self._client = Client(
            credentials.username,
            credentials.password,
            credentials.account_sid,
            http_client=http,
        )

    async def page(self, since: datetime, place: str | None) -> Records | Postponed | Declined:
        """One page, newest first."""
        day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        number, _, token = (place or "").partition(":")
        try:
            found = await self._client.messages.page_async(
                date_sent_after=day,
                page_size=self._size,
                page_number=int(number) if number else unset,
                page_token=token or unset,
            )
            texts = tuple(record for one in found if (record := _record(one)))
            return Records(texts, _next(found.next_page_url, int(number or 0)))
        except Failure as failure:
            return later(failure)
        except TwilioException as error:
            return _told(error)
        except MALFORMED:
            return Postponed(UNREADABLE)

    async def enclosed(self, sid: str) -> Sequence[MediaRef] | Postponed | Declined:
        """What came with that text, where Twilio keeps it."""
        try:
            found = await self._client.messages(sid).media.page_async(page_size=MOST_MEDIA)
            return [self._media(one) for one in found]
        except Failure as failure:
            return later(failure)
        except TwilioException as error:
            return _told(error)
        except MALFORMED:
            return Postponed(UNREADABLE)

    def _media(self, one: Any) -> MediaRef:
        """By the address that a webhook would have named."""
        path = str(one.uri).removesuffix(".json")
        return MediaRef(f"{self._api}{path}", one.content_type or "")


def _told(error: TwilioException) -> Postponed | Declined:
    """The library says of a list only that it has none, and holds what was answered."""
    answer = next((one for one in error.args if hasattr(one, "status_code")), None)
    status = getattr(answer, "status_code", None) or getattr(error, "status", None)
    if not isinstance(status, int):
        return Postponed(UNREADABLE)
    return declined(status, getattr(error, "code", None))


def _record(one: Any) -> Record | None:
    """A text of the list; None for what has no time."""
    at = one.date_created or one.date_sent
    if not isinstance(one.sid, str) or at is None:
        return None
    way = WAYS.get(str(one.direction), OUTBOUND)
    count = str(one.num_media or "")
    return Record(carried(one), way, at, int(count) if count.isdecimal() else 0)


def _next(url: str | None, page: int) -> str | None:
    """A place in the list: the page's number and its token, and nothing of the address.

    Raises ValueError or LookupError for one that does not lead on from `page`: a list would begin
    again or never end.
    """
    if not url:
        return None
    query = parse_qs(urlsplit(url).query)
    number, token = int(query["Page"][0]), query["PageToken"][0]
    if number <= page:
        raise ValueError(url)
    return f"{number}:{token}"
