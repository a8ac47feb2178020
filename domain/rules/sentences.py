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
SAID = {
    "opt_in": "Agreed to texts to {}",
    "opt_out": "Opted out of texts to {}",
    "held": "May have asked for no more texts to {}",
    "released": "Did not mean to stop texts to {}",
    "pending": "Was asked to confirm texts to {}",
    "confirmed": "Confirmed texts to {}",
    "do_not_call": "Put on a do-not-call list: {}",
    "callable": "Taken off the do-not-call list: {}",
    "verified": "Found to be still theirs: {}",
    "voided": "Found to be somebody else's: {}",
    "erased": "Whoever had this number before was forgotten: {}",
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
    """What somebody said about being texted, or what was found out of their number, and how."""
    said = SAID.get(action, SAID["opt_in"]).format(phone)
    strength = " in writing" if action == "opt_in" and level == "written" else ""
    day = f" on {at:%Y-%m-%d}" if recorded_at - at > LATER else ""
    return f"{said}{strength}{day} ({method.replace('_', ' ')})."
