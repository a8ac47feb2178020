"""Which conversation is meant by what is typed in a channel, even if it has left that channel.

What was said before it left is an answer like any other, however late we hear of it. What is said
there afterwards leaves only if its author wants so.
"""

from datetime import datetime, timedelta

from domain.model import Thread
from domain.services import guard, threads
from domain.services.guard import Question

DOUBT = timedelta(seconds=5)
"""How far the chat's clock and ours may be apart."""
MOVED = "This conversation goes on in {place}. Send this from here anyway?"
INBOX = "the inbox channel"
ELSEWHERE = "another channel"


def meant(channel_id: str, thread_ts: str | None) -> Thread | None:
    """The conversation that lives there, or did when that was its own channel."""
    present = threads.in_channel(channel_id, thread_ts)
    return present or (threads.once_in(channel_id) if thread_ts is None else None)


def moved(thread: Thread, channel_id: str, said_at: datetime) -> Question | None:
    """What to ask about something said in a channel that the conversation had left by then.

    While it lives nowhere, it goes on nowhere else. When nobody knows when it left, we ask.
    """
    channel = thread.channel
    if channel.channel_id in (None, channel_id):
        return None
    left = [one.left_at for one in channel.earlier if one.channel_id == channel_id]
    if left and left[-1] and said_at < left[-1] - DOUBT:
        return None
    return Question(guard.MOVED, MOVED.format(place=_called(thread)))


def _called(thread: Thread) -> str:
    if thread.channel.thread_ts:
        return INBOX
    return f"#{thread.channel.name}" if thread.channel.name else ELSEWHERE
