"""Requests for any root field, made from the schema: mostly sensible, sometimes hostile."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

SHARES = [0.0, 0.03, 0.1, 0.3]  # of what is hostile in one request
NUL = "a\x00b"

TEXTS = [
    *(
        "",
        " ",
        "\x00",
        NUL,
        "\u200b\u200b",
        "\ufeff",
        "\u202eabc",
        "שלום עולם",
        "😀" * 80,
        "e\u0301",
    ),
    *("$where", "$a", "a.b", "{}", "null", "\n\r\t", "\uffff", "\x1b[31m", "=1+1", "İ" * 50),
    *("<b>", "'; --", "%00", "x" * 5_000, "ﷺ" * 2_000, "x" * 200_000, ".*(a+)+$", "\\", "^"),
]
PHONES = [
    *("7605551234 ext. 5", "+1 760 555 1234;ext=9", "", NUL, "911", "+", "+1", "0" * 40),
    "٧٦٠٥٥٥١٢٣٤",
    *("７６０５５５１２３４", "SHOP", "12345", "+999999999999999", "tel:+17605551234", "x" * 5_000),
]
MOMENTS: list[Any] = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999Z"),
    *("9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z", "2026-02-30", "", "now", 7, [], "24:00"),
    *("2026-03-04", "2026-03-04T20:00", "2026-03-04T20:00:00+23:59", "2026-W10-3", NUL, 1e300),
]
EDGES = [
    *(("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"), ("0001-01-01", "9999-12-31T23:59:59.999Z")),
    *(("9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999Z"), ("1969-12-31", "1970-01-01")),
]
JSONS: list[Any] = [
    *({NUL: 1}, {"$set": {"a": 1}}, {"a.b": 1}, {"": ""}, {"a": NUL}, {"a": 2**63}),
    {"a": -(2**63)},
    *({"a": 2**64}, [], 7, "x", True, {"a": 1e308}, {"k" * 5_000: 1}, {"a": "x" * 200_000}),
    *({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {"k": 1}}}}}}}}}}},),
    *({str(n): n for n in range(3_000)}, {"__proto__": 1, "_id": 1}, {"a": list(range(3_000))}),
]
INTEGERS: list[Any] = [-(2**31), -1, 0, 1, 2, 50, 200, 201, 2**31 - 1, 2**31, 2**63, 1.5, "1", True]
DECIMALS: list[Any] = [
    *(
        0,
        -1,
        "0.1",
        "1e400",
        "1e1000000",
        "1e-1000000",
        "sNaN",
        "NaN",
        "-Infinity",
        10**30,
        "",
        "x",
        1e308,
        "1" * 5_000,
    ),
]
CURSORS: list[Any] = ["", "x", "AAAA", "bnVsbA", NUL, "A" * 4_097, 7, "82" + "F" * 40]
IDS: list[Any] = ["", "x", "0" * 24, "f" * 24, NUL, "x" * 5_000, 7, 2**70, 1.5, "\u200b", "me"]
FILES = [b"first name,last name,phone\nAnn,Lee,7605550003\n", b"\x89PNG\r\n\x1a\n" + b"x" * 500]
BAD_FILES = [
    *(b"", b"\n", b"\x00", b"\xff\xfe", b",,,\n,,,", b"phone", b'"', b"phone\n" + b"," * 9_000),
    *("phone,phone\n1,2\nname".encode("utf-16"), b"phone\n" + b"7" * 200_000, b"<html>", b"PK\x03"),
    b"phone,first name\n\x007605550004,=1+1\n",
]
GOOD_TEXTS = ["Jane", "Doe", "Hello there", "vip", "jane@example.com", "America/New_York", "read"]
GOOD_BY_NAME = {
    "email": ["jane@example.com"],
    "timezone": ["America/New_York"],
    "ip": ["203.0.113.7"],
    "evidenceUrl": ["https://example.com/form"],
    "mediaUrls": ["https://example.com/house.png"],
    "scopes": ["read", "write"],
    "state": ["CA"],
    "zip": ["92054"],
    "twilioMessageSid": ["SM" + "1" * 32],
}
# Which kind an id is of, by the last word of the argument's name, else of the field's.
KINDS = {
    "contact": "contacts",
    "campaign": "campaigns",
    "keep": "contacts",
    "merge": "contacts",
    "thread": "threads",
    "message": "smsmessages",
    "upto": "smsmessages",
    "correction": "smsmessages",
    "import": "imports",
    "token": "tokens",
    "agent": "agents",
    "assigned": "agents",
    "revocation": "threads",
}
EXCLUSIVE = ("to", "contactId", "threadId")
CONTACT_IDS = GraphQLNonNull(GraphQLList(GraphQLNonNull(GraphQLID)))
GOOD_PHONES = ["+17605551234", "(760) 555-9876", "760-555-0000"]
GOOD_DECIMALS: list[Any] = ["1", "2.50", "7.25"]
GOOD_MOMENTS = ["2026-03-04T20:00:00Z", "2026-03-05T18:30:00-08:00", "2025-01-01T00:00:00Z"]


@dataclass(frozen=True)
class Request:
    """One operation with its variables, and the name of its root field."""

    name: str
    query: str
    variables: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.query}\n{json.dumps(self.variables, default=repr)[:2_000]}"


@dataclass
class Forge:
    """Makes requests by a seed; `ids` and `cursors` are real ones, of every kind.

    `whole`: every field that may be given is.
    """

    schema: GraphQLSchema
    random: Random
    ids: Mapping[str, Sequence[str]]
    cursors: Sequence[str]
    share: float = 0.0
    whole: bool = False
    field: str = ""
    name: str = ""
    makers: Mapping[str, Callable[[], Any]] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.makers = {
            "String": lambda: self._one(GOOD_BY_NAME.get(self.name, GOOD_TEXTS), TEXTS),
            "ID": lambda: self._one(self._known(), IDS),
            "Phone": lambda: self._one([*GOOD_PHONES, self._phone()], PHONES),
            "DateTime": lambda: self._one(GOOD_MOMENTS, MOMENTS),
            "Cursor": lambda: self._one(self.cursors, CURSORS),
            "Int": lambda: self._one([1, 10, 50], INTEGERS),
            "Boolean": lambda: self._one([True, False], ["yes", 1, None]),
            "Decimal": lambda: self._one(GOOD_DECIMALS, DECIMALS),
            "Float": lambda: self._one([1.5], DECIMALS),
            "JSON": lambda: self._one([{}, {"city": "Oceanside", "rooms": 3}], JSONS),
            "Upload": lambda: self._one(FILES, BAD_FILES),
        }

    def request(self, root: str, name: str) -> Request:
        """An operation on that root field with some of its arguments."""
        self.share = self.random.choice(SHARES)
        return self._made(root, name, self.random.choice([0.0, 0.5, 0.8]))

    def each_text(self, root: str, name: str, hostile: str) -> Iterator[Request]:
        """Sensible requests with all arguments, in each of which one text is that one."""
        self.share = 0.0
        full = self._made(root, name, 1.0)
        for path in paths(full.variables):
            yield replace(full, variables=planted(full.variables, path, hostile))

    def each_edge(self, root: str, name: str) -> Iterator[Request]:
        """Sensible requests whose moments, one or all, are at an end of time; and such amounts."""
        self.share, self.whole = 0.0, True
        full = self._made(root, name, 1.1)
        found = [*paths(full.variables)]
        amounts = [path for path in found if at(full.variables, path) in GOOD_DECIMALS]
        for path, hostile in product(amounts, ("1e1000000", "1e-1000000", "-Infinity")):
            yield replace(full, variables=planted(full.variables, path, hostile))
        moments = [path for path in found if at(full.variables, path) in GOOD_MOMENTS]
        for early, late in EDGES if moments else ():
            changed = full.variables
            for place, path in enumerate(moments):
                changed = planted(changed, path, late if place % 2 else early)
            yield replace(full, variables=changed)
        if len(moments) > 1:
            for path, edge in product(moments, ("0001-01-01", "9999-12-31T23:59:59.999Z")):
                yield replace(full, variables=planted(full.variables, path, edge))

    def _made(self, root: str, name: str, share: float) -> Request:
        kind = self.schema.type_map[root]
        assert isinstance(kind, GraphQLObjectType)
        found = kind.fields[name]
        given = {
            key: argument.type
            for key, argument in found.args.items()
            if isinstance(argument.type, GraphQLNonNull) or self.random.random() < share
        }
        heads = ", ".join(f"${key}: {kind}" for key, kind in given.items())
        passed = ", ".join(f"{key}: ${key}" for key in given)
        head = f"{root.lower()}{f' ({heads})' if heads else ''}"
        query = f"{head} {{ {name}{f'({passed})' if passed else ''}{selection(found)} }}"
        self.field = name
        return Request(name, query, {key: self.value(key, kind) for key, kind in given.items()})

    def value(self, name: str, kind: Any) -> Any:
        """Something for that argument; null only where it may be, or to annoy."""
        self.name = name
        if isinstance(kind, GraphQLNonNull):
            return None if self.random.random() < self.share / 20 else self._present(kind.of_type)
        none = not self.whole and self.random.random() < 0.05
        return None if none else self._present(kind)

    def _present(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLList):
            return self._list(kind)
        if isinstance(kind, GraphQLEnumType):
            return self._one(list(kind.values), ["NOPE", "", 7, None])
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        assert isinstance(kind, GraphQLScalarType)
        return self.makers[kind.name]()

    def _list(self, kind: GraphQLList[Any]) -> Any:
        size = 1 if self.whole else self.random.choice([0, 1, 1, 2, 2, 3])
        name = self.name
        if self.random.random() < self.share / 10:
            return [self.value(name, kind.of_type)] * 2_000
        return [self.value(name, kind.of_type) for _ in range(size)]

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        share = 1.0 if self.whole else self.random.choice([0.1, 0.3, 0.9, 1.0])
        made = {
            name: self.value(name, one.type)
            for name, one in kind.fields.items()
            if isinstance(one.type, GraphQLNonNull) or self.random.random() < share
        }
        if kind.name == "SendMessageInput" and self.random.random() < 0.9:
            only = self.random.choice(EXCLUSIVE)
            made = {name: one for name, one in made.items() if name not in EXCLUSIVE}
            made |= {name: self.value(name, kind.fields[name].type) for name in (only, "body")}
        if kind.name == "SendMessagesInput" and self.random.random() < 0.9 and made.get("message"):
            shared = {name: one for name, one in made["message"].items() if name not in EXCLUSIVE}
            made |= {"message": shared, "contactIds": self.value("contactIds", CONTACT_IDS)}
        return made | ({"nothing": 1} if self.random.random() < self.share / 10 else {})

    def _phone(self) -> str:
        """Hardly ever the same twice."""
        return f"+1760555{self.random.randrange(10_000):04}"

    def _known(self) -> Sequence[str]:
        """Mostly ids of the right kind, or hardly any operation would come far."""
        words = f"{self.name}|{self.field}".lower().split("|")
        found = [kind for word in words for part, kind in KINDS.items() if part in word]
        if not found or self.random.random() < 0.1:
            return self.ids[self.random.choice(list(self.ids))]
        return self.ids.get(found[0], ())

    def _one(self, good: Sequence[Any], hostile: Sequence[Any]) -> Any:
        bad = not good or self.random.random() < self.share
        return self.random.choice(hostile if bad else good)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts in a value are."""
    if isinstance(value, str):
        yield here
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(one, (*here, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """What is in that place."""
    for key in path:
        value = value[key]
    return value


def planted(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """The value with that text in that place."""
    if not path:
        return text
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = planted(copy[path[0]], path[1:], text)
    return copy


def selection(found: GraphQLField, deep: int = 3) -> str:
    """Everything that can be asked of it without arguments, so many levels deep."""
    kind = get_named_type(found.type)
    if isinstance(kind, GraphQLUnionType):
        parts = [f"... on {one.name} {{ {_fields(one, deep, one.name)} }}" for one in kind.types]
        return f" {{ __typename {' '.join(parts)} }}"
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return f" {{ __typename {_fields(kind, deep, '')} }}"
    return ""


def _fields(kind: Any, deep: int, owner: str) -> str:
    """Members of a union name their fields by aliases of their own: types may differ."""
    if deep == 0:
        return "__typename"
    names = [
        f"{f'{owner}_{name}: ' if _differs(owner, name) else ''}{name}{selection(one, deep - 1)}"
        for name, one in kind.fields.items()
        if not one.args
    ]
    return " ".join(["__typename", *names])


def _differs(owner: str, name: str) -> bool:
    return bool(owner) and name in ("code", "message", "name")
