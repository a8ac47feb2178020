"""What we know of a number's consent, read the way the gate needs it."""

from domain.model import Number


def state_of(phone: str) -> Number:
    """The number as stored, or a blank one that nobody has met; always read from the primary."""
    found: Number | None = Number.objects(phone=phone).first()
    return found or Number(phone=phone)
