"""How nested pages are found, and which stored fields a page needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from bson import ObjectId

from domain import model
from domain.model import Noun
from domain.services.lists import pages
from domain.services.lists.pages import Fields, Order, Page, Window
from domain.services.people import timeline
from graph import nodes
from graph.plan import Plan
from graph.types.stored import Sources

HIDDEN: Mapping[type[Noun], tuple[str, ...]] = MappingProxyType(
    {
        model.Message: (
            "raw",
            "words",
            "notices",
            "shadow",
            "dispatch",
            "relay",
            "effects",
            "fetch",
            "wanted",
            "otherSids",
            "asked",
        ),
        model.Contact: ("terms", "names", "words"),
        model.Campaign: ("audience", "asked", "cursor", "run"),
    }
)
"""Fields that the API never shows and that are better not carried about."""
SOURCES: Mapping[type[Noun], Sources] = MappingProxyType(
    {model.Contact: nodes.CONTACT, model.Thread: nodes.THREAD, model.Message: nodes.MESSAGE}
)


def selected(noun: type[Noun], plan: Plan) -> nodes.Selected:
    """What a plan selects of documents of that kind."""
    return _selected(noun.__name__, tuple(one.name for one in plan.below))


@lru_cache(1_000)
def _selected(kind: str, names: tuple[str, ...]) -> nodes.Selected:
    """Programs ask the same again and again."""
    sources = {noun.__name__: known for noun, known in SOURCES.items()}
    return nodes.selected(sources.get(kind, {}), names)


def shown(noun: type[Noun], plan: Plan, order: Order | None = None) -> Fields:
    """What must be read of a document for what is selected of it, and for its place in a list."""
    if noun not in SOURCES:
        return dict.fromkeys(HIDDEN.get(noun, ()), 0)
    needed = selected(noun, plan).needs
    return dict.fromkeys(("_id", "mergedInto", *needed, *(order.keys if order else ())), 1)


@dataclass(frozen=True)
class Link:
    """Children of a document: the field of theirs that names it, and their order.

    `where` is what else must hold of them.
    """

    parent: type[Noun]
    child: type[Noun]
    field: str
    order: Order
    where: pages.Raw | None = None

    def pages(self, ids: Sequence[ObjectId], window: Window, plan: Plan) -> dict[ObjectId, Page]:
        """Each parent's page, in one command."""
        fields = shown(self.child, plan, self.order)
        within = (self.parent, ids, self.child, self.field, window)
        return pages.pages_of(*within, fields, self.where)

    def counts(self, ids: Sequence[ObjectId]) -> dict[ObjectId, int]:
        """How many children each parent has, in one command."""
        return pages.counts_of(self.parent, self.child, self.field, ids, self.where)


class Timeline:
    """What happened to contacts, as `Link` has it for one collection."""

    order = timeline.TIMELINE

    def pages(self, ids: Sequence[ObjectId], window: Window, _: Plan) -> dict[ObjectId, Page]:
        """Each contact's page, in one command."""
        return timeline.pages_of(ids, window, HIDDEN)

    def counts(self, ids: Sequence[ObjectId]) -> dict[ObjectId, int]:
        """How long each timeline is, in one command."""
        return timeline.counts_of(ids)
