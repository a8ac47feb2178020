"""The forms of Twilio's requests to the product."""

import mimetypes
from urllib.parse import urlsplit

from adapters.sandbox.twilio.segments import segments
from adapters.sandbox.twilio.text import API_VERSION, Text


def webhook_params(text: Text, account: str) -> dict[str, str]:
    """The form of an inbound webhook, empty geography included as Twilio does."""
    params = {
        "AccountSid": account,
        "ApiVersion": API_VERSION,
        "Body": text.body,
        "From": text.sender,
        "MessageSid": text.sid,
        "NumMedia": str(len(text.media)),
        "NumSegments": str(segments(text.body)),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": text.to,
    }
    for side in ("From", "To"):
        params |= {f"{side}City": "", f"{side}State": "", f"{side}Zip": "", f"{side}Country": "US"}
    if text.service:
        params["MessagingServiceSid"] = text.service
    for index, url in enumerate(text.media):
        known = {item["source"]: item["content_type"] for item in text.items}
        kind = known.get(url) or mimetypes.guess_type(urlsplit(url).path)[0]
        params[f"MediaUrl{index}"] = url
        params[f"MediaContentType{index}"] = kind or "image/jpeg"
    return params


def callback_params(text: Text, account: str) -> dict[str, str]:
    """The form of a status callback."""
    params = {
        "AccountSid": account,
        "ApiVersion": API_VERSION,
        "From": text.sender,
        "MessageSid": text.sid,
        "MessageStatus": text.status,
        "SmsSid": text.sid,
        "SmsStatus": text.status,
        "To": text.to,
    }
    if text.service:
        params["MessagingServiceSid"] = text.service
    if text.error:
        params["ErrorCode"] = str(text.error)
    return params
