"""A text leaves: what to do next with one thread's outgoing texts, and what came of it.

A worker that holds the thread's dispatch lease asks `next_step`, carries it out, and tells the
outcome here. The attempt is written before the call, so that a crash leaves a trace: whoever
finds a lease that ran out knows that the text may have left, and looks instead of repeating.
"""

from domain.services.dispatch.deciding import refuse
from domain.services.dispatch.outcomes import GAVE_UP, GAVE_UP_HELP, accepted, record
from domain.services.dispatch.steps import SLOT, Identify, Look, Send, Step, Verify
from domain.services.dispatch.turns import next_step, wait

__all__ = [
    "GAVE_UP",
    "GAVE_UP_HELP",
    "SLOT",
    "Identify",
    "Look",
    "Send",
    "Step",
    "Verify",
    "accepted",
    "next_step",
    "record",
    "refuse",
    "wait",
]
