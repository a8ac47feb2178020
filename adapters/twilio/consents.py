"""Twilio's own list of those who have opted out, written by us. Implements domain.ports.Consents.

The Consents API is a pilot: an account has it only with the Compliance Toolkit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from adapters.twilio.client import Failure, HttpClient
from adapters.twilio.failures import MALFORMED, UNREADABLE, declined, later
from adapters.twilio.gateway import Credentials
from domain.values import Declined, Listing, Postponed

SOURCES = {"form": "website", "phone_call": "offline", "email": "offline", "in_person": "offline"}
MESSAGES = {True: "opt-out-message", False: "opt-in-message"}
STATUSES = {True: "opt-out", False: "opt-in"}
UNSAID = "Twilio did not say why."


class TwilioConsents:
    """Tells Twilio who may be texted; the same line twice does no harm."""

    def __init__(self, credentials: Credentials, http: HttpClient) -> None:
        self._client = Client(
            credentials.username,
            credentials.password,
            credentials.account_sid,
            http_client=http,
        )

    async def tell(
        self, listings: Sequence[Listing]
    ) -> Mapping[str, str | None] | Postponed | Declined:
        """Bring at most 25 lines up to date; by key, None or why it was not done."""
        items: list[object] = [_item(one) for one in listings]
        try:
            answer = await self._client.accounts.v1.bulk_consents.create_async(items=items)
            return _told(answer.items)
        except Failure as failure:
            return later(failure)  # what was done may be done again
        except (TwilioRestException, TwilioServiceException) as refusal:
            return declined(refusal.status, refusal.code)
        except (TwilioException, *MALFORMED):
            return Postponed(UNREADABLE)


def _item(listing: Listing) -> dict[str, str]:
    by_text = MESSAGES[listing.blocked] if listing.method in ("keyword", "twilio") else None
    return {
        "contact_id": listing.phone,
        "correlation_id": listing.key,
        "sender_id": listing.sender,
        "status": STATUSES[listing.blocked],
        "source": by_text or SOURCES.get(listing.method, "others"),
        "date_of_consent": f"{listing.at:%Y-%m-%dT%H:%M:%SZ}",
    }


def _told(items: Any) -> dict[str, str | None]:
    """A line that Twilio says nothing of is not in it."""
    return {str(one["correlation_id"]): _fault(one) for one in items}


def _fault(one: Any) -> str | None:
    if not one.get("error_code"):
        return None
    words = ", ".join(map(str, one.get("error_messages") or ())) or UNSAID
    return f"{words} (error {one['error_code']})"
