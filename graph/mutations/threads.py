"""What can be done with conversations."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.services.desk import conversations, places
from graph.context import Info
from graph.enums import ReplyMode, ThreadStatus
from graph.fields import mutation, said
from graph.inputs import given
from graph.results import ThreadId, ThreadResult, thread_of


@strawberry.type(description="What can be done with conversations.")
class ThreadMutations:
    """One of the roots of writing."""

    @mutation("Let an agent answer, or nobody in particular.")
    async def assign_thread(
        self,
        info: Info,
        id: ThreadId,
        agent_id: Annotated[
            strawberry.ID | None, said("The agent's Slack user id; null for nobody.")
        ] = UNSET,
    ) -> ThreadResult:
        """An agent who may send."""
        return await info.context.act(
            info,
            lambda call: thread_of(
                call, conversations.assign(id, given(agent_id), call.author, call.now)
            ),
        )

    @mutation("Open, close or snooze a conversation. A new text opens it again.")
    async def set_thread_status(
        self,
        info: Info,
        id: ThreadId,
        status: Annotated[ThreadStatus, said("What it is to be.")],
        snoozed_until: Annotated[
            datetime | None, said("When it opens by itself; needed for SNOOZED, and only there.")
        ] = UNSET,
    ) -> ThreadResult:
        """What is so already is no change."""
        until = given(snoozed_until)
        return await info.context.act(
            info,
            lambda call: thread_of(
                call, conversations.set_status(id, status.value, until, call.author, call.now)
            ),
        )

    @mutation("Say what an agent's plain message in the conversation's channel is.")
    async def set_thread_mode(
        self,
        info: Info,
        id: ThreadId,
        reply_mode: Annotated[ReplyMode, said("It leaves as a text, or stays internal.")],
    ) -> ThreadResult:
        """For everybody in that channel."""
        return await info.context.act(
            info,
            lambda call: thread_of(
                call, conversations.set_mode(id, reply_mode.value, call.author, call.now)
            ),
        )

    @mutation(
        "Move a conversation between a channel of its own and the inbox channel. Its next text is "
        "shown in the new place. Conflict while its present place is just being made."
    )
    async def move_thread(
        self,
        info: Info,
        id: ThreadId,
        own_channel: Annotated[bool, said("A channel of its own, or the inbox channel.")],
    ) -> ThreadResult:
        """Where it is already, nothing changes."""
        return await info.context.act(
            info,
            lambda call: thread_of(call, places.move(id, own_channel, call.author, call.now)),
        )

    @mutation("Everything up to that text has been read; what came after it stays unread.")
    async def mark_thread_read(
        self,
        info: Info,
        id: ThreadId,
        up_to: Annotated[strawberry.ID, said("The last text that was seen.")],
    ) -> ThreadResult:
        """An earlier text than before makes nothing unread again."""
        return await info.context.act(
            info, lambda call: thread_of(call, conversations.mark_read(id, up_to))
        )
