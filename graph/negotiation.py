"""Which media type an answer has, as GraphQL over HTTP wants it negotiated."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
FORM = "multipart/form-data"

NAMED = (RESPONSE, JSON, EVENTS)  # what somebody had better get who names several
UNNAMED = (JSON, RESPONSE, EVENTS)  # `*/*` comes from programs that know nothing newer
EXACT = 2
KNOWN = 128  # headers of which the meaning is remembered: most clients send the same


@dataclass(frozen=True)
class Range:
    """One range of an Accept header; quality from 0 to 1."""

    kind: str
    quality: float

    def exactness(self, offer: str) -> int | None:
        """How exactly it names what we offer; None: not at all."""
        if self.kind == offer:
            return EXACT
        if self.kind == f"{offer.partition('/')[0]}/*":
            return 1
        return 0 if self.kind == "*/*" else None


@lru_cache(KNOWN)
def chosen(accept: str | None) -> str | None:
    """The best of what is accepted; None: nothing of ours is. No header accepts everything."""
    ranges = [_range(one) for one in (accept or "*/*").split(",") if one.strip()]
    worths = {offer: _worth(offer, ranges) for offer in NAMED}
    best = max(worths.values())
    order = NAMED if best[1] == EXACT else UNNAMED
    return next(offer for offer in order if worths[offer] == best) if best[0] else None


def media_type(content_type: str) -> str:
    """The kind alone, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(KNOWN)
def is_utf8(content_type: str) -> bool:
    """Whether it names no other encoding."""
    return _parameters(content_type).get("charset", "utf-8").lower() in ("utf-8", "utf8")


def _worth(offer: str, ranges: Sequence[Range]) -> tuple[float, int]:
    """Quality and exactness: the most exact range that fits decides."""
    fits = [(one.exactness(offer), one.quality) for one in ranges]
    exactness, quality = max(((e, q) for e, q in fits if e is not None), default=(0, 0.0))
    return quality, exactness


def _range(text: str) -> Range:
    parameters = _parameters(text)
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        quality = 0.0
    fits = is_utf8(text) and 0 <= quality <= 1
    return Range(media_type(text), quality if fits else 0.0)


def _parameters(text: str) -> dict[str, str]:
    """What follows the kind, its names in lower case."""
    read = Message()
    read["content-type"] = text.strip()
    return {name.lower(): value for name, value in (read.get_params() or [])[1:]}
