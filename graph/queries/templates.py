"""Questions about templates."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.automation import templates
from domain.services.lists import pages
from domain.services.lists.pages import Window
from graph.context import Call, Info
from graph.fields import Id, field, said
from graph.types.contact import After, First
from graph.types.page import Connection
from graph.types.template import Template


@strawberry.type(description="What can be asked about templates.")
class TemplateQueries:
    """One of the roots of reading."""

    @field(
        "One template; null when there is none with this id, when it was removed, and when it is "
        "somebody else's own."
    )
    async def template(self, info: Info, id: Id) -> Template | None:
        """A shared one, or one of the token's own."""
        return await info.context.act(info, lambda call: _template(call, id))

    @field("Templates by name: the shared ones and the token's own, never what is an agent's own.")
    async def templates(
        self,
        info: Info,
        search: Annotated[str | None, said("The beginnings of words of the name.")] = UNSET,
        first: First = 50,
        after: After = UNSET,
    ) -> Connection[Template]:
        """Fifty unless asked otherwise."""
        window = Window(templates.BY_KEY, 50 if first is None else first, after or None)
        return await info.context.act(
            info,
            lambda call: call.load.page(
                model.Template,
                templates.wanted(search or "", call.author.key),
                window,
                call.plan,
                call.load.templates,
            ),
        )


def _template(call: Call, id: str) -> Template | None:
    found = [
        one
        for one in pages.by_id(model.Template, id)
        if one.get("key")
        and templates.seen_by(one.get("shared"), one.get("owner"), call.author.key)
    ]
    return next(iter(call.load.templates(found, call.plan)), None)
