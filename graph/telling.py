"""Timelines with everything that a plan selects beside their lines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain import model
from domain.services.lists import pages
from domain.services.lists.pages import Raw
from domain.services.people.telling import telling
from graph import nodes
from graph.plan import Plan
from graph.types.activity import Activity
from graph.types.consent import ConsentEvent
from graph.types.message import Message

if TYPE_CHECKING:
    from graph.loading import Loader


def told(load: "Loader", entries: Sequence[Raw], plan: Plan) -> list[Activity]:
    """The lines of `people.timeline` as the API shows them; a constant number of commands."""
    tellings = [telling(entry) for entry in entries]
    actors = load.actors([one.author for one in tellings] if "actor" in plan else [])
    texts, events = _texts(load, entries, plan), _events(load, entries, plan)
    return [
        nodes.activity(
            entry,
            one,
            actors.get(nodes.author_key(one.author)) or nodes.actor(one.author, {}, {}),
            texts.get(entry["raw"].get("messageId") or entry["_id"]),
            events.get(entry["_id"]),
        )
        for entry, one in zip(entries, tellings, strict=True)
    ]


def _texts(load: "Loader", entries: Sequence[Raw], plan: Plan) -> Mapping[Any, Message]:
    """The texts themselves, and those that other lines are about."""
    if "message" not in plan:
        return {}
    raws = {entry["_id"]: entry["raw"] for entry in entries if entry["source"] == "text"}
    others = {entry["raw"].get("messageId") for entry in entries} - raws.keys()
    raws |= {raw["_id"]: raw for raw in pages.by_key(model.Message, "_id", others)}
    built = load.messages([*raws.values()], plan.under("message")) if raws else []
    return dict(zip(raws, built, strict=True))


def _events(load: "Loader", entries: Sequence[Raw], plan: Plan) -> Mapping[Any, ConsentEvent]:
    if "consentEvent" not in plan:
        return {}
    said = [entry["said"] for entry in entries if entry["source"] == "consent"]
    built = load.consent_events(said, plan.under("consentEvent")) if said else []
    return dict(zip((one.id for one in said), built, strict=True))
