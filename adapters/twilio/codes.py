"""What Twilio's error codes mean for people: a kind to act on, a sentence, the next step."""

from enum import StrEnum

from domain.values import Advice

DOCS = "https://www.twilio.com/docs/api/errors"


class Kind(StrEnum):
    """What a code asks of the product."""

    CONFIG = "CONFIG"  # the sender or the account must be put right by an admin
    BOUNCE = "BOUNCE"  # this number will never get texts
    SOFT = "SOFT"  # the same text may go later
    OPT_OUT = "OPT_OUT"  # the person said stop
    REJECT = "REJECT"  # this text, as it is, will never go
    HOLD = "HOLD"  # a person should look before anything is sent again
    LOOP = "LOOP"  # two machines are answering each other
    BLOCKED = "BLOCKED"  # recipient or carrier does not want it
    FILTERED = "FILTERED"  # the carrier took it for spam


_CHECK = "Check the number with the customer and correct the contact."
_ADMIN = "Ask an admin to look at the sender in the Twilio console."
_WAIT = "Nothing to do: it is tried again later."
_AGAIN = "Send it again later if it still matters."
_SHORTER = "Change the text and send it again."

# Codes that mean the same share one line.
_TABLE: tuple[tuple[tuple[int, ...], Kind, str, str], ...] = (
    (
        (20003,),
        Kind.CONFIG,
        "Twilio does not accept our credentials.",
        "Ask an admin to check TWILIO_ACCOUNT_SID and the auth token or API key.",
    ),
    ((20404,), Kind.CONFIG, "Twilio does not know this account or sender.", _ADMIN),
    ((20429,), Kind.SOFT, "Twilio is asked too much at once.", _WAIT),
    (
        (14107,),
        Kind.LOOP,
        "The two numbers answer each other too quickly, like two machines.",
        "Turn automatic replies off for this conversation.",
    ),
    ((21211, 21217), Kind.BOUNCE, "This is not a valid phone number.", _CHECK),
    ((21266,), Kind.REJECT, "A number cannot text itself.", _CHECK),
    ((21614,), Kind.BOUNCE, "This number cannot receive texts.", _CHECK),
    (
        (21408,),
        Kind.CONFIG,
        "Texting to this country is not switched on.",
        "Ask an admin to allow the country under Messaging geographic permissions in Twilio.",
    ),
    ((21602,), Kind.REJECT, "The text is empty.", "Write something or add a picture."),
    (
        (21620, 21623),
        Kind.REJECT,
        "Twilio cannot take the pictures: too many, or one cannot be fetched.",
        "Send at most ten pictures, and fewer or smaller ones if it fails again.",
    ),
    ((21617,), Kind.REJECT, "The text is longer than 1,600 characters.", _SHORTER),
    (
        (21606, 21612, 21212, 21659, 21660),
        Kind.CONFIG,
        "Our number cannot text this recipient, or is not ours to send from.",
        _ADMIN,
    ),
    (
        (21608, 572005),
        Kind.CONFIG,
        "A Twilio trial account may text only numbers that were verified first.",
        "Verify this number in the Twilio console, or upgrade the account.",
    ),
    (
        (21609,),
        Kind.CONFIG,
        "Twilio does not accept our address for delivery reports.",
        "Ask an admin to set PUBLIC_URL to an https address that the internet can reach.",
    ),
    (
        (21610,),
        Kind.OPT_OUT,
        "The customer has opted out of our texts.",
        "Nothing can be sent until the customer texts START.",
    ),
    ((21611, 30001), Kind.SOFT, "Too many texts are waiting for this sender.", _WAIT),
    (
        (21703, 21704, 21705),
        Kind.CONFIG,
        "The Messaging Service has no number that can send.",
        "Ask an admin to add a number to the Messaging Service in Twilio.",
    ),
    (
        (30002,),
        Kind.CONFIG,
        "The Twilio account is suspended.",
        "Ask an admin to settle it with Twilio; nothing can be sent until then.",
    ),
    ((30003,), Kind.SOFT, "The phone is switched off or out of reach.", _AGAIN),
    (
        (30004,),
        Kind.BLOCKED,
        "The recipient or their carrier blocks our texts.",
        "Reach the customer another way and ask.",
    ),
    ((30005,), Kind.BOUNCE, "This number is not known to its carrier.", _CHECK),
    ((30006,), Kind.BOUNCE, "This is a landline, or its carrier takes no texts.", _CHECK),
    (
        (30007,),
        Kind.FILTERED,
        "The carrier filtered this text as unwanted.",
        "Do not send the same text again: leave out links and sales words, name the business.",
    ),
    ((30008,), Kind.SOFT, "It was not delivered; the carrier gives no reason.", _AGAIN),
    (
        (30410,),
        Kind.HOLD,
        "The carrier did not answer in time, so the text may or may not have arrived.",
        "Ask the customer, or send it again knowing that it may arrive twice.",
    ),
    ((30022,), Kind.SOFT, "Texts leave faster than the carriers allow us.", _WAIT),
    (
        (30023, 30027),
        Kind.SOFT,
        "The carrier's limit for the day is used up.",
        "Send it again tomorrow; the limit starts afresh at midnight Pacific time.",
    ),
    (
        (30019, 11751),
        Kind.REJECT,
        "The pictures or files are too large for the customer's carrier.",
        "Send fewer or smaller ones.",
    ),
    (
        (30032,),
        Kind.CONFIG,
        "Our toll-free number is not verified, so carriers block its texts.",
        "Ask an admin to finish the toll-free verification in Twilio.",
    ),
    (
        (30893, 30909, 30923, 30460),
        Kind.CONFIG,
        "The carriers have rejected our registration as a business sender.",
        "Ask an admin to read the reason in Twilio and submit the registration again.",
    ),
    (
        (30034, 30035),
        Kind.CONFIG,
        "Our number is not registered for business texting (A2P 10DLC).",
        "Ask an admin to register it in Twilio; a number that is being moved needs some hours.",
    ),
    (
        (30036,),
        Kind.REJECT,
        "The text waited too long and was dropped.",
        _AGAIN,
    ),
    ((30045, 90007), Kind.REJECT, "The text's time to live is out of range.", _ADMIN),
    (
        (60728, 63038),
        Kind.CONFIG,
        "The Twilio account has reached its message limit.",
        "Ask an admin to raise the limit in Twilio, or wait until it resets.",
    ),
    (
        (63016,),
        Kind.REJECT,
        "WhatsApp allows only approved templates a day after the customer's last message.",
        "Send an approved template, or text the customer by SMS.",
    ),
    ((63017, 63018), Kind.SOFT, "Messages leave faster than the channel allows us.", _WAIT),
    ((63024,), Kind.BOUNCE, "This recipient cannot be reached over WhatsApp.", _CHECK),
    (
        (11200, 12300),
        Kind.CONFIG,
        "Twilio could not fetch the picture from us, or deliver its report to us.",
        "Ask an admin to run `threadline doctor`.",
    ),
)
_SCHEDULING = range(35111, 35130)
_BY_CODE = {
    code: (kind, sentence, step) for codes, kind, sentence, step in _TABLE for code in codes
}


def advice(code: int | None, *, at_create: bool = False) -> Advice:
    """What to tell people; an unknown code is judged by when it came."""
    if code in _BY_CODE:
        kind, sentence, step = _BY_CODE[code]
    elif code in _SCHEDULING:
        kind, sentence, step = Kind.REJECT, "It could not be scheduled at Twilio.", _ADMIN
    elif at_create:
        kind, sentence, step = Kind.REJECT, "Twilio did not accept this text.", _ADMIN
    else:
        kind, sentence, step = Kind.SOFT, "The text was not delivered.", _AGAIN
    return Advice(kind=kind.value, sentence=sentence, help=f"{step} {link(code)}".strip())


def link(code: int | None) -> str:
    """Where Twilio explains the code; nothing for an HTTP status or no code at all."""
    return f"More: {DOCS}/{code}" if code and code >= 10_000 else ""
