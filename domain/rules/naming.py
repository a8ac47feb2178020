"""Names for conversations' channels: readable, unlike one another, without a full number."""

import hashlib
import re
import unicodedata

MOST_TRIES = 12
LONGEST_STEM = 60
_PLAIN_TRIES = 9
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PHONE = re.compile(r"\d(?:[^a-z\d]*\d){6,}")


def channel_name(person: str, phone: str, thread_id: str, tries: int) -> str:
    """The name to try after `tries` were taken: sms-jane-doe-1234, …-1234-2 to -9, then letters."""
    stem = f"{_stem(person)}-{_last_digits(phone)}"
    if tries == 0:
        return stem
    if tries < _PLAIN_TRIES:
        return f"{stem}-{tries + 1}"
    return f"{stem}-{_scrambled(f'{thread_id}/{tries}')}"


def _stem(person: str) -> str:
    """The name as lower-case ASCII words, without numbers that could be a phone's."""
    plain = unicodedata.normalize("NFKD", person).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", _PHONE.sub(" ", plain)) if re.search(r"[a-z]", plain) else []
    return "-".join(["sms", *words])[:LONGEST_STEM].rstrip("-")


def _last_digits(phone: str) -> str:
    return re.sub(r"[^a-z0-9]", "", phone.lower())[-4:] or "text"


def _scrambled(seed: str) -> str:
    """Four letters that look random and are the same again after a crash."""
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:4])
