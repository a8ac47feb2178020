"""How each setting is written in the environment: value types that refuse what cannot work."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

T = TypeVar("T")

SECRET_KEY_LENGTH = 32
SEPARATORS = re.compile(r"[\s,]+")


def _require(passes: bool) -> None:
    # The reason is not said here: a setting's description tells what it must be.
    if not passes:
        raise ValueError("malformed")


def _words(value: object) -> object:
    return tuple(filter(None, SEPARATORS.split(value))) if isinstance(value, str) else value


def _pairs(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [item.partition("=") for item in SEPARATORS.split(value.strip(", "))]
    _require(all(key and secret for key, _, secret in pairs))
    return {key: secret for key, _, secret in pairs}


def _address(value: str) -> str:
    parts = urlsplit(value.rstrip("/"))
    _require(parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0)
    _require(not (parts.query or parts.fragment or "@" in parts.netloc or " " in value))
    return value.rstrip("/")


def _origin(value: str) -> str:
    # Twilio refuses callback addresses whose host has an underscore.
    parts = urlsplit(_address(value))
    _require(not value.endswith("/") and not parts.path and "_" not in parts.netloc)
    return value


def _site(value: str) -> str:
    """As browsers write it: in lower case, without the usual port."""
    parts = urlsplit(_address(value.lower()))
    _require(not value.endswith("/") and not parts.path and "*" not in value)
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port not in (None, usual) else ''}"


def _region(value: str) -> str:
    _require(value in SUPPORTED_REGIONS)
    return value


def _key(value: SecretStr) -> SecretStr:
    _require(len(value.get_secret_value()) >= SECRET_KEY_LENGTH)
    return value


def _database_uri(value: SecretStr) -> SecretStr:
    uri = value.get_secret_value()
    _require(uri.startswith(("mongodb://", "mongodb+srv://")))
    try:
        # A +srv name is looked up in the DNS: that belongs to connecting, not to reading.
        if uri.startswith("mongodb://"):
            parse_uri(uri)
    except (PyMongoError, ValueError) as error:
        raise ValueError("malformed") from error
    return value


def _network(value: object) -> object:
    return ip_network(value, strict=False) if isinstance(value, str) else value


def _users_or_group(value: tuple[str, ...]) -> tuple[str, ...]:
    group = len(value) == 1 and re.fullmatch(r"S[A-Z0-9]+", value[0])
    _require(bool(group) or all(re.fullmatch(r"[UW][A-Z0-9]+", one) for one in value))
    return value


def _routes(value: object) -> object:
    """`tag:vip=C1/S1` as ("tag:vip", "C1", ("S1",))."""
    if not isinstance(value, str):
        return value
    pairs = [item.partition("=") for item in SEPARATORS.split(value.strip(", ")) if item]
    places = [(about, *place.split("/")) for about, _, place in pairs]
    return tuple((about, channel, tuple(agents)) for about, channel, *agents in places)


def _route(value: tuple[str, str, tuple[str, ...]]) -> tuple[str, str, tuple[str, ...]]:
    about, channel, agents = value
    _require(bool(re.fullmatch(r"tag:\S+|\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32}", about)))
    _require(bool(re.fullmatch(r"[CG][A-Z0-9]+", channel)))
    if agents:
        _users_or_group(agents)
    return value


def _zone(value: str) -> str:
    _require(value in available_timezones())
    return value


def _by_country(value: object) -> object:
    """`DE:STOPP,ES:BAJA` as {"DE": ("STOPP",), "ES": ("BAJA",)}; a word may be several words."""
    if not isinstance(value, str):
        return value
    found: dict[str, tuple[str, ...]] = {}
    for item in filter(None, (one.strip() for one in value.split(","))):
        country, _, word = (part.strip() for part in item.partition(":"))
        _require(bool(word))
        found[country] = (*found.get(country, ()), word)
    return found


def _ascending(value: tuple[float, ...]) -> tuple[float, ...]:
    _require(bool(value) and list(value) == sorted(value) and value[0] >= 0)
    return value


def _spaceless(value: SecretStr) -> SecretStr:
    _require(not re.search(r"\s", value.get_secret_value()))
    return value


def database_of(uri: str) -> str | None:
    """The database that a `mongodb://…/name?…` address names."""
    return urlsplit(uri).path.strip("/") or None


Words = Annotated[tuple[T, ...], NoDecode, BeforeValidator(_words)]
Secret = Annotated[SecretStr, AfterValidator(_spaceless)]
Pairs = Annotated[dict[str, Secret], NoDecode, BeforeValidator(_pairs)]
Address = Annotated[str, AfterValidator(_address)]
Origin = Annotated[str, AfterValidator(_origin)]
Site = Annotated[str, AfterValidator(_site)]
Region = Annotated[str, AfterValidator(_region)]
Key = Annotated[SecretStr, AfterValidator(_key)]
DatabaseUri = Annotated[SecretStr, AfterValidator(_database_uri)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Phone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
Agents = Annotated[Words[str], AfterValidator(_users_or_group)]
Moments = Annotated[Words[float], AfterValidator(_ascending)]
Networks = Words[Network]
Phones = Words[Phone]
Zone = Annotated[str, AfterValidator(_zone)]
CountryWords = Annotated[
    dict[Region, tuple[Annotated[str, Field(min_length=1, max_length=40)], ...]],
    NoDecode,
    BeforeValidator(_by_country),
]
Route = Annotated[tuple[str, str, tuple[str, ...]], AfterValidator(_route)]
Routes = Annotated[tuple[Route, ...], NoDecode, BeforeValidator(_routes)]
Sites = Words[Site]
Keys = Words[Key]


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
