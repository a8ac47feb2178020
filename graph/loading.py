"""Documents with everything that a plan selects beside them, in a constant number of commands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bson import ObjectId

from domain import model
from domain.model import Noun
from domain.policy import Policy
from domain.services import links
from domain.services.automation import templates
from domain.services.consent import Entry, reading
from domain.services.lists import pages
from domain.services.lists.orders import ROW
from domain.services.lists.pages import LATEST, NEWEST, Fields, Page, Raw, Window
from domain.services.lists.wanted import Wanted
from graph import nodes, outcomes
from graph.links import Link, Timeline, selected, shown
from graph.plan import Plan
from graph.scalars import Cursor
from graph.telling import told
from graph.types.activity import Activity
from graph.types.campaign import Campaign
from graph.types.consent import ConsentEvent
from graph.types.contact import Contact
from graph.types.imports import Import, RowProblem
from graph.types.message import Message
from graph.types.page import Connection, Edge, PageInfo
from graph.types.people import Actor, Agent, Token
from graph.types.template import Template
from graph.types.thread import Thread

T = TypeVar("T")
N = TypeVar("N", Contact, Thread, Import, Campaign)
Build = Callable[[Sequence[Raw], Plan], list[T]]

FIRST = {
    "threads": 10,
    "messages": 50,
    "timeline": 50,
    "errors": 100,
    "recipients": 50,
    "excluded": 50,
}
NUMBERS_FACTS = ("level", "optedOutAt", "askedAt")


@dataclass(frozen=True)
class Loader:
    """Reads what stands beside documents; synchronous, to be called in a thread.

    `address` says where a file of ours can be fetched for a while, by its id. `viewer` is the token
    that looks: what is somebody's own is shown to nobody else.
    """

    policy: Policy
    address: Callable[[str], str]
    viewer: str = ""

    def contacts(self, raws: Sequence[Raw], plan: Plan) -> list[Contact]:
        """Contacts with their agents, consent, conversations and texts, as far as selected."""
        agents = (
            self._agents(raw.get("assignedAgent") for raw in raws)
            if "assignedAgent" in plan
            else {}
        )
        numbers, what = self._numbers(raws, plan), selected(model.Contact, plan)
        made = [
            nodes.contact(
                raw,
                what,
                agents.get(raw.get("assignedAgent") or ""),
                numbers.get(raw.get("phone", "")),
            )
            for raw in raws
        ]
        ids = [raw["_id"] for raw in raws]
        for part in plan.pages("threads"):
            link = Link(model.Contact, model.Thread, "contactId", LATEST)
            self.attach(made, ids, part, link, self.threads)
        for part in plan.pages("messages"):
            link = Link(model.Contact, model.Message, "contactId", NEWEST)
            self.attach(made, ids, part, link, self.messages)
        for part in plan.pages("timeline"):
            self.attach(made, ids, part, Timeline(), self.activities)
        return made

    def activities(self, entries: Sequence[Raw], plan: Plan) -> list[Activity]:
        """Lines of timelines with what they are about, as far as selected."""
        return told(self, entries, plan)

    def threads(self, raws: Sequence[Raw], plan: Plan) -> list[Thread]:
        """Conversations with their contacts, agents and texts, as far as selected."""
        contacts = self.linked(raws, plan, "contact", "contactId", model.Contact, self.contacts)
        latest = self.linked(
            raws, plan, "lastMessage", "lastMessageId", model.Message, self.messages
        )
        agents = self._agents(raw.get("assignedTo") for raw in raws) if "assignedTo" in plan else {}
        what = selected(model.Thread, plan)
        made = [
            nodes.thread(
                raw,
                what,
                self.policy,
                contacts.get(raw.get("contactId")),
                agents.get(raw.get("assignedTo") or ""),
                latest.get(raw.get("lastMessageId")),
            )
            for raw in raws
        ]
        for part in plan.pages("messages"):
            link = Link(model.Thread, model.Message, "threadId", NEWEST)
            self.attach(made, [raw["_id"] for raw in raws], part, link, self.messages)
        return made

    def messages(self, raws: Sequence[Raw], plan: Plan) -> list[Message]:
        """Texts with their contacts, conversations and authors, as far as selected."""
        contacts = self.linked(raws, plan, "contact", "contactId", model.Contact, self.contacts)
        threads = self.linked(raws, plan, "thread", "threadId", model.Thread, self.threads)
        retried, corrected = (
            self.linked(raws, plan, link, link, model.Message, self.messages)
            for link in ("retryOf", "correctionOf")
        )
        authors = [raw["sentBy"] for raw in raws if raw.get("sentBy")] if "sentBy" in plan else []
        made_of = self.made_of(raws, plan)
        parts_of = self.linked(raws, plan, "campaign", "campaignId", model.Campaign, self.campaigns)
        actors, what = self.actors(authors), selected(model.Message, plan)
        with_media = "media" in plan
        short = links.of([raw.get("origin", "") for raw in raws]) if "links" in plan else {}
        return [
            nodes.message(
                raw,
                what,
                contacts.get(raw.get("contactId")),
                threads.get(raw.get("threadId")),
                actors.get(nodes.author_key(raw.get("sentBy"))),
                retried.get(raw.get("retryOf")),
                corrected.get(raw.get("correctionOf")),
                made_of.get(raw.get("templateId")),
                parts_of.get(raw.get("campaignId")),
                nodes.media(raw, self.address) if with_media else [],
                nodes.links(raw, short.get(raw.get("origin", ""), ())),
            )
            for raw in raws
        ]

    def ledger(self, raws: Sequence[Raw], plan: Plan) -> list[ConsentEvent]:
        """Stored events of the ledger, as far as selected."""
        return self.consent_events(reading.opened(dict(raw) for raw in raws), plan)

    def consent_events(self, said: Sequence[Entry], plan: Plan) -> list[ConsentEvent]:
        """Events of the ledger with what they refer to, as far as selected."""
        raws = [{"contactId": one.contact_id} for one in said]
        contacts = self.linked(raws, plan, "contact", "contactId", model.Contact, self.contacts)
        texts = self._by_sid(said, plan)
        authors: list[Raw] = [one.recorded_by.to_mongo().to_dict() for one in said]
        actors = self.actors(authors if "recordedBy" in plan else [])
        return [
            nodes.consent_event(
                one,
                contacts.get(one.contact_id),
                actors.get(nodes.author_key(author)) or nodes.actor(author, {}, {}),
                texts.get(one.message_sid or ""),
            )
            for one, author in zip(said, authors, strict=True)
        ]

    def imports(self, raws: Sequence[Raw], plan: Plan) -> list[Import]:
        """Imports with their reports, as far as selected."""
        made = [nodes.table(raw) for raw in raws]
        for part in plan.pages("errors"):
            link = Link(model.Import, model.RowError, "importId", ROW)
            self.attach(made, [raw["_id"] for raw in raws], part, link, _row_problems)
        return made

    def templates(self, raws: Sequence[Raw], plan: Plan) -> list[Template]:
        """Templates with their owners, as far as selected."""
        owners = self._agents(raw.get("owner") for raw in raws) if "owner" in plan else {}
        return [nodes.template(raw, owners.get(raw.get("owner") or "")) for raw in raws]

    def campaigns(self, raws: Sequence[Raw], plan: Plan) -> list[Campaign]:
        """Campaigns with their counts, what came of them, and their texts, as far as selected."""
        return outcomes.campaigns(self, raws, plan)

    def _by_sid(self, said: Sequence[Entry], plan: Plan) -> Mapping[str, Message]:
        """The texts that said it, by the carrier's id; nothing when they are not selected."""
        if "message" not in plan:
            return {}
        sids, below = (one.message_sid for one in said), plan.under("message")
        fields: Fields = {**shown(model.Message, below), "twilioMessageSid": 1}
        found = pages.by_key(model.Message, "twilioMessageSid", sids, fields)
        built = self.messages(found, below)
        return {raw["twilioMessageSid"]: one for raw, one in zip(found, built, strict=True)}

    def page(
        self, noun: type[Noun], match: Raw | Wanted, window: Window, plan: Plan, build: Build[T]
    ) -> Connection[T]:
        """One page of what matches, and the count where that is selected."""
        wanted = any(name in plan for name in ("nodes", "edges", "pageInfo"))
        fields = shown(noun, plan.node, window.order)
        found = pages.page(noun, match, window, fields) if wanted else None
        built = build(found.documents, plan.node) if found else []
        total = pages.count(noun, match) if "totalCount" in plan else 0
        return connection(found, built, plan, total)

    def attach(
        self,
        parents: Sequence[N],
        ids: Sequence[ObjectId],
        part: Plan,
        link: Link | Timeline,
        build: Build[Any],
    ) -> None:
        """Give each parent its nested page; all pages together are one command."""
        first, after = part.key
        window = Window(link.order, FIRST[part.name] if first is None else first, after)
        found = link.pages(ids, window, part.node)
        together = [raw for each in ids for raw in found[each].documents]
        built = dict(zip((raw["_id"] for raw in together), build(together, part.node), strict=True))
        totals = link.counts(ids) if "totalCount" in part else {}
        for parent, each in zip(parents, ids, strict=True):
            own = [built[raw["_id"]] for raw in found[each].documents]
            parent.pages[part.label, first, after] = connection(
                found[each], own, part, totals.get(each, 0)
            )

    def made_of(self, raws: Sequence[Raw], plan: Plan) -> Mapping[Any, Template | None]:
        """The templates that these were made of; None for somebody else's own."""

        def build(found: Sequence[Raw], below: Plan) -> list[Template | None]:
            seen = [
                templates.seen_by(one.get("shared"), one.get("owner"), self.viewer) for one in found
            ]
            built = self.templates(found, below)
            return [one if open_ else None for one, open_ in zip(built, seen, strict=True)]

        return self.linked(raws, plan, "template", "templateId", model.Template, build)

    def linked(
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
        below = plan.under(name)
        fields = shown(noun, below)
        found = pages.by_key(noun, "_id", (raw.get(link) for raw in raws), fields)
        merged = {raw["_id"]: raw["mergedInto"] for raw in found if raw.get("mergedInto")}
        found = [raw for raw in found if raw["_id"] not in merged]
        into = set(merged.values()) - {raw["_id"] for raw in found}
        found += pages.by_key(noun, "_id", into, fields)
        built = build(found, below) if found else []
        nodes_ = {raw["_id"]: node for raw, node in zip(found, built, strict=True)}
        return nodes_ | {own: nodes_[one] for own, one in merged.items() if one in nodes_}

    def _numbers(self, raws: Sequence[Raw], plan: Plan) -> Mapping[str, Raw]:
        if not any(fact in plan.under("consent") for fact in NUMBERS_FACTS):
            return {}
        phones = (phone for raw in raws for phone in raw.get("phones") or [raw.get("phone")])
        known = {one["phone"]: one for one in pages.by_key(model.Number, "phone", phones)}
        return {str(raw.get("phone")): nodes.spoken_for(raw, known) for raw in raws}

    def _agents(self, user_ids: Iterable[str | None]) -> Mapping[str, Agent]:
        found = pages.by_key(model.Agent, "userId", user_ids)
        return {raw["userId"]: nodes.agent(raw) for raw in found}

    def _tokens(self, ids: Iterable[str]) -> Mapping[str, Token]:
        valid = [ObjectId(one) for one in ids if ObjectId.is_valid(one)]
        found = pages.by_key(model.Token, "_id", valid, {"digest": 0})
        return {str(raw["_id"]): nodes.token(raw) for raw in found}

    def actors(self, authors: Sequence[Raw]) -> Mapping[tuple[str, str], Actor]:
        """Whoever these authors are, by kind and key."""
        by_kind = {
            kind: [str(one.get("key")) for one in authors if one.get("kind") == kind]
            for kind in ("agent", "token")
        }
        agents, tokens = self._agents(by_kind["agent"]), self._tokens(by_kind["token"])
        return {nodes.author_key(one): nodes.actor(one, agents, tokens) for one in authors}


def _row_problems(raws: Sequence[Raw], _: Plan) -> list[RowProblem]:
    return [nodes.row_problem(raw) for raw in raws]


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
        end_cursor=Cursor(found.end) if found.end is not None else None,
    )
    return Connection(edges=edges, nodes=built, page_info=info, total_count=total)
