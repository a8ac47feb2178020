"""Questions about figures."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.services.figures.asking import Asked, asked
from graph.context import Call, Info
from graph.enums import AnalyticsGroup
from graph.fields import field, said
from graph.inputs import given
from graph.nodes.analytics import analytics
from graph.types.analytics import Analytics, AnalyticsFilter


@strawberry.type(description="What can be asked about what became of texts.")
class AnalyticsQueries:
    """One of the roots of reading."""

    @field("What became of texts between two moments, two years apart at most.")
    async def analytics(
        self,
        info: Info,
        from_: Annotated[
            datetime, strawberry.argument(name="from", description="From this moment on.")
        ],
        to: Annotated[datetime, said("Before this moment.")],
        group_by: Annotated[
            AnalyticsGroup | None, said("What each row is about.")
        ] = AnalyticsGroup.DAY,
        filter: Annotated[AnalyticsFilter | None, said("Whose figures; else all.")] = UNSET,
    ) -> Analytics:
        """Days are those of the business."""
        group = group_by or AnalyticsGroup.DAY
        return await info.context.act(
            info, lambda call: _figures(call, from_, to, group, given(filter))
        )


def _figures(
    call: Call, begin: datetime, end: datetime, group: AnalyticsGroup, of: AnalyticsFilter | None
) -> Analytics:
    ids = (
        {
            "agent": given(of.agent_id),
            "template": given(of.template_id),
            "campaign": given(of.campaign_id),
            "sender": given(of.sender_id),
        }
        if of
        else {}
    )
    owner = {name: (str(one),) for name, one in ids.items() if one}
    times = "bestSendTimes" in call.plan
    what = Asked(begin, end, str(group.value), owner, times)
    return analytics(asked(what, call.now, call.policy))
