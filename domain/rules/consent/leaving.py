"""Whose no is in force: the customers' own keyword, or what others have recorded."""

from collections.abc import Iterable

from domain.rules.consent.ledger import OWN_WORDS, Said, Standing


def own_words(events: Iterable[Said]) -> bool:
    """Whether every no that is in force came from the customers' own keywords, or the carrier.

    `events` are in the order of their recording.
    """
    total, theirs = Standing(), True
    for event in events:
        before, total = total, total.after(event)
        if event.action == "opt_out" and event.scope == "all":
            theirs = (theirs or not before.blocked) and event.method in OWN_WORDS
        elif event.action in ("held", "erased") and total.blocked:
            theirs = False
    return total.blocked and theirs
