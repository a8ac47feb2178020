"""What we answer by ourselves to a keyword: who we are and what is to be known, nothing more.

The words keep to the plain alphabet of texts, so that most answers cost one segment. There is no
offer in them, and no link unless the owner's own contact is one.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from domain.rules.gate import Purpose

IN_TIME = timedelta(minutes=5)
"""What confirms an opt-out, or answers at night, leaves within this time after the customer's."""
PAUSE = timedelta(minutes=10)
"""So long a number gets no second answer of a kind: two machines must not converse."""
WAITS = timedelta(days=30)
"""So long somebody who was asked to confirm may do so."""


class Answer(StrEnum):
    """The kinds of answers; with each begins the origin of such a text."""

    STOP = "stop"
    HELP = "help"
    START = "start"
    JOIN = "join"
    ASK = "optin"


PURPOSES: Mapping[Answer, Purpose] = {
    Answer.STOP: Purpose.OPTOUT_CONFIRMATION,
    Answer.HELP: Purpose.HELP,
    Answer.START: Purpose.AUTO_REPLY,
    Answer.JOIN: Purpose.AUTO_REPLY,
    Answer.ASK: Purpose.AUTO_REPLY,
}
_ENGLISH: Mapping[Answer, str] = {
    Answer.STOP: "You will get no more texts. Reply START to get them again.",
    Answer.HELP: "Reply STOP to get no more texts.",
    Answer.START: "You get texts again. Reply HELP for help, STOP to stop.",
    Answer.JOIN: (
        "You will get recurring texts. Msg & data rates may apply. "
        "Reply HELP for help, STOP to stop."
    ),
    Answer.ASK: (
        "Reply YES to get recurring texts, STOP to get none. Msg & data rates may apply. "
        "Reply HELP for help."
    ),
}
_FRENCH: Mapping[Answer, str] = {
    Answer.STOP: "Vous ne recevrez plus de textos. Répondez START pour en recevoir de nouveau.",
    Answer.HELP: "Répondez ARRET pour ne plus recevoir de textos.",
}
_ASK_US = {"en": "Questions: {contact}", "fr": "Questions : {contact}"}
_REACH_US = {"en": "For help: {contact}", "fr": "Pour de l'aide : {contact}"}
_PERSON = {"en": "A person reads what you reply.", "fr": "Une personne lit vos réponses."}
_AGAIN = "Reply START to get texts again."
_LEFT: Mapping[str, str] = {
    "en": _AGAIN,
    "fr": "Répondez START pour recevoir de nouveau des textos.",
}


def origin(answer: Answer, cause: str) -> str:
    """The one idempotency key of the answer to that cause."""
    return f"{answer}:{cause}"


def worded(
    answer: Answer, name: str, contact: str | None, language: str = "en", *, left: bool = False
) -> str:
    """The answer in `en` or `fr` (to leaving and to HELP); `left`: who asks gets no texts now."""
    said = (_FRENCH if language == "fr" else {}).get(answer) or _ENGLISH[answer]
    if answer is Answer.HELP:
        reach = (_REACH_US if contact else _PERSON)[language].format(contact=contact)
        return f"{name}: {_ended(reach)} {_LEFT[language] if left else said}"
    if answer is Answer.STOP and contact:
        return f"{name}: {said} {_ASK_US[language].format(contact=contact)}"
    return f"{name}: {said}"


def _ended(sentence: str) -> str:
    """With a full stop at its end."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
