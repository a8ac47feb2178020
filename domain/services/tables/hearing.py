"""What rows say of consent: judged against what is known, kept until the page is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from domain.model import Author, Number
from domain.rules.consent.ledger import RANK
from domain.services import numbers
from domain.services.consent import Statement, asking, confirming, keys, standing, writing
from domain.services.registry import telling

Raw = dict[str, Any]


@dataclass
class Hearing:
    """The ledger's part of a page; `by` is who imports.

    `confirm`: who agreed is asked to confirm it.
    """

    by: Author
    now: datetime
    confirm: bool = False
    key_of: dict[str, Raw] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    known: dict[str, Number] = field(default_factory=dict)
    events: list[Raw] = field(default_factory=list)
    changes: list[UpdateOne] = field(default_factory=list)
    opted_out: list[str] = field(default_factory=list)

    def mirrored(self, document: Raw) -> Raw:
        """The contact with the consent that is known of its numbers."""
        theirs = self._theirs(document["phones"])
        return overlaid(document, numbers.person(document["phone"], theirs))

    def hear(self, document: Raw, phone: str, origin: str, said: Statement) -> Raw | None:
        """The contact after its person said that; None when it would lift a block.

        A no is meant for all numbers of the person, a yes for this one. What is known is not
        written again. Advertising that they refused is not asked about by a list.
        """
        blocked = {one.phone for one in self._theirs(document["phones"]) if one.blocked}
        if said.action == "opt_out":
            for one in (each for each in document["phones"] if each not in blocked):
                own = origin if one == phone else f"{origin}/{one}"
                self._record(document, one, own, said)
                self.opted_out.append(one)
            return self.mirrored(document)
        if blocked:
            return None
        if self.confirm and self.declines(document, said):
            said = replace(said, level="express")
        if is_known(said, self.known.get(phone), self.now):
            return document
        if self.confirm:
            said = confirming.waiting(said, self.known.get(phone) or Number(phone=phone), self.now)
        self._record(document, phone, origin, said)
        if phone == document["phone"] and said.action == "opt_in":
            proof = {"consent.consentIp": said.ip} if said.ip else {}
            document = overlaid(document, {"consent.consentDate": said.at, **proof})
        return self.mirrored(document)

    def declines(self, document: Raw, said: Statement) -> bool:
        """Whether that is a yes to advertising, which a person refused who did not leave."""
        theirs = self._theirs(document["phones"])
        refused = any(one.declined for one in theirs) and not any(one.blocked for one in theirs)
        return refused and said.action == "opt_in" and said.level == "written"

    def uncalled(self, document: Raw, origin: str) -> Raw:
        """The contact, of whom a row may say that they must not be called; never the contrary."""
        marked = {one.phone for one in self._theirs(document["phones"]) if one.do_not_call}
        said = Statement("do_not_call", "import", self.now, level="none")
        for phone in document["phones"] if document.get("doNotCall") else ():
            if phone not in marked:
                self._record(document, phone, f"{origin}/do_not_call/{phone}", said)
        return {**document, "doNotCall": bool(document.get("doNotCall") or marked)}

    def related(self, phone: str, until: datetime) -> None:
        """How long a business relationship lasts: noted, as no list of our own yields to it."""
        number = self.known.setdefault(phone, Number(phone=phone))
        if number.ebr_until != until:
            change = {"$set": {"ebrUntil": until}, "$inc": {"rev": 1}}
            self.changes.append(UpdateOne({"phone": phone}, change, upsert=True))
            number.ebr_until = until

    def _record(self, document: Raw, phone: str, origin: str, said: Statement) -> None:
        key = keys.next_place(self.key_of.get(phone) or keys.blank(phone), document["_id"])
        self.key_of[phone] = key
        by = replace(said, recorded_by=self.by)
        self.events.append(writing.document(origin, key, document["_id"], by, self.now))
        self.said.add(phone)
        number = self.known.setdefault(phone, Number(phone=phone))
        before = standing.of(number)
        after = before.after(standing.heard(said, self.now))
        change = telling.along(standing.update(after), before, after, said, self.now)
        change = asking.along(change, after, said, self.now)
        self.changes.append(UpdateOne({"phone": phone}, change, upsert=True))
        standing.put(number, after)

    def _theirs(self, phones: Iterable[str]) -> list[Number]:
        return [self.known[phone] for phone in phones if phone in self.known]


def is_known(said: Statement, number: Number | None, now: datetime) -> bool:
    """Whether that yes adds nothing: as strong and as old a one is recorded, with its proof.

    Or as strong a one waits to be confirmed.
    """
    if number and number.pending and RANK[said.level] <= RANK[number.pending]:
        return confirming.is_waiting(number, now)
    if (
        number is None
        or not number.opted_in
        or (said.level == "written" and number.level != "written")
    ):
        return False
    proof = said.ip or said.evidence_url or said.wording
    return said.at == number.consent_at if proof else True


def overlaid(onto: Raw, paths: Mapping[str, Any]) -> Raw:
    """The document with these dotted paths set; nothing inside the given one is changed."""
    for path, value in paths.items():
        onto = _with(onto, path, value)
    return onto


def _with(onto: Raw, path: str, value: Any) -> Raw:
    outer, dot, inner = path.partition(".")
    if not dot:
        return {**onto, outer: value}
    held = onto.get(outer)
    return {**onto, outer: _with(held if isinstance(held, dict) else {}, inner, value)}
