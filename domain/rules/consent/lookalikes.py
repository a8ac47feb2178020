"""Signs that look like Latin letters, read as those: what a person sees as STOP is STOP to them.

Only for asking a person. Nobody is opted out or in by what merely looks like a keyword.
"""

import re

_MIXED = re.compile(r"[a-z][0-9]|[0-9][a-z]|[^\x00-\x7f]")
_CYRILLIC = dict(zip("авсԁеԍһніјкӏмоԛрѕтуԝхѵ", "abcdeghhijklmoqpstywxv", strict=True))
_GREEK = dict(zip("αβεηικνορτυχϲ", "abenikvoptuxc", strict=True))
_ARMENIAN = dict(zip("հոսօց", "hnuog", strict=True))
_DIGITS = dict(zip("01345789", "oieastbg", strict=True))
_SIGNS = {"$": "s", "@": "a", "|": "l", "€": "e"}
_LETTERS = str.maketrans(_CYRILLIC | _GREEK | _ARMENIAN | _DIGITS)
_MARKS = str.maketrans(_SIGNS)


def folded(words: str) -> str:
    """Bare words with every such sign as the letter that it looks like; numbers stay."""
    return words.translate(_LETTERS) if _MIXED.search(words) else words


def unmasked(body: str) -> str:
    """A text whose marks that stand for letters are letters: `$top`."""
    return body.translate(_MARKS)
