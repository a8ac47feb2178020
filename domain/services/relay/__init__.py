"""The chat is made to look like the documents.

A worker that holds the thread's relay lease asks `next_step`, carries it out and tells the
outcome here. Texts are shown in thread order: one that cannot be shown yet keeps those behind it
waiting, but not the markers of texts that are shown already. A try to post is written down first;
while its outcome is unclear the post is looked for, never repeated blindly.
"""

from domain.services.relay.marks import marked
from domain.services.relay.notices import buttons, told
from domain.services.relay.posts import reworded, wording
from domain.services.relay.steps import SLOT, Mark, Reword, Say, Step, Tell
from domain.services.relay.turns import next_step, rest, rest_thread, said, unsettled

__all__ = [
    "SLOT",
    "Mark",
    "Reword",
    "Say",
    "Step",
    "Tell",
    "buttons",
    "marked",
    "next_step",
    "rest",
    "rest_thread",
    "reworded",
    "said",
    "told",
    "unsettled",
    "wording",
]
