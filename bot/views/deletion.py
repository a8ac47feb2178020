"""Before a contact goes: what stays, and the name to type when everything is to be erased."""

from bot.blocks.elements import section
from bot.views import parts
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped

FORM, DONE = "deletion_form", "deletion_done"
SCOPE, TYPED = "scope", "typed"
KEEP, ERASE = "keep", "erase"
BLOCKED = ":no_entry: They have opted out: their number stays blocked, whatever you choose."
STAYS = (
    "What waits to leave for them is called back. An opt-out stays with their number, also when "
    "the contact is made anew."
)
CHOICES = {
    KEEP: "Delete the contact and its timeline; keep the texts",
    ERASE: "Erase everything: contact, texts, files and proof",
}
HINT = "There is no way back. Of a blocked number, only a fingerprint is kept."


def deletion(person: str, phone: str, blocked: bool, remember: str) -> View:
    """The last question; `remember` says who it is about."""
    choices = [parts.option(label, choice) for choice, label in CHOICES.items()]
    blocks = [
        section(f"*{escaped(person)}* · {escaped(phone)}"),
        section(f"{BLOCKED}\n{STAYS}" if blocked else STAYS),
        parts.field(SCOPE, "What is to go", parts.menu(choices, KEEP)),
        parts.field(
            TYPED, "To erase: type their name or number", parts.line(), optional=True, hint=HINT
        ),
    ]
    return parts.modal(FORM, "Delete contact", blocks, submit="Delete", metadata=remember)


def done(person: str, erased: bool) -> View:
    """What has been done; closing it closes what lies below, which is about nobody now."""
    what = "Everything of them has been erased." if erased else "Their texts are still there."
    blocks = [section(f"*{escaped(person)}* was deleted. {what}")]
    return parts.modal(DONE, "Deleted", blocks, close="Close") | {"clear_on_close": True}
