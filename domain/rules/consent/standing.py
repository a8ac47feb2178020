"""Where a number stands about texts, in the few words that a card and a topic have room for."""

REFUSED = "opted out: no texts"
NOTHING = "no consent: only answers"
ASKED = "asked to confirm: only answers until then"
AGREED = "agreed to texts"
IN_WRITING = "agreed in writing, also to advertising"
SPARED = "agreed to texts, wants no advertising"


def words(level: str, *, blocked: bool, spared: bool = False, asked: bool = False) -> str:
    """What they said, and what may be sent for it; who is `spared` gets no advertising.

    `asked`: they agreed, and have yet to confirm it.
    """
    if blocked:
        return REFUSED
    if spared and level == "written":
        return SPARED
    return {"express": AGREED, "written": IN_WRITING}.get(level, ASKED if asked else NOTHING)
