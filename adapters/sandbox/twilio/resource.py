"""The shapes in which a text is shown: Twilio's own, and the one for scripts."""

from datetime import UTC, datetime
from email.utils import format_datetime

from adapters.sandbox.ledger import Json
from adapters.sandbox.twilio.segments import segments
from adapters.sandbox.twilio.text import API_VERSION, Text


def as_resource(text: Text, account: str) -> Json:
    """As Twilio's API shows it."""
    uri = f"/{API_VERSION}/Accounts/{account}/Messages/{text.sid}"
    unsettled = text.service is not None and text.status in ("accepted", "scheduled")
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": rfc2822(text.created),
        "date_sent": rfc2822(text.sent),
        "date_updated": rfc2822(text.updated),
        "direction": text.direction,
        "error_code": text.error,
        "error_message": text.error_message,
        "from": text.sender or None,
        "messaging_service_sid": text.service,
        "num_media": str(len(text.media)),
        "num_segments": "0" if unsettled else str(segments(text.body)),
        "price": f"-{0.0079 * segments(text.body):.5f}" if text.priced else None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.to,
        "uri": f"{uri}.json",
    }


def as_shown(text: Text) -> Json:
    """As scripts and the page see it; times are seconds since 1970."""
    return {
        "sid": text.sid,
        "direction": text.direction,
        "from": text.sender,
        "to": text.to,
        "body": text.body,
        "segments": segments(text.body),
        "mediaUrls": text.media,
        "media": text.items,
        "status": text.status,
        "errorCode": text.error,
        "serviceSid": text.service,
        "statusCallback": text.callback,
        "createdAt": text.created,
        "sentAt": text.sent,
        "updatedAt": text.updated,
        "acknowledged": text.acknowledged,
        "attempts": text.attempts,
        "answer": text.answer,
        "history": [{"status": status, "at": at} for status, at in text.history],
    }


def rfc2822(moment: float | None) -> str | None:
    """A moment as Twilio's API writes it."""
    if moment is None:
        return None
    return format_datetime(datetime.fromtimestamp(int(moment), UTC))
