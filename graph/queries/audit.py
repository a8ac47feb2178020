"""Questions about who did what."""

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.lists.pages import NEWEST, Raw, Window
from domain.services.operation import audit
from graph import nodes
from graph.context import Call, Info
from graph.fields import field, said
from graph.types.audit import AuditEntry
from graph.types.contact import After, First
from graph.types.page import Connection


@strawberry.type(description="What can be asked about who did what.")
class AuditQueries:
    """One of the roots of reading; for administrators."""

    @field("What administrators, agents, programs and operators did, the newest first.")
    async def audit_log(
        self,
        info: Info,
        subject: Annotated[
            str | None, said("Only what was done to that contact, token, template and so on.")
        ] = UNSET,
        first: First = 50,
        after: After = UNSET,
    ) -> Connection[AuditEntry]:
        """A page at a time."""
        window = Window(NEWEST, 50 if first is None else first, after or None)
        return await info.context.act(info, lambda call: _page(call, subject or None, window))


def _page(call: Call, subject: str | None, window: Window) -> Connection[AuditEntry]:
    def build(raws: Sequence[Raw], _: object) -> list[AuditEntry]:
        who = call.load.actors([raw["by"] for raw in raws])
        return [nodes.audit_entry(raw, who[nodes.author_key(raw["by"])]) for raw in raws]

    return call.load.page(model.AuditEntry, audit.wanted(subject), window, call.plan, build)
