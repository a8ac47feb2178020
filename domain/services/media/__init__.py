"""Pictures and files that go with texts, either way."""

from domain.services.media.leaving import (
    FETCHED_WITHIN,
    NO_ADDRESS,
    addresses,
    hold,
    objection,
    same,
    wanted,
    without,
)
from domain.services.media.uploads import (
    KIND,
    MOST,
    TOO_MANY,
    UNUSED,
    attached,
    chosen,
    tidy,
    upload,
)

__all__ = [
    "FETCHED_WITHIN",
    "KIND",
    "MOST",
    "NO_ADDRESS",
    "TOO_MANY",
    "UNUSED",
    "addresses",
    "attached",
    "chosen",
    "hold",
    "objection",
    "same",
    "tidy",
    "upload",
    "wanted",
    "without",
]
