"""What of a text a phone can show."""

import unicodedata

_LAYOUT = frozenset("\n\r\t")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def is_visible(text: str) -> bool:
    """Whether there is anything to see: not only blanks and characters without a shape."""
    return seen(text) > 0


def seen(text: str) -> int:
    """How many characters of it there are to see."""
    return sum(unicodedata.category(char) not in _UNSEEN for char in text)


def has_controls(text: str) -> bool:
    """Whether it holds characters that steer devices; carriers drop or change them."""
    return any(unicodedata.category(char) == "Cc" and char not in _LAYOUT for char in text)


def without_controls(text: str) -> str:
    """The same text for the eye."""
    return "".join(char for char in text if char in _LAYOUT or unicodedata.category(char) != "Cc")
