"""Questions about those who answer, and about what texts leave from."""

import strawberry

from domain.services import agents, senders
from graph import nodes
from graph.context import Info
from graph.fields import field
from graph.types.people import Agent, Sender


@strawberry.type(description="What can be asked about our own side.")
class PeopleQueries:
    """One of the roots of reading."""

    @field("Everybody in Slack whom we know, by name; also those who cannot answer any more.")
    async def agents(self, info: Info) -> list[Agent]:
        """A thousand at most."""
        return await info.context.act(info, lambda _: [nodes.agent(one) for one in agents.listed()])

    @field("What texts leave from: the default first, at last what is no longer set up.")
    async def senders(self, info: Info) -> list[Sender]:
        """As configured, and as conversations have it."""
        return await info.context.act(
            info,
            lambda call: [
                nodes.sender({"sender": one}, call.policy) for one in senders.listed(call.policy)
            ],
        )
