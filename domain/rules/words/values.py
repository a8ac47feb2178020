"""Values of variables as programs send them: JSON's plain kinds as words."""

from decimal import Decimal


class Nested(ValueError):
    """A list or an object: it has no words of its own."""


def word(value: object) -> str | None:
    """A string as it is; a number or a truth as JSON writes it, without an exponent; None of null.

    Nested for anything else. A number with nothing behind its point is a whole one.
    """
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            plain = format(Decimal(repr(value)), "f")
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
    raise Nested
