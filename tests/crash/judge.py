"""The judge: what was carried outside, against what was acknowledged and what was decided.

Pure: it reads a history and the documents as they are at the end, and returns what is wrong, one
sentence each. Order between deliveries that overlap is not judged.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from domain.rules.marks import marks_for
from domain.rules.status import MessageStatus
from tests.crash.record import Carried, History, Inbound, Said, Shown, Taken

Document = Mapping[str, Any]
MARKS = frozenset({"hourglass_flowing_sand", "heavy_check_mark", "white_check_mark", "exclamation"})
GONE = "edit:gone"
CARD = "card:"
OPTED_OUT = 21610
WITHHELD = frozenset({"refused", "canceled"})


@dataclass(frozen=True)
class Case:
    """All the evidence. `homes`: channel to customer; `lease`: seconds that a call may be
    under way, with what this machine was late.
    """

    history: History
    messages: Mapping[str, Document]  # by origin
    homes: Mapping[str, str]
    lease: float
    unkept: Sequence[str] = ()  # channels whose upkeep is due

    def document(self, said: Said) -> Document | None:
        """What the product decided about an agent's message."""
        ending = f"/{said.channel}/{said.ts}"
        found = [one for origin, one in self.messages.items() if origin.endswith(ending)]
        return found[0] if found else None

    def carried(self, said: Said) -> list[Carried]:
        """The texts that came of an agent's message: its wordings are like no other's."""
        wordings = {said.body, *(edit.body for edit in said.edits)}
        home = self.homes.get(said.channel)
        texts = self.history.carried.values()
        return [one for one in texts if one.to == home and one.body in wordings]

    def tried_late(self, said: Said, since: Taken) -> bool:
        """Whether its first wording was tried when no call begun before could be under way."""
        return any(
            attempt.body == said.body and attempt.at > since.at + self.lease
            for attempt in self.history.attempts
        )

    def shown(self, text: Inbound) -> list[Shown]:
        """Where Slack shows a customer's text."""
        return [
            one
            for one in self.history.shown.values()
            if one.text == text.body and self.homes.get(one.channel, text.phone) == text.phone
        ]


def verdict(case: Case) -> list[str]:
    """Every breach; empty when all is as promised."""
    return [complaint for rule in RULES for complaint in rule(case)]


def texts_are_shown_once(case: Case) -> Iterator[str]:
    for text in case.history.inbound.values():
        count = len(case.shown(text))
        if text.taken and not count:
            yield f"lost: the text {text.body!r} was answered with 2xx and is not in Slack"
        if count > 1:
            yield f"twice: the text {text.body!r} stands {count} times in Slack"


def texts_are_shown_in_order(case: Case) -> Iterator[str]:
    for texts in _grouped(case.history.inbound.values(), lambda text: text.phone):
        for first, second in _successive(texts):
            one, two = case.shown(first), case.shown(second)
            if one and two and one[0].ts > two[0].ts:
                yield f"order: {second.body!r} is above {first.body!r} in Slack"


def conversations_have_one_place(case: Case) -> Iterator[str]:
    owners = [one for one in case.history.channels.values() if one["private"]]
    for place in owners:
        if place["id"] not in case.homes:
            yield f"channel: nobody lives in {place['name']}, and yet it was made"
    by_phone = defaultdict(set)
    for channel, phone in case.homes.items():
        by_phone[phone].add(channel)
    for phone, places in by_phone.items():
        if len(places) > 1:
            yield f"channel: {phone} lives in {len(places)} places"


def own_posts_are_made_once(case: Case) -> Iterator[str]:
    """Each channel of a conversation has its card, and nothing of ours stands there twice."""
    posts = [one for one in case.history.shown.values() if one.key]
    for group in _grouped(posts, lambda one: f"{one.channel} {one.key}"):
        if len(group) > 1:
            yield f"twice: {group[0].key} stands {len(group)} times in {group[0].channel}"
    cards = {one.channel for one in posts if one.key.startswith(CARD)}
    for channel in case.homes:
        if channel not in cards:
            yield f"card: {channel} has none"


def answers_are_carried_once(case: Case) -> Iterator[str]:
    for said in case.history.said.values():
        document, count = case.document(said), len(case.carried(said))
        if count > 1:
            yield f"twice: the answer {said.body!r} was carried {count} times"
        if document is None:
            if said.taken and said.channel in case.homes:
                yield f"lost: the answer {said.body!r} was acknowledged and is unknown"
            continue
        if document["status"] in WITHHELD and count:
            yield f"against the decision: {said.body!r} is {document['status']}, yet was carried"
        blocked = document.get("errorCode") == OPTED_OUT and _has_stopped(case, said)
        if document["status"] not in {*WITHHELD, "unknown"} and not count and not blocked:
            yield f"lost: the answer {said.body!r} is {document['status']}, yet was not carried"


def answers_are_not_withheld_without_a_cause(case: Case) -> Iterator[str]:
    for said in case.history.said.values():
        document = case.document(said)
        withheld = document and document["status"] in WITHHELD
        if document and withheld and not said.deleted and not _has_stopped(case, said):
            yield f"withheld: {said.body!r} is {document['status']} and nobody asked for it"


def answers_leave_in_order(case: Case) -> Iterator[str]:
    for answers in _grouped(case.history.said.values(), lambda said: said.channel):
        for first, second in _successive(answers):
            one, two = case.carried(first), case.carried(second)
            if one and two and one[0].begun > two[0].begun:
                yield f"order: {second.body!r} left before {first.body!r}"


def only_what_was_typed_is_carried(case: Case) -> Iterator[str]:
    known = {carried.sid for said in case.history.said.values() for carried in case.carried(said)}
    for one in case.history.carried.values():
        if one.sid not in known:
            yield f"against the decision: nobody typed {one.body!r} to {one.to}"


def nothing_leaves_after_a_stop(case: Case) -> Iterator[str]:
    for text in case.history.inbound.values():
        if not _is_stop(text) or text.taken is None:
            continue
        for attempt in case.history.attempts:
            if attempt.to == text.phone and attempt.seq > text.taken.seq:
                yield f"stop: {attempt.body!r} was tried after the STOP of {text.phone}"


def deletions_hold(case: Case) -> Iterator[str]:
    """A deletion that came while a call was under way is told to be too late; no other is."""
    for said in case.history.said.values():
        document = case.document(said)
        if said.deletion is None or document is None or _told(document, GONE):
            continue
        if case.carried(said):
            yield f"deleted: {said.body!r} was carried, and its author was not told so"
        if case.tried_late(said, said.deletion):
            yield f"deleted: {said.body!r} was tried long after its deletion"


def edits_count(case: Case) -> Iterator[str]:
    """Likewise: the last wording leaves, or its author is told that it was too late."""
    for said in case.history.said.values():
        document = case.document(said)
        taken = [edit for edit in said.edits if edit.taken]
        if document is None or not taken or document["status"] in WITHHELD:
            continue
        for one in case.carried(said):
            if one.body != document["body"]:
                yield f"edited: {one.body!r} was carried, {document['body']!r} was decided"
        last = taken[-1]
        if last.taken is None or _told(document, f"edit:{last.ts}"):
            continue
        if document["body"] != last.body:
            yield f"edited: {last.body!r} was acknowledged, is lost, and nobody was told"
        if case.tried_late(said, last.taken):
            yield f"edited: {said.body!r} was tried long after its edit"


def reports_are_believed(case: Case) -> Iterator[str]:
    for said in case.history.said.values():
        document = case.document(said)
        for one in case.carried(said):
            if document and "delivered" in one.told and document["status"] != "delivered":
                yield f"status: {said.body!r} is {document['status']}, Twilio said delivered"


def marks_are_final(case: Case) -> Iterator[str]:
    for said in case.history.said.values():
        document = case.document(said)
        if document is None or said.deleted:
            continue
        status = MessageStatus(document["status"])
        want = marks_for(status, troubled=bool(document.get("errorMessage")))
        if said.reactions & MARKS != want:
            yield f"marks: {said.body!r} is {status} and shows {sorted(said.reactions)}"


def nothing_is_left_open(case: Case) -> Iterator[str]:
    for channel in case.unkept:
        yield f"open: the upkeep of {channel}"
    for origin, document in case.messages.items():
        for slot in ("dispatch", "relay", "effects"):
            if (document.get(slot) or {}).get("due_at"):
                yield f"open: {slot} of {origin} is {document[slot]['state']}"


RULES: Sequence[Callable[[Case], Iterator[str]]] = (
    texts_are_shown_once,
    texts_are_shown_in_order,
    conversations_have_one_place,
    own_posts_are_made_once,
    answers_are_carried_once,
    answers_are_not_withheld_without_a_cause,
    answers_leave_in_order,
    only_what_was_typed_is_carried,
    nothing_leaves_after_a_stop,
    deletions_hold,
    edits_count,
    reports_are_believed,
    marks_are_final,
    nothing_is_left_open,
)


def _is_stop(text: Inbound) -> bool:
    return text.body == "STOP"


def _has_stopped(case: Case, said: Said) -> bool:
    home = case.homes.get(said.channel)
    return any(_is_stop(text) and text.phone == home for text in case.history.inbound.values())


def _told(document: Document, key: str) -> bool:
    return any(notice["key"] == key for notice in document.get("notices", ()))


def _grouped(things: Any, key: Callable[[Any], str]) -> list[list[Any]]:
    groups = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return list(groups.values())


def _successive(things: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of which the first was acknowledged before the second began."""
    for one, two in combinations(things, 2):
        for first, second in ((one, two), (two, one)):
            if first.taken and first.taken.seq < second.begun:
                yield first, second
