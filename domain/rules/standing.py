"""Where a number stands about texts, in the few words that a card and a topic have room for."""

REFUSED = "opted out: no texts"
NOTHING = "no consent: only answers"
AGREED = "agreed to texts"
IN_WRITING = "agreed in writing, also to advertising"


def words(level: str, *, blocked: bool) -> str:
    """What they said, and what may be sent for it."""
    if blocked:
        return REFUSED
    return {"express": AGREED, "written": IN_WRITING}.get(level, NOTHING)
