"""Whether carriers in the US take our texts: a registered campaign, or a verified number."""

from collections.abc import Mapping
from typing import Any

from twilio.rest import Client

from adapters.doctor.asking import Trouble, asked
from adapters.doctor.carrier import Held
from adapters.doctor.saying import failed, fine, warned
from domain.ports import Finding

CAMPAIGN, TOLL_FREE = "twilio_campaign", "twilio_tollfree"
PREFIXES = tuple(f"+18{area}" for area in ("00", "33", "44", "55", "66", "77", "88"))
MOST = 100
CAMPAIGN_FIX = "Open Messaging, Regulatory Compliance in the Twilio console and do what it says."
WAIT_FIX = "Wait: carriers take days. The Twilio console says under Regulatory Compliance how far."
NONE_FIX = "Register a brand and a campaign in the Twilio console for this Messaging Service."
VERIFY_FIX = "Have the number verified in the Twilio console: until then carriers block its texts."
BROKEN = frozenset({"FAILED", "SUSPENDED", "DELETED", "DELETION_PENDING", "DELETION_FAILED"})


async def campaign(own: Client, sid: str) -> Finding:
    """The Messaging Service's campaign, and the brand behind it."""
    told = await asked(own.messaging.v1.services(sid).us_app_to_person.list_async(limit=MOST))
    if isinstance(told, Trouble):
        return told.told(CAMPAIGN, "The A2P campaign")
    if not told:
        return warned(CAMPAIGN, "No A2P campaign is registered for US numbers.", NONE_FIX)
    found = max(told, key=lambda one: one.campaign_status == "VERIFIED")
    if found.campaign_status != "VERIFIED" or not found.brand_registration_sid:
        return _campaign(found)
    brands = own.messaging.v1.brand_registrations
    brand = await asked(brands(found.brand_registration_sid).fetch_async())
    status = "" if isinstance(brand, Trouble) else _word(brand.status)
    if status in BROKEN:
        return failed(CAMPAIGN, f"The A2P brand is {_read(status)}.", CAMPAIGN_FIX)
    return _campaign(found)


def _campaign(found: Any) -> Finding:
    status = _word(found.campaign_status)
    if status == "VERIFIED":
        return fine(CAMPAIGN, "The A2P campaign is verified.")
    if status in BROKEN:
        why = "; ".join(_reason(one) for one in (found.errors or [])[:3])
        words = f"The A2P campaign is {_read(status)}" + (f": {why}." if why else ".")
        return failed(CAMPAIGN, words, CAMPAIGN_FIX)
    return warned(CAMPAIGN, f"The A2P campaign is {_read(status) or 'unknown'}.", WAIT_FIX)


async def tollfree(own: Client, numbers: Mapping[str, Held]) -> Finding | None:
    """Our toll-free numbers' verification; None where we have none."""
    ours = {one.sid: one.phone for one in numbers.values() if one.phone.startswith(PREFIXES)}
    if not ours:
        return None
    told = await asked(own.messaging.v1.tollfree_verifications.list_async(limit=MOST))
    if isinstance(told, Trouble):
        return told.told(TOLL_FREE, "The toll-free verification")
    known = {str(one.tollfree_phone_number_sid): _word(one.status) for one in told}
    states = {phone: known.get(sid, "") for sid, phone in ours.items()}
    if bad := [one for one, status in states.items() if status in ("", "TWILIO_REJECTED")]:
        return failed(TOLL_FREE, f"{', '.join(bad)} are not verified.", VERIFY_FIX)
    if open_ := [one for one, status in states.items() if status != "TWILIO_APPROVED"]:
        return warned(TOLL_FREE, f"{', '.join(open_)} are being verified.", WAIT_FIX)
    return fine(TOLL_FREE, "The toll-free numbers are verified.")


def _reason(error: Any) -> str:
    told = error.get("description") if isinstance(error, dict) else error
    return str(told or "no reason is given")[:200].rstrip(".")


def _word(status: object) -> str:
    """As the API writes it, whether the library made an enumeration of it or not."""
    return str(getattr(status, "value", status) or "").upper()


def _read(status: str) -> str:
    return status.lower().replace("_", " ")
