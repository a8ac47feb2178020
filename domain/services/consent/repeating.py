"""Whether a statement under a known key is the one of then: another must not pass for it."""

from datetime import datetime, timedelta

from domain.services.consent.confirming import agreed_at
from domain.services.consent.reading import Entry
from domain.services.consent.statement import Statement

SAME = timedelta(milliseconds=1)
PLAIN = ("scope", "level", "method", "wording_version")
SEALED = ("ip", "user_agent", "evidence_url")


def differences(
    event: Entry, said: Statement, *, at: datetime | None, own_wording: bool
) -> list[str]:
    """The names of what is said otherwise now; `at` is when they said it, if that is given.

    `own_wording`: it was given in words, not by one of our versions, whose words follow our name.
    Of an event that cannot be opened any more what is in clear is compared.
    """
    found = [name for name in PLAIN if getattr(event, name) != getattr(said, name)]
    when = at or event.recorded_at
    waits = event.action == "pending"
    if not waits and abs(event.at - when) >= SAME:
        found.append("at")
    if event.origin is None:
        return found
    found += [name for name in SEALED if getattr(event, name) != getattr(said, name)]
    if own_wording and event.wording != said.wording:
        found.append("wording")
    noted = agreed_at(said.note, when, event.recorded_at) if waits else said.note
    if event.note != noted:
        same = waits and (event.note or "").startswith(said.note or "Agreed at ")
        found.append("at" if same else "note")
    return found
