"""A number as the ledger knows it: by an id that tells nothing, with the key to what is sealed."""

from mongoengine import BinaryField, BooleanField, IntField, MapField, StringField

from domain.model.base import TOLERANT, Noun, index


class NumberKey(Noun):
    """The only place that ties events of the ledger to a number.

    `place` is that of its last event. `keys` open what is sealed in events, one for each person
    who had the number: theirs goes when they are forgotten, and if it is their number, a hash
    stands for `phone`. Who comes back has a new document; the former leads to their past.
    """

    meta = {**TOLERANT, "collection": "numberkeys"}
    INDEXES = (
        index("current", "phone", unique=True, where={"current": True}),
        index("phone", "phone"),
    )

    phone: str = StringField(required=True)
    current: bool = BooleanField(default=False)
    keys: dict[str, bytes] = MapField(BinaryField())
    place: int = IntField(default=0)
