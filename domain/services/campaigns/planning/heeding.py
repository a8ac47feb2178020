"""What whoever starts a campaign should know first: in sentences, from what was found of it."""

from datetime import datetime, timedelta

from domain.model import Campaign, Recipient
from domain.model.campaign import RUNNING, WAITING
from domain.policy import Policy
from domain.rules.gate import Purpose
from domain.services import linting
from domain.services.campaigns.planning import audience
from domain.services.campaigns.planning.surveying import MOST, Survey
from domain.services.lists.filters import ContactFilter

MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)
MANY = 0.2
NOBODY = "Nobody on this list may be texted."
EMPTY = "Nobody fits this audience."
UNTAGGED = "No contact has these tags: {tags}. Capitals count."
FEW = 5
MORE = (
    "There are more than {most:,} people on this list. The first {most:,} were judged: all figures "
    "are of these, and the campaign itself judges everybody."
)
SLOWER = (
    "It leaves at {each:g} texts a second, the pace of its sender (TEXTS_PER_SECOND), not at "
    "{wanted:,} a minute."
)
OTHERS = "{many} of the same sender under way: they share its pace, so this one ends later."
UNPROVEN = (
    "{many:,} of {all:,} {are} left out because nothing shows that they agreed. Record their "
    "consents, or import them with proof, if you have them."
)
PROGRAM = (
    "Carriers ask of a recurring programme what it is called, how often it texts, and where its "
    "terms and privacy policy are. Missing here: {names}."
)
LATER = "{many:,} of {all:,} {are} texted later, when the hours there allow it."
LEVELS = "{written:,} of {all:,} agreed in writing to advertising, {express:,} to texts in general."
METHODS = "They agreed by {methods}."
AGES = "The oldest agreement is of {oldest}; {recent:,} {are} of the last year, {old:,} {be} older."
NAMES = {
    "form": "a form",
    "keyword": "a text",
    "agent": "word to an agent",
    "import": "an import",
    "api": "a program",
    "twilio": "the carrier",
    "phone_call": "phone",
    "email": "e-mail",
    "in_person": "word face to face",
    "other": "another way",
}
PROGRAMS = {
    "program_name": "its name",
    "frequency": "how often",
    "terms_url": "the terms",
    "privacy_url": "the privacy policy",
}


def warnings(found: Campaign, made: Survey, policy: Policy) -> tuple[str, ...]:
    """What should be looked at before it is started."""
    told = [
        one.message for one in linting.concerns(found.body, found.purpose, policy, found.sender)
    ]
    everybody = made.recipients + made.left.total()
    if not made.recipients:
        told.append(NOBODY if everybody else empty(found))
    told += [MORE.format(most=MOST)] if made.more else []
    unproven = sum(count for why, count in made.left.items() if why.code == "OPT_IN_REQUIRED")
    if unproven > everybody * MANY:
        told.append(UNPROVEN.format(many=unproven, all=everybody, are=_are(unproven)))
    if every(found, policy) > MINUTE / found.per_minute:
        each = policy.automation.texts_per_second
        told.append(SLOWER.format(each=each, wanted=found.per_minute))
    if others := len(_others(found)):
        told.append(
            OTHERS.format(many="1 campaign is" if others == 1 else f"{others} campaigns are")
        )
    lacking = [said for name, said in PROGRAMS.items() if not getattr(found, name)]
    if lacking and found.purpose == Purpose.MARKETING:
        told.append(PROGRAM.format(names=", ".join(lacking)))
    return tuple(told)


def empty(found: Campaign) -> str:
    """Why its list has nobody on it."""
    wanted = audience.asked(found.audience).filter or ContactFilter()
    unknown = audience.unknown_tags((*(wanted.tags_any or ()), *(wanted.tags_all or ())))
    return UNTAGGED.format(tags=", ".join(unknown[:FEW])) if unknown else EMPTY


def notes(made: Survey, now: datetime) -> tuple[str, ...]:
    """Who is texted later, and how they agreed: which level, in which way, how long ago."""
    if not made.recipients:
        return ()
    told = []
    if made.later:
        told.append(LATER.format(many=made.later, all=made.recipients, are=_are(made.later)))
    written = made.levels["written"]
    told.append(
        LEVELS.format(written=written, express=made.recipients - written, all=made.recipients)
    )
    ways = [f"{NAMES.get(way, way)} ({count:,})" for way, count in made.methods.most_common()]
    told.append(METHODS.format(methods=", ".join(ways)))
    recent, oldest = sum(now - at <= YEAR for at in made.agreed), min(made.agreed)
    day = f"{oldest:%B} {oldest.day}, {oldest.year}"
    old = made.recipients - recent
    told.append(AGES.format(oldest=day, recent=recent, are=_are(recent), old=old, be=_are(old)))
    return tuple(told)


def every(found: Campaign, policy: Policy) -> timedelta:
    """How long after one text the next may leave: at its own pace and at its sender's."""
    most = policy.automation.texts_per_second
    own = MINUTE / found.per_minute
    return max(own, timedelta(seconds=1) / most) if most else own


def delay(found: Campaign, made: Survey, policy: Policy) -> timedelta:
    """What is sent of others meanwhile: each has its turn, until it or this one is through."""
    waiting = timedelta(0)
    for other in _others(found):
        theirs = {"campaignId": other.id, "state": WAITING}
        many = Recipient._get_collection().count_documents(theirs, limit=made.recipients or 1)
        waiting += many * every(other, policy)
    return waiting


def _are(many: int) -> str:
    return "is" if many == 1 else "are"


def _others(found: Campaign) -> list[Campaign]:
    """Campaigns of the same sender that are under way."""
    running = Campaign.objects(status=RUNNING, id__ne=found.id, sender=found.sender)
    return list(running.order_by("-created_at").limit(100))
