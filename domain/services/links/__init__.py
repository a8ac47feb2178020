"""Short links: an address in a text becomes one of ours, which leads on and counts who follows."""

from domain.services.links.clearing import forget, tidy
from domain.services.links.following import Expired, Followed, clicked, follow
from domain.services.links.reading import of
from domain.services.links.shortening import lasting, likewise, measured, shortened

__all__ = [
    "Expired",
    "Followed",
    "clicked",
    "follow",
    "forget",
    "lasting",
    "likewise",
    "measured",
    "of",
    "shortened",
    "tidy",
]
