"""A template that is being written, tried on somebody: what they would read, and what it weighs."""

from dataclasses import dataclass

from domain.model import Contact, Template
from domain.rules import linting
from domain.rules.gate import Purpose
from domain.rules.pricing import Rates
from domain.rules.segments import MAX_BODY
from domain.rules.words import rendering
from domain.rules.words.weight import blame, counted, weight
from domain.services.automation import filling

TOO_LONG = f"That is longer than a text can be: {MAX_BODY:,} characters."


@dataclass(frozen=True)
class Tried:
    """The words for that person, with what is `lacking` still in braces.

    `weight` is of these words, `worst` of the longest values; `wrong`: it is no template yet;
    `warnings`: what carriers may dislike.
    """

    words: str = ""
    lacking: tuple[str, ...] = ()
    weight: str = ""
    worst: str = ""
    wrong: str | None = None
    warnings: tuple[str, ...] = ()


def tried(body: str, contact: Contact | None, rates: Rates) -> Tried:
    """What would become of those words; nothing of none."""
    if not body.strip():
        return Tried()
    try:
        most = rendering.worst(body)
    except rendering.Malformed as error:
        return Tried(wrong=str(error))
    words, lacking = filling.as_far(Template(name="", body=body), contact)
    blamed = blame(words)
    said = " · ".join(filter(None, (weight(words, rates), blamed)))
    wrong = TOO_LONG if len(words) > MAX_BODY else None
    warned = tuple(one.message for one in linting.lint(body, Purpose.CONVERSATION, ""))
    return Tried(words, lacking, said, counted(most.segments), wrong, warned)
