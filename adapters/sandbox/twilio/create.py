"""What Twilio checks before it takes a text: the form of a create call, made a Text or refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.twilio.errors import TwilioError, magic_of
from adapters.sandbox.twilio.optout import Blocks
from adapters.sandbox.twilio.text import Text, new_sid, now

PHONE = re.compile(r"\+[1-9]\d{6,14}")
URL = re.compile(r"https?://[^\s_/?#]+(?:[/?#]\S*)?")
SOONEST, LATEST = 300, 35 * 24 * 3600


@dataclass(frozen=True)
class Form:
    """The fields of a create call; repeated ones keep their order."""

    fields: Sequence[tuple[str, str]]

    def one(self, name: str) -> str:
        """The last value of a field, empty when absent."""
        return next((value for key, value in reversed(self.fields) if key == name), "")

    def many(self, name: str) -> list[str]:
        """All values of a field."""
        return [value for key, value in self.fields if key == name]

    def flat(self) -> Mapping[str, str]:
        """As faults match it: names in lower case, the last value of each."""
        return {key.lower(): value for key, value in self.fields}


def checked(form: Form, config: SandboxConfig, blocks: Blocks) -> Text:
    """The text that a create call asks for; TwilioError when Twilio would refuse it."""
    to, sender, service = form.one("To"), form.one("From"), form.one("MessagingServiceSid")
    _check_parties(to, sender, service, config)
    _check_content(form)
    magic = magic_of(to)
    if magic is not None and magic.refused:
        raise TwilioError(magic.code, to)
    number = sender or config.numbers[0]
    if blocks.stopped(service or number, to) or blocks.stopped(number, to):
        raise TwilioError(21610)
    send_at = _schedule(form, service)
    moment = now()
    waiting = "scheduled" if send_at else "accepted" if service and not sender else "queued"
    return Text(
        sid=new_sid("MM" if form.many("MediaUrl") else "SM"),
        direction="outbound-api",
        sender=number,
        to=to,
        body=form.one("Body"),
        status=waiting,
        created=moment,
        updated=moment,
        media=form.many("MediaUrl"),
        service=service or None,
        callback=form.one("StatusCallback") or None,
        send_at=send_at,
    )


def _check_parties(to: str, sender: str, service: str, config: SandboxConfig) -> None:
    if not to:
        raise TwilioError(21604)
    if not PHONE.fullmatch(to):
        raise TwilioError(21211, to)
    if not sender and not service:
        raise TwilioError(21603)
    if service and service != config.messaging_service_sid:
        raise TwilioError(21705, service)
    if sender and sender not in config.numbers:
        raise TwilioError(21659, sender)
    if to == sender:
        raise TwilioError(21266, to)


def _check_content(form: Form) -> None:
    body, media, callback = form.one("Body"), form.many("MediaUrl"), form.one("StatusCallback")
    if not body and not media:
        raise TwilioError(21602)
    if len(body) > 1600:
        raise TwilioError(21617)
    if len(media) > 10:
        raise TwilioError(21623)
    for url in media:
        if not URL.fullmatch(url):
            raise TwilioError(21620, url)
    if callback and not URL.fullmatch(callback):
        raise TwilioError(21609, callback)


def _schedule(form: Form, service: str) -> float | None:
    if not form.one("SendAt"):
        return None
    if not service:
        raise TwilioError(35118)
    try:
        moment = datetime.fromisoformat(form.one("SendAt")).timestamp()
    except ValueError as wrong:
        raise TwilioError(20001, form.one("SendAt")) from wrong
    if not SOONEST < moment - now() <= LATEST:
        raise TwilioError(35114)
    return moment
