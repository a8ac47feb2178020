"""Whether a number has a new owner, as Twilio's Lookup knows it. Implements domain.ports.Lookup."""

from collections.abc import Mapping
from datetime import date

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from adapters.twilio.client import Failure, HttpClient
from adapters.twilio.failures import MALFORMED, UNREADABLE, declined, later
from adapters.twilio.gateway import Credentials
from domain.values import Declined, Holder, Postponed

FIELD = "reassigned_number"
HOLDERS = {"no": Holder.SAME, "yes": Holder.OTHER, "no_data_available": Holder.UNKNOWN}
REFUSED = "Twilio Lookup does not say whether numbers were reassigned: error {code}."


class TwilioLookup:
    """Asks for one number at a time; each answer costs money."""

    def __init__(self, credentials: Credentials, http: HttpClient) -> None:
        self._client = Client(
            credentials.username,
            credentials.password,
            credentials.account_sid,
            http_client=http,
        )

    async def holder(self, phone: str, since: date) -> Holder | Postponed | Declined:
        """Whether it still belongs to the one who had it on that day."""
        try:
            found = await self._client.lookups.v2.phone_numbers(phone).fetch_async(
                fields=FIELD, last_verified_date=f"{since:%Y%m%d}"
            )
            return _holder(found.reassigned_number)
        except Failure as failure:
            return later(failure)
        except (TwilioRestException, TwilioServiceException) as refusal:
            return declined(refusal.status, refusal.code)
        except (TwilioException, *MALFORMED):
            return Postponed(UNREADABLE)


def _holder(told: object) -> Holder | Postponed | Declined:
    if not isinstance(told, Mapping):
        return Postponed(UNREADABLE)
    if code := told.get("error_code"):
        return Declined(REFUSED.format(code=code))
    said = str(told.get("is_number_reassigned")).lower().replace(" ", "_")
    return HOLDERS.get(said) or Postponed(UNREADABLE)
