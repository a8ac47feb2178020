"""Questions about who asks, where we are, and how things are written."""

from typing import Annotated

import strawberry

from domain.rules import phone as phones
from graph import nodes
from graph.context import Info
from graph.fields import field, said
from graph.scalars import Cursor
from graph.types.gate import PhoneInfo
from graph.types.health import Health, HealthCheck
from graph.types.people import Viewer


@strawberry.type(description="What can be asked about the rest.")
class SystemQueries:
    """One of the roots of reading."""

    @field(
        "The present moment of the feed: fetch this, then a page, then subscribe with `after`; "
        "nothing falls between."
    )
    async def cursor(self, info: Info) -> Cursor:
        """From the server itself."""
        await info.context.admit(info)
        return Cursor(await info.context.around.feed.cursor())

    @field("The token that asks.")
    async def viewer(self, info: Info) -> Viewer:
        """Its name and scopes."""
        return await info.context.act(
            info, lambda call: Viewer(name=call.token.name, scopes=list(call.token.scopes))
        )

    @field("A phone number formatted and checked, without asking anybody.")
    async def phone(
        self, info: Info, input: Annotated[str, said("The number as somebody typed it.")]
    ) -> PhoneInfo:
        """Read in the configured region."""
        return await info.context.act(
            info, lambda call: nodes.phone_info(phones.describe(input, call.policy.region))
        )

    @field("How the installation is, part by part.")
    async def health(self, info: Info) -> Health:
        """Looked at now, from the process that answers, but for what calls out."""
        checks = info.context.around.checks
        found = await info.context.act(info, lambda _: checks())
        return Health(
            ok=all(one.status != "failed" for one in found),
            checks=[
                HealthCheck(
                    name=one.name,
                    status=one.status,
                    message=one.message,
                    fix=one.fix,
                    at=one.at,
                )
                for one in found
            ],
        )
