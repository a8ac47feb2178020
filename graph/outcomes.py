"""Campaigns with everything that a plan selects beside them; a constant number of commands."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bson import ObjectId

from domain import model
from domain.model.campaign import EXCLUDED
from domain.services.campaigns.planning.previewing import Preview
from domain.services.campaigns.showing import counting, exclusions, results
from domain.services.lists import pages
from domain.services.lists.orders import Order
from domain.services.lists.pages import NEWEST, Raw
from graph import nodes
from graph.links import Link, shown
from graph.plan import Plan
from graph.types.campaign import Campaign, ExcludedRecipient, Exclusion
from graph.types.contact import Contact

if TYPE_CHECKING:
    from graph.loading import Loader

LISTED = Order("listed", ("dueAt", "_id"), 1)
"""As their turns came."""
PARTS = {
    "cost": ("cost",),
    "value": ("value",),
    "roi": ("cost", "value"),
    "failures": ("failures",),
}
"""What is to be measured for each field."""


def campaigns(load: "Loader", raws: Sequence[Raw], plan: Plan) -> list[Campaign]:
    """These raw campaigns as the API shows them."""
    made_of = load.made_of(raws, plan)
    actors = load.actors([one["author"] for one in raws] if "createdBy" in plan else [])
    counts = counting.counted(raws) if "counts" in plan else {}
    parts = {part for name, needed in PARTS.items() if name in plan for part in needed}
    came = results.of(raws, load.policy, parts) if parts else {}
    left = _exclusions(load, raws, plan) if "exclusions" in plan else {}
    made = [
        nodes.campaign(
            raw,
            load.policy,
            made_of.get(raw.get("templateId")),
            actors.get(nodes.author_key(raw["author"])) or nodes.actor(raw["author"], {}, {}),
            counts.get(raw["_id"]),
            came.get(raw["_id"], results.Results()),
            left.get(raw["_id"], ()),
        )
        for raw in raws
    ]
    _attach(load, raws, made, plan)
    return made


def preview(load: "Loader", made: Preview, plan: Plan) -> list[Exclusion]:
    """Whom a dry run leaves out, with the contacts that are selected of them."""
    ids = [contact.id for one in made.exclusions for contact in one.sample]
    people = _people(load, ids, plan)
    return [
        nodes.exclusion(
            one.code,
            one.reason,
            one.count,
            [people[contact.id] for contact in one.sample if contact.id in people],
        )
        for one in made.exclusions
    ]


def _attach(load: "Loader", raws: Sequence[Raw], made: list[Campaign], plan: Plan) -> None:
    ids = [raw["_id"] for raw in raws]
    for part in plan.pages("recipients"):
        where = {"status": part.status} if part.status else None
        link = Link(model.Campaign, model.Message, "campaignId", NEWEST, where)
        load.attach(made, ids, part, link, load.messages)
    for part in plan.pages("excluded"):
        where = {"state": EXCLUDED}
        link = Link(model.Campaign, model.Recipient, "campaignId", LISTED, where)
        load.attach(made, ids, part, link, lambda found, below: _excluded(load, found, below))


def _exclusions(
    load: "Loader", raws: Sequence[Raw], plan: Plan
) -> Mapping[ObjectId, list[Exclusion]]:
    found = exclusions.grouped(raws)
    ids = [own for groups in found.values() for one in groups for own in one.contact_ids]
    people = _people(load, ids, plan)
    return {
        own: [
            nodes.exclusion(
                one.code,
                one.reason,
                one.count,
                [people[own] for own in one.contact_ids if own in people],
            )
            for one in groups
        ]
        for own, groups in found.items()
    }


def _people(load: "Loader", ids: Sequence[ObjectId], plan: Plan) -> Mapping[ObjectId, Contact]:
    """The contacts of samples, as far as selected."""
    below = plan.under("exclusions")
    if "sample" not in below:
        return {}
    what = below.under("sample")
    raws = pages.by_key(model.Contact, "_id", ids, shown(model.Contact, what))
    raws = [raw for raw in raws if not raw.get("mergedInto")]
    return dict(zip((raw["_id"] for raw in raws), load.contacts(raws, what), strict=True))


def _excluded(load: "Loader", raws: Sequence[Raw], plan: Plan) -> list[ExcludedRecipient]:
    people = load.linked(raws, plan, "contact", "contactId", model.Contact, load.contacts)
    return [nodes.excluded(raw, people.get(raw["contactId"])) for raw in raws]
