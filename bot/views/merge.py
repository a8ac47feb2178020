"""Two contacts become one: who the other is, then what will be, then the deed."""

from bot.blocks.elements import Block, context, section
from bot.views import parts
from bot.views.parts import View
from domain.model import Contact
from domain.rules.words.mrkdwn import escaped

CHOOSE, FORM, DONE = "merge_choose", "merge_form", "merge_done"
CONTACT = "contact"
FOR_EVER = (
    "There is no way back. Conversations and texts of both are shown with the one that stays; an "
    "opt-out of either holds for both."
)


def choose(person: str, remember: str) -> View:
    """Who the other is; `remember` says which one stays."""
    blocks = [
        section(f"*{escaped(person)}* stays. Choose the contact that becomes part of it."),
        parts.field(CONTACT, "The other contact", parts.search("Type a name or a number")),
    ]
    return parts.modal(CHOOSE, "Merge contacts", blocks, submit="Preview", metadata=remember)


def preview(kept: Contact, other: Contact, blocked: bool, remember: str) -> View:
    """The contact as it will be; `remember` says which two."""
    who = f"*{escaped(other.name)}* ({escaped(other.phone)}) becomes part of the contact below."
    no = ":no_entry: One of the two has opted out of texts: nothing may be sent to either number."
    blocks = [section(who), section("\n".join(_lines(kept)))]
    blocks += [section(no)] if blocked else []
    blocks.append(context(FOR_EVER))
    return parts.modal(FORM, "Merge contacts", blocks, submit="Merge", metadata=remember)


def done(kept: Contact) -> View:
    """What has been done; closing it closes what lies below, which shows what was."""
    told: list[Block] = [section(f"*{escaped(kept.name)}* is one contact now.")]
    return parts.modal(DONE, "Merged", told, close="Close") | {"clear_on_close": True}


def _lines(kept: Contact) -> list[str]:
    lines = [f"*{escaped(kept.name)}*", f"*Numbers*: {escaped(', '.join(kept.phones))}"]
    lines += [f"*E-mail*: {escaped(kept.email)}"] if kept.email else []
    lines += [f"*Tags*: {escaped(', '.join(kept.tags))}"] if kept.tags else []
    lines += [f"*Notes*: {escaped(kept.notes[:500])}"] if kept.notes else []
    return [*lines, f"*Status*: {escaped(kept.status)}"]
