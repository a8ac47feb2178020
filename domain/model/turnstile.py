"""Where automatic answers to the same numbers pass one by one."""

from mongoengine import IntField, ObjectIdField

from domain.model.base import TOLERANT, Noun, index


class Turnstile(Noun):
    """Numbers share `PLACES` of them, by a checksum, so that none names a number.

    Whoever passes writes another `turn` in the transaction of the answer: of two that come at
    once, the later one begins again and sees what the first has done. Nothing else waits there.
    """

    meta = {**TOLERANT, "collection": "turnstiles"}
    INDEXES = (index("place", "place", unique=True),)
    PLACES = 1_024

    place: int = IntField(required=True)
    turn = ObjectIdField()
