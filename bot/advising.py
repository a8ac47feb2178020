"""What is said of the form of a campaign while it is filled in: how many fit, what it weighs.

It asks the database: inside a listener's one hop.
"""

from bot.composing import Composer
from bot.planning import tags
from bot.views.campaign import Filled, Notes
from domain.errors import InvalidInput
from domain.model import Import
from domain.rules import zones
from domain.services import linting
from domain.services.automation import trying
from domain.services.campaigns import audience
from domain.services.lists.filters import ContactFilter
from domain.services.tables import imports

MOST_COUNTED = 10_000


def notes(filled: Filled, composer: Composer) -> Notes:
    """What is to be said of the form as it stands."""
    zone = composer.policy.consent.zone
    table = imports.get(filled.import_id) if filled.import_id else None
    return Notes(
        people=_counted(filled),
        preview=_weighed(filled.text, composer),
        warnings=_disliked(filled, composer) if filled.text.strip() else (),
        table=read_in(table) if table else "",
        clock=zones.COMMON.get(zone, zone),
    )


def read_in(table: Import) -> str:
    """What a list that is being read in, or was, has said."""
    told = f"{table.created:,} new, {table.updated:,} known, {table.failed:,} not readable"
    if table.status in imports.OPEN:
        return f"{table.name}: {table.done:,} of {table.total:,} rows are read in."
    if table.status == "done":
        return f"{table.name}: {table.total:,} rows – {told}."
    return f"{table.name} could not be read in as a whole: {table.problem or table.status}."


def _weighed(body: str, composer: Composer) -> tuple[str, ...]:
    """The price of one, and the worst that long names make of it."""
    tried = trying.tried(body, None, composer.policy.rates)
    if tried.wrong:
        return (f"⚠ {tried.wrong}",)
    if not tried.words:
        return ()
    lacking = ", ".join(tried.lacking)
    told = [f"Each: {tried.weight}.", f"With long names at worst {tried.worst}."]
    told += [f"Who has no {lacking} is left out."] if lacking else []
    return (" ".join(told),)


def _disliked(filled: Filled, composer: Composer) -> tuple[str, ...]:
    sender = filled.sender or composer.policy.default_sender
    found = linting.concerns(filled.text, filled.purpose, composer.policy, sender)
    return tuple(one.message for one in found)


def _counted(filled: Filled) -> str:
    """How many contacts fit the fields, where that is quickly said."""
    if filled.people or filled.listed or filled.import_id or filled.file_id:
        return ""
    try:
        wanted = ContactFilter(
            filled.search or None, filled.statuses or None, tags(filled.any), tags(filled.all)
        )
    except InvalidInput as error:
        return error.message
    if wanted == ContactFilter():
        return ""
    many = audience.size(wanted, MOST_COUNTED)
    if many is None:
        return ""
    more = "at least " if many == MOST_COUNTED else ""
    return f"{more}{many:,} contacts fit; who may be texted is in the preview.".capitalize()
