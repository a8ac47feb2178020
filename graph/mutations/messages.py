"""What can be done with texts."""

from typing import Annotated

import strawberry

from domain.services import outbound, sending
from graph.context import Info
from graph.fields import mutation, said
from graph.inputs.texts import SendMessageInput, draft
from graph.results import (
    MessageId,
    MessageResult,
    message_of,
)


@strawberry.type(description="What can be done with texts.")
class MessageMutations:
    """One of the roots of writing."""

    @mutation("Send a text, now or later, if the gate allows it.")
    async def send_message(
        self, info: Info, input: Annotated[SendMessageInput, said("The text.")]
    ) -> MessageResult:
        """Once per idempotency key."""
        return await info.context.act(
            info,
            lambda call: message_of(
                call, sending.send(draft(input, call.author), call.now, call.policy)
            ),
        )

    @mutation("End a text's hold: it leaves now.")
    async def release_message(self, info: Info, id: MessageId) -> MessageResult:
        """Only while it is held."""
        return await info.context.act(
            info, lambda call: message_of(call, outbound.release(id, call.now))
        )

    @mutation("Call a text back before it leaves.")
    async def cancel_message(self, info: Info, id: MessageId) -> MessageResult:
        """Only before it is on its way."""
        return await info.context.act(
            info, lambda call: message_of(call, outbound.cancel(id, call.now))
        )
