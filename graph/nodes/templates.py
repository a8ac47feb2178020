"""Templates as the API shows them."""

from domain.rules import linting
from domain.rules.gate import Purpose
from domain.rules.words import rendering
from graph.nodes.stored import Raw, identity
from graph.types.people import Agent
from graph.types.template import Template


def template(raw: Raw, owner: Agent | None) -> Template:
    """A template; one that was removed is shown beside the texts that were made of it."""
    return Template(
        id=identity(raw),
        name=raw["name"],
        body=raw["body"],
        variables=list(rendering.variables(raw["body"])),
        shared=bool(raw.get("shared")),
        owner=owner,
        worst_case_segments=rendering.worst(raw["body"]).segments,
        warnings=[one.message for one in linting.lint(raw["body"], Purpose.CONVERSATION, "")],
        times_used=raw.get("timesUsed") or 0,
        updated_at=raw["updatedAt"],
    )
