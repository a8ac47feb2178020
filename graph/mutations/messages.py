"""What can be done with texts."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.errors import InvalidInput
from domain.services import outbound
from domain.services.programs import (
    broadcasts,
    refreshing,
    releasing,
    repeating,
    revising,
    sending,
)
from graph.context import Call, Info
from graph.fields import mutation, said
from graph.inputs.texts import SendMessageInput, SendMessagesInput, draft, recipients, shared
from graph.plan import afford
from graph.problems import Problem, alone
from graph.results import (
    MessageId,
    MessageResult,
    message_of,
    messages_of,
)
from graph.types.message import Message

Confirmed = Annotated[bool | None, said("Send even if the decision needs a confirmation.")]


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
            lambda call: message_of(call, sending.send(draft(input, call), call.now, call.policy)),
        )

    @mutation(
        "Send one text to up to 100 people. The answers stand in the order of the recipients, "
        "first `to`, then `contactIds`; one that cannot be texted does not stop the others, and a "
        "number that is named twice gets one text. When nobody or more than 100 are named, or "
        "`message` names somebody itself, the only answer is one Problem and nothing is sent."
    )
    async def send_messages(
        self, info: Info, input: Annotated[SendMessagesInput, said("The text, and to whom.")]
    ) -> list[MessageResult]:
        """Each is a text of its own, once per idempotency key and number."""
        answers: list[MessageResult] = []
        with alone(answers):
            answers += await info.context.act(info, lambda call: _send_all(call, input))
        return answers

    @mutation(
        "Change the words of a text while it is held or scheduled; afterwards it is TOO_LATE."
    )
    async def update_message(
        self, info: Info, id: MessageId, body: Annotated[str, said("The new text.")]
    ) -> MessageResult:
        """Where it is shown already, the new words are shown instead."""
        return await info.context.act(
            info,
            lambda call: message_of(
                call, revising.reword(id, body, call.author, call.now, call.policy)
            ),
        )

    @mutation(
        "End a text's hold, or the wait that the gate imposed on it: it leaves now. QUIET_HOURS "
        "while it may not; where a person may say that it leaves at night, this says so."
    )
    async def release_message(self, info: Info, id: MessageId) -> MessageResult:
        """Only while it is held or put off."""
        return await info.context.act(
            info,
            lambda call: message_of(
                call, releasing.release(id, call.author, call.now, call.policy)
            ),
        )

    @mutation("Call a text back before it leaves.")
    async def cancel_message(self, info: Info, id: MessageId) -> MessageResult:
        """Only before it is on its way."""
        return await info.context.act(
            info, lambda call: message_of(call, outbound.cancel(id, call.now, call.author))
        )

    @mutation(
        "Let a scheduled text leave at another time; in hours that are not allowed it leaves at "
        "the earliest minute after, which `sendAt` then says."
    )
    async def reschedule_message(
        self,
        info: Info,
        id: MessageId,
        send_at: Annotated[datetime, said("When; at once if that is now, at most a year ahead.")],
    ) -> MessageResult:
        """Only while it is scheduled."""
        return await info.context.act(
            info,
            lambda call: message_of(call, revising.reschedule(id, send_at, call.now, call.policy)),
        )

    @mutation(
        "Try a text again that failed, was refused or was called back: a new text, with `retryOf`. "
        "Asked twice, it is the same new text, unless that one failed too. "
        "CONFLICT while nobody knows whether the first one arrived."
    )
    async def retry_message(
        self, info: Info, id: MessageId, confirm_quiet_hours: Confirmed = False
    ) -> MessageResult:
        """The gate is asked again."""
        confirmed = bool(confirm_quiet_hours)
        return await info.context.act(
            info,
            lambda call: message_of(
                call,
                repeating.retry(id, call.author, call.now, call.policy, confirmed=confirmed),
            ),
        )

    @mutation("Ask Twilio now how a text is doing, and what it cost.")
    async def refresh_message(self, info: Info, id: MessageId) -> MessageResult:
        """The one call to the outside: made between two hops, in no thread."""
        question = await info.context.act(info, lambda _: refreshing.begin(id))
        sms = info.context.around.sms
        if sms is None:
            raise refreshing.unconfigured()
        told = await sms.fetch(question.sid)
        return await info.context.act(
            info, lambda call: message_of(call, refreshing.finish(question, told, call.now))
        )

    @mutation(
        "Send other words after a text that has left: a new text, with `correctionOf`. "
        "The same words for the same text are sent once."
    )
    async def send_correction(
        self,
        info: Info,
        id: MessageId,
        body: Annotated[str, said("The right words.")],
        confirm_quiet_hours: Confirmed = False,
    ) -> MessageResult:
        """In the same conversation; the gate is asked."""
        confirmed = bool(confirm_quiet_hours)
        return await info.context.act(
            info,
            lambda call: message_of(
                call,
                repeating.correct(
                    id, body, call.author, call.now, call.policy, confirmed=confirmed
                ),
            ),
        )


def _send_all(call: Call, input: SendMessagesInput) -> list[Message | Problem]:
    whom = recipients(input)
    afford(call.plan.cost * len(whom))
    try:
        made = broadcasts.send(shared(input, call), whom, call.now, call.policy)
    except InvalidInput as error:  # the text itself cannot be sent, to any of them
        made = [error for _ in whom]
    return messages_of(call, made)
