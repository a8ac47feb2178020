"""What can be done with automatic answers and business hours."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.automation import hours, replies
from graph import nodes
from graph.context import Call, Info
from graph.fields import Id, mutation, said
from graph.inputs.replies import AutoReplyInput, BusinessHoursInput, week, wish
from graph.results import AutoReplyResult, BusinessHoursResult, Deleted, DeleteResult


@strawberry.type(description="What can be done with automatic answers.")
class ReplyMutations:
    """One of the roots of writing."""

    @mutation("Keep a rule: a new one without an id, else that one is set anew.")
    async def save_auto_reply(
        self,
        info: Info,
        input: Annotated[AutoReplyInput, said("The rule.")],
        id: Annotated[strawberry.ID | None, said("The rule that is changed.")] = UNSET,
    ) -> AutoReplyResult:
        """Two rules never have one name."""
        return await info.context.act(
            info, lambda call: nodes.auto_reply(_saved(call, id or None, input))
        )

    @mutation("Take a rule away for good; what it has answered stays.")
    async def delete_auto_reply(self, info: Info, id: Id) -> DeleteResult:
        """A Problem when there is none with this id."""
        removed = await info.context.act(info, lambda _: replies.remove(id))
        return Deleted(id=strawberry.ID(removed))

    @mutation("Say when the business is open, and what is said when it is not.")
    async def set_business_hours(
        self, info: Info, input: Annotated[BusinessHoursInput, said("All of it.")]
    ) -> BusinessHoursResult:
        """In place of what was set before."""
        return await info.context.act(
            info,
            lambda call: nodes.business_hours(
                hours.set_to(week(input), call.now, call.policy), call.now
            ),
        )


def _saved(call: Call, id: str | None, input: AutoReplyInput) -> model.AutoReply:
    if id is None:
        return replies.create(wish(input), call.now, call.policy)
    return replies.change(id, wish(input), call.now, call.policy)
