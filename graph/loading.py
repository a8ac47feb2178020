"""Documents with everything that a plan selects beside them, in a constant number of commands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bson import ObjectId

from domain import model
from domain.model import Noun
from domain.policy import Policy
from domain.services import pages
from domain.services.pages import LATEST, NEWEST, Order, Page, Raw, Window
from graph import nodes
from graph.plan import Plan
from graph.scalars import Cursor
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.message import Message
from graph.types.page import Connection, Edge, PageInfo
from graph.types.people import Actor, Agent, Token
from graph.types.thread import Thread

T = TypeVar("T")
N = TypeVar("N", Contact, Thread)
Build = Callable[[Sequence[Raw], Plan], list[T]]

FIRST = {"threads": 10, "messages": 50}
HIDDEN: dict[type[Noun], tuple[str, ...]] = {
    model.Message: ("raw", "notices", "shadow", "dispatch", "relay", "effects", "otherSids"),
    model.Contact: ("terms",),
}
"""Fields that the API never shows and that are better not carried about."""
NUMBERS_FACTS = ("level", "optedOutAt")


@dataclass(frozen=True)
class Loader:
    """Reads what stands beside documents; synchronous, to be called in a thread.

    `address` says where a file of ours can be fetched for a while, by its id.
    """

    policy: Policy
    address: Callable[[str], str]

    def contacts(self, raws: Sequence[Raw], plan: Plan) -> list[Contact]:
        """Contacts with their agents, consent, conversations and texts, as far as selected."""
        agents = (
            self._agents(raw.get("assignedAgent") for raw in raws)
            if "assignedAgent" in plan
            else {}
        )
        numbers = self._numbers(raws, plan)
        made = [
            nodes.contact(
                raw, agents.get(raw.get("assignedAgent") or ""), numbers.get(raw["phone"])
            )
            for raw in raws
        ]
        ids = [raw["_id"] for raw in raws]
        for part in plan.pages("threads"):
            link = _Link(model.Contact, model.Thread, "contactId", LATEST)
            self._attach(made, ids, part, link, self.threads)
        for part in plan.pages("messages"):
            link = _Link(model.Contact, model.Message, "contactId", NEWEST)
            self._attach(made, ids, part, link, self.messages)
        return made

    def threads(self, raws: Sequence[Raw], plan: Plan) -> list[Thread]:
        """Conversations with their contacts, agents and texts, as far as selected."""
        contacts = self._linked(raws, plan, "contact", "contactId", model.Contact, self.contacts)
        latest = self._linked(
            raws, plan, "lastMessage", "lastMessageId", model.Message, self.messages
        )
        agents = self._agents(raw.get("assignedTo") for raw in raws) if "assignedTo" in plan else {}
        made = [
            nodes.thread(
                raw,
                self.policy,
                contacts.get(raw.get("contactId")),
                agents.get(raw.get("assignedTo") or ""),
                latest.get(raw.get("lastMessageId")),
            )
            for raw in raws
        ]
        for part in plan.pages("messages"):
            link = _Link(model.Thread, model.Message, "threadId", NEWEST)
            self._attach(made, [raw["_id"] for raw in raws], part, link, self.messages)
        return made

    def messages(self, raws: Sequence[Raw], plan: Plan) -> list[Message]:
        """Texts with their contacts, conversations and authors, as far as selected."""
        contacts = self._linked(raws, plan, "contact", "contactId", model.Contact, self.contacts)
        threads = self._linked(raws, plan, "thread", "threadId", model.Thread, self.threads)
        retried = self._linked(raws, plan, "retryOf", "retryOf", model.Message, self.messages)
        authors = [raw["sentBy"] for raw in raws if raw.get("sentBy")] if "sentBy" in plan else []
        actors = self._actors(authors)
        return [
            nodes.message(
                raw,
                contacts.get(raw.get("contactId")),
                threads.get(raw.get("threadId")),
                actors.get(_author_key(raw.get("sentBy"))),
                retried.get(raw.get("retryOf")),
                nodes.media(raw, self.address) if "media" in plan else [],
            )
            for raw in raws
        ]

    def consent_event(self, event: model.ConsentEvent, plan: Plan) -> ConsentEvent:
        """An event of the ledger with what it refers to, as far as selected."""
        raw = {"contactId": event.contact_id, "sid": event.message_sid}
        contacts = self._linked([raw], plan, "contact", "contactId", model.Contact, self.contacts)
        texts: list[Message] = []
        if "message" in plan and event.message_sid:
            found = pages.by_key(model.Message, "twilioMessageSid", [event.message_sid])
            texts = self.messages(found, plan.under("message"))
        author = event.recorded_by.to_mongo().to_dict()
        actors = self._actors([author])
        return nodes.consent_event(
            event,
            contacts.get(event.contact_id),
            actors[_author_key(author)],
            texts[0] if texts else None,
        )

    def page(
        self, noun: type[Noun], match: Raw, window: Window, plan: Plan, build: Build[T]
    ) -> Connection[T]:
        """One page of what matches, and the count where that is selected."""
        wanted = any(name in plan for name in ("nodes", "edges", "pageInfo"))
        found = pages.page(noun, match, window, HIDDEN.get(noun, ())) if wanted else None
        built = build(found.documents, plan.node) if found else []
        total = pages.count(noun, match) if "totalCount" in plan else 0
        return connection(found, built, plan, total)

    def _attach(
        self,
        parents: Sequence[N],
        ids: Sequence[ObjectId],
        part: Plan,
        link: "_Link",
        build: Build[Any],
    ) -> None:
        """Give each parent its nested page; all pages together are one command."""
        first, after = part.key
        window = Window(link.order, FIRST[part.name] if first is None else first, after)
        hidden = HIDDEN.get(link.child, ())
        found = pages.pages_of(link.parent, ids, link.child, link.field, window, hidden)
        together = [raw for each in ids for raw in found[each].documents]
        built = dict(zip((raw["_id"] for raw in together), build(together, part.node), strict=True))
        totals = pages.counts_of(link.child, link.field, ids) if "totalCount" in part else {}
        for parent, each in zip(parents, ids, strict=True):
            own = [built[raw["_id"]] for raw in found[each].documents]
            parent.pages[part.name, first, after] = connection(
                found[each], own, part, totals.get(each, 0)
            )

    def _linked(
        self,
        raws: Iterable[Raw],
        plan: Plan,
        name: str,
        link: str,
        noun: type[Noun],
        build: Build[T],
    ) -> Mapping[Any, T]:
        """The nodes that these documents link to, by id; nothing when they are not selected."""
        if name not in plan:
            return {}
        found = pages.by_key(noun, "_id", (raw.get(link) for raw in raws), HIDDEN.get(noun, ()))
        built = build(found, plan.under(name)) if found else []
        return {raw["_id"]: node for raw, node in zip(found, built, strict=True)}

    def _numbers(self, raws: Sequence[Raw], plan: Plan) -> Mapping[str, Raw]:
        if not any(fact in plan.under("consent") for fact in NUMBERS_FACTS):
            return {}
        found = pages.by_key(model.Number, "phone", (raw["phone"] for raw in raws))
        return {raw["phone"]: raw for raw in found}

    def _agents(self, user_ids: Iterable[str | None]) -> Mapping[str, Agent]:
        found = pages.by_key(model.Agent, "userId", user_ids)
        return {raw["userId"]: nodes.agent(raw) for raw in found}

    def _tokens(self, ids: Iterable[str]) -> Mapping[str, Token]:
        valid = [ObjectId(one) for one in ids if ObjectId.is_valid(one)]
        found = pages.by_key(model.Token, "_id", valid, ("digest",))
        return {str(raw["_id"]): nodes.token(raw) for raw in found}

    def _actors(self, authors: Sequence[Raw]) -> Mapping[tuple[str, str], Actor]:
        by_kind = {
            kind: [str(one.get("key")) for one in authors if one.get("kind") == kind]
            for kind in ("agent", "token")
        }
        agents, tokens = self._agents(by_kind["agent"]), self._tokens(by_kind["token"])
        return {_author_key(one): nodes.actor(one, agents, tokens) for one in authors}


@dataclass(frozen=True)
class _Link:
    """Children of a document: the field of theirs that names it, and their order."""

    parent: type[Noun]
    child: type[Noun]
    field: str
    order: Order


def connection(found: Page | None, built: list[T], plan: Plan, total: int) -> Connection[T]:
    """A page as clients see it; edges only where they are selected."""
    if found is None:
        empty = PageInfo(
            has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None
        )
        return Connection(edges=[], nodes=[], page_info=empty, total_count=total)
    raws = found.documents
    edges = [
        Edge(cursor=Cursor(found.cursor(raw)), node=node)
        for raw, node in zip(raws if "edges" in plan else (), built, strict=False)
    ]
    info = PageInfo(
        has_next_page=found.has_next,
        has_previous_page=found.has_previous,
        start_cursor=Cursor(found.cursor(raws[0])) if raws else None,
        end_cursor=Cursor(found.cursor(raws[-1])) if raws else None,
    )
    return Connection(edges=edges, nodes=built, page_info=info, total_count=total)


def _author_key(author: Raw | None) -> tuple[str, str]:
    return (str(author.get("kind")), str(author.get("key"))) if author else ("", "")
