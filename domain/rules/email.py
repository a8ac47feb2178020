"""E-mail addresses: lower-case, and of a form that can be delivered to."""

import re
import unicodedata

LONGEST = 254
FORMAT_HINT = "This is not an e-mail address (e.g., jane@example.com)."
_FORM = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s.,;<>\"()]+(\.[^@\s.,;<>\"()]+)+")


class InvalidEmail(ValueError):
    """The text cannot be an e-mail address; the message shows one that can."""

    def __init__(self) -> None:
        super().__init__(FORMAT_HINT)


def parse(text: str) -> str:
    """The address as stored and compared."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if len(plain) > LONGEST or not _FORM.fullmatch(plain) or not plain.isprintable():
        raise InvalidEmail
    return plain
