"""What is said of the form of a campaign while it is filled in: how many fit, what it weighs.

It asks the database: inside a listener's one hop.
"""

from itertools import islice

from bot.composing import Composer
from bot.planning import tags_all, tags_any
from bot.views.campaign import Filled, Notes
from domain.errors import InvalidInput
from domain.model import Import
from domain.rules import zones
from domain.services import linting
from domain.services.automation import trying
from domain.services.campaigns.planning import audience
from domain.services.campaigns.planning.heeding import FEW, UNTAGGED
from domain.services.lists.filters import ContactFilter
from domain.services.tables import importing, imports

MOST_COUNTED = 10_000
MOST_FAULTS = 5
MORE_FAULTS = "And {more:,} more: the report of the import has them all."
ONE, MANY = "contact fits", "contacts fit"


def notes(filled: Filled, composer: Composer) -> Notes:
    """What is to be said of the form as it stands."""
    zone = composer.policy.consent.zone
    table = imports.get(filled.import_id) if filled.import_id else None
    return Notes(
        people=" ".join(filter(None, (_counted(filled), _unknown(filled)))),
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


def faults(table: Import) -> tuple[str, ...]:
    """Which of its rows could not be read and why: the first few, on one line each."""
    found = list(islice(importing.report(table), MOST_FAULTS + 1))
    told = [f"Row {one.row:,}: {one.message}" for one in found[:MOST_FAULTS]]
    more = max(table.noted, len(found)) - len(told)
    told += [MORE_FAULTS.format(more=more)] if more > 0 else []
    return ("\n".join(told),) if told else ()


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
        any_, all_ = tags_any(filled.any), tags_all(filled.all)
        wanted = ContactFilter(filled.search or None, filled.statuses or None, any_, all_)
    except InvalidInput as error:
        return error.message
    if wanted == ContactFilter():
        return ""
    many = audience.size(wanted, MOST_COUNTED)
    if many is None:
        return ""
    more = "at least " if many == MOST_COUNTED else ""
    fit = ONE if many == 1 else MANY
    return f"{more}{many:,} {fit}; who may be texted is in the preview.".capitalize()


def _unknown(filled: Filled) -> str:
    """Which tags nobody has, however they are written."""
    try:
        typed = (*(tags_any(filled.any) or ()), *(tags_all(filled.all) or ()))
    except InvalidInput:  # said already
        return ""
    found = audience.unknown_tags(typed)
    return f"⚠ {UNTAGGED.format(tags=', '.join(found[:FEW]))}" if found else ""
