"""What `/sms` can do, in plain words."""

from bot.blocks.elements import Block, context, section
from domain.rules.words.mrkdwn import escaped

LINES = (
    ("/sms", "writes a new text: choose whom to, and see what it costs before it leaves"),
    ("/sms Jane", "texts somebody by name, e-mail, or any part of their number"),
    ("/sms 760-555-1234 See you at 5", "opens the form with that number and those words"),
    ("/sms search doe", "finds people, and says who may be texted"),
    ("/sms schedule", "shows what is scheduled: change it, cancel it, send it now"),
    ("/sms template", "writes a text from a template"),
    (
        "/sms campaign",
        "writes one text to many people, and says first who gets it and what it costs",
    ),
    ("/sms campaigns", "shows the campaigns: how far they are, pause, cancel, results"),
    ("/sms new Jane Doe 760-555-1234", "adds a contact, with their consent"),
    ("/sms contact Jane", "shows and changes somebody"),
)
ALSO = (
    "In a customer's channel, what you write is the answer; there, `schedule` and `template` mean "
    "that customer. Nothing leaves by the command itself."
)
TITLE = "What /sms can do"


def blocks(first: str = "") -> list[Block]:
    """For an ephemeral message; `first` says why it is shown."""
    lines = "\n".join(f"`{typed}`  {does}" for typed, does in LINES)
    said = [section(escaped(first))] if first else []
    return [*said, section(lines), context(ALSO.replace("`", ""))]
