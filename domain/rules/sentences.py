"""What a contact's timeline says of texts and of consent, as plain sentences."""

from datetime import datetime, timedelta

LEFT = "Sent"
FATES = {
    "scheduled": "Scheduled",
    "held": "To be sent",
    "queued": "To be sent",
    "sending": "To be sent",
    "unknown": "Perhaps sent",
    "refused": "Not allowed to be sent",
    "canceled": "Called back",
    "undelivered": "Not delivered",
    "failed": "Not delivered",
}
WORDLESS = "a picture or file"
LATER = timedelta(days=1)
"""What was written down so much later is told with its own date."""


def of_text(inbound: bool, status: str, carrier_has_it: bool, body: str) -> str:
    """A text either way, with what became of it."""
    words = body or WORDLESS
    if inbound:
        return f"Received: {words}"
    fate = LEFT if carrier_has_it and status == "queued" else FATES.get(status, LEFT)
    return f"{fate}: {words}"


def of_consent(
    action: str, level: str, method: str, phone: str, at: datetime, recorded_at: datetime
) -> str:
    """What somebody said about being texted, and how."""
    said = "Opted out of texts" if action == "opt_out" else "Agreed to texts"
    strength = " in writing" if action == "opt_in" and level == "written" else ""
    day = f" on {at:%Y-%m-%d}" if recorded_at - at > LATER else ""
    return f"{said} to {phone}{strength}{day} ({method.replace('_', ' ')})."
