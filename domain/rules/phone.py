"""Phone numbers: any usual form in, E.164 out; and the other addresses that texts come from."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, timezone

FORMAT_HINT = "Phone number must be in E.164 format (e.g., +17605551234)"
LONGEST_INPUT = 64
REMEMBERED = 10_000
MOST_ZONES = 6  # toll-free and personal numbers answer with every zone of North America

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BARE_DIGITS = re.compile(r"[0-9]{10,15}")
_LABEL = re.compile(r"^(tel|sms):", re.IGNORECASE)
_LETTER_FIRST = re.compile(r"^[^\d+]*[^\W\d_]")
# Reserved for stories and demonstrations in every North American area code, assigned or not.
_FICTIONAL = re.compile(r"\+1[2-9][0-9]{2}55501[0-9]{2}")
_TOLL_FREE = re.compile(r"\+18(00|33|44|55|66|77|88)[2-9][0-9]{6}")
NO_ZONE = "Etc/Unknown"
NORTH_AMERICA = 1  # the country code
UNKNOWN = "ZZ"  # the country of a code that no country has


class InvalidPhone(ValueError):
    """The text cannot be read as a phone number; the message tells people the form that can."""

    def __init__(self) -> None:
        super().__init__(FORMAT_HINT)


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """What is known of a number without asking anybody; `timezones` is empty when unknown."""

    valid: bool
    e164: str | None = None
    national: str | None = None
    country: str | None = None
    kind: str | None = None
    timezones: tuple[str, ...] = ()
    problem: str | None = None


def parse(text: str, region: str = "US") -> str:
    """The number in E.164; a national form is read in `region`, an extension is an error."""
    return _e164(_read(text, region))


def address(raw: str) -> str:
    """An inbound sender: a phone number as E.164, a short code, name or `whatsapp:` as it is."""
    text = "".join(char for char in raw if char.isprintable()).strip()
    if not text or len(text) > LONGEST_INPUT:
        raise InvalidPhone
    if text.startswith("+"):
        return _normalised(text) or text
    if _BARE_DIGITS.fullmatch(text):
        return _normalised(text) or _normalised(f"+{text}") or text
    return text


def is_phone(addr: str) -> bool:
    """Whether the address is an E.164 number, so that it can be called a person's phone."""
    return _E164.fullmatch(addr) is not None


def behind(addr: str) -> str | None:
    """The number (E.164) of whoever writes by another channel: `whatsapp:+1…`, `rcs:+1…`."""
    channel, colon, rest = addr.partition(":")
    number = rest.strip()
    if not (channel and colon and number.startswith("+")):
        return None
    return _normalised(number) or (number if is_phone(number) else None)


def describe(text: str, region: str = "US") -> PhoneFacts:
    """All facts about a number as typed, or what is wrong with it."""
    try:
        number = _read(text, region)
    except InvalidPhone as error:
        return PhoneFacts(valid=False, problem=str(error))
    return PhoneFacts(
        valid=True,
        e164=_e164(number),
        national=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        country=phonenumbers.region_code_for_number(number),
        kind=PhoneNumberType.to_string(phonenumbers.number_type(number)).lower(),
        timezones=_timezones(number),
    )


@lru_cache(REMEMBERED)
def national(addr: str) -> str:
    """A number as North Americans write theirs, others with their country; else the address."""
    try:
        number = phonenumbers.parse(addr if is_phone(addr) else "")
    except phonenumbers.NumberParseException:
        return addr
    near = number.country_code == NORTH_AMERICA
    form = PhoneNumberFormat.NATIONAL if near else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


@lru_cache(REMEMBERED)
def country(addr: str) -> str | None:
    """The country of a number (E.164), as `US` or `CA`; None for other addresses."""
    try:
        number = phonenumbers.parse(addr if is_phone(addr) else "")
    except phonenumbers.NumberParseException:
        return None
    main = phonenumbers.region_code_for_country_code(number.country_code or 0)
    found: str = phonenumbers.region_code_for_number(number) or main
    return found if found.isalpha() and found != UNKNOWN else None


def is_toll_free(addr: str) -> bool:
    """Whether it is a toll-free number of North America, where carriers keep their own blocks."""
    return _TOLL_FREE.fullmatch(addr) is not None


def masked(addr: str) -> str:
    """The address as logs may show it: never more than its country and last four digits."""
    channel, colon, rest = addr.rpartition(":")
    if not is_phone(rest):
        return f"{channel}{colon}•••{rest[len(rest) - len(rest) // 3 :]}"
    country = "+1" if rest.startswith("+1") else rest[:3]
    return f"{channel}{colon}{country}•••{rest[-min(4, len(rest) // 3) :]}"


def everywhere(addr: str) -> tuple[str, ...]:
    """All zones in which that number may be, however many; none if its country has none.

    Where it cannot be a number of its country, the country's.
    """
    try:
        number = phonenumbers.parse(addr)
    except phonenumbers.NumberParseException:
        return ()
    found: tuple[str, ...] = tuple(timezone.time_zones_for_number(number))
    if NO_ZONE in found:
        found = tuple(timezone.time_zones_for_geographical_number(number))
    return () if NO_ZONE in found else found


def _read(text: str, region: str) -> PhoneNumber:
    """Parsed and found to be a number that can exist."""
    plain = unicodedata.normalize("NFKC", _LABEL.sub("", text.strip()))
    if len(plain) > LONGEST_INPUT or _LETTER_FIRST.match(plain):
        raise InvalidPhone
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone from error
    if number.extension or not phonenumbers.is_possible_number(number):
        raise InvalidPhone
    if not (phonenumbers.is_valid_number(number) or _FICTIONAL.fullmatch(_e164(number))):
        raise InvalidPhone
    return number


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(REMEMBERED)
def _normalised(text: str) -> str | None:
    """E.164 if it reads as a number; a sender is never refused for not doing so.

    Remembered: every text is to one of few numbers, and most are from somebody who wrote before.
    """
    try:
        return parse(text)
    except InvalidPhone:
        return None


def _timezones(number: PhoneNumber) -> tuple[str, ...]:
    zones: tuple[str, ...] = tuple(timezone.time_zones_for_number(number))
    known = len(zones) <= MOST_ZONES and NO_ZONE not in zones
    return zones if known else ()
