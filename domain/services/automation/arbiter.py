"""Who answers a text by itself, and with which words: one rule, the away message, or nobody.

The test bench asks here, and so does the worker; only the worker writes what comes of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo.client_session import ClientSession

from domain.errors import InvalidInput
from domain.model import BusinessHours, Thread
from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules import zones
from domain.rules.consent import keywords
from domain.rules.consent.keywords import Keyword
from domain.rules.gate import Purpose
from domain.rules.replying import autoreply, looping
from domain.rules.replying.autoreply import Match, Rule
from domain.rules.replying.business import Hours
from domain.rules.replying.looping import AWAY, Why
from domain.rules.segments import MAX_BODY
from domain.services import gate, optout
from domain.services.automation import hours, phrasing, recents, replies
from domain.services.people import contacts
from domain.services.people.fields import wrong

IN_TIME = timedelta(minutes=10)
"""A text that is older than this gets no automatic answer any more."""
FARTHEST = timedelta(days=3_660)
TOO_LONG = f"A text can have at most {MAX_BODY:,} characters."
TOO_FAR = "Choose a time within ten years."
MACHINE = "Only phone numbers are answered: no short codes, no names, no other services."
STRANGER = "The conversation is not with a number that is set up as a sender of ours."
OURS = "This is a number of our own."
KEYWORD = "This is a word by which people leave, join or get help, so no rule answers it."
PHRASE = "This may ask for no more texts: a person reads it before anything is answered."
HELPED = "No rule answers INFO, so it gets the answer to HELP."
HELD = "A text of theirs may mean that they want no more, and nobody has decided yet."
RESTS = "The rule “{name}” has these words but rests while the business is {state}."
OPEN = "No rule has these words, and the business is open."
SILENT = "No rule has these words. The business is closed, but there is no away message."
LATE = "The text came more than 10 minutes ago, which is too late for an automatic answer."
THERE = "Somebody wrote here less than 10 minutes ago, so no away message is sent."
OBJECTIONS = {
    Why.ENDLESS: "This number got {most} automatic answers within a day, since {at}, and nobody "
    "wrote in between: it may be a machine, so it gets none until somebody has written to it.",
    Why.MANY: "This number got {most} automatic answers within an hour, which is the most it gets.",
    Why.AWAY: "The away message was sent already, on {at}; one is good for {window:g} hours.",
    Why.SAME: "The same rule answered the same words less than 10 minutes ago, on {at}.",
    Why.ECHO: "The text repeats our own automatic answer of {at}.",
}
MATCHED = {
    Match.EXACT: "the text is “{word}”",
    Match.STARTS_WITH: "the text starts with “{word}”",
    Match.CONTAINS: "the text contains “{word}”",
}
ANSWERS = "The rule “{name}” answers: {matched}."
AWAY_ANSWERS = "The away message answers: no rule has these words, and the business is closed."


@dataclass(frozen=True)
class Heard:
    """A customer's text in its conversation. `keyword`: it was taken for one when it came."""

    thread: Thread
    body: str
    at: datetime
    keyword: bool = False


@dataclass(frozen=True)
class Ruling:
    """The words that answer, by a rule or (without one) the away message; or why nobody does."""

    reason: str
    body: str | None = None
    rule: Rule | None = None

    @property
    def key(self) -> str:
        """Who answers, as the answer is signed."""
        return f"rule:{self.rule.id}" if self.rule else AWAY


def decide(heard: Heard, now: datetime, policy: Policy) -> Ruling:
    """What would answer this text now, and why."""
    ruling = propose(heard, now, policy)
    if ruling.body is None:
        return ruling
    why = objection(heard, ruling, now, policy)
    return Ruling(why) if why else ruling


def tried(thread: Thread, body: str, at: datetime | None, now: datetime, policy: Policy) -> Ruling:
    """What would answer this text if it came then (None: now); InvalidInput for what never comes.

    Nothing is written.
    """
    if len(body) > MAX_BODY:
        raise wrong("text", TOO_LONG)
    then = at or now
    if abs(then - now) > FARTHEST:
        raise wrong("at", TOO_FAR)
    return decide(Heard(thread, body, then), then, policy)


def propose(heard: Heard, now: datetime, policy: Policy) -> Ruling:
    """The same, but for what they have been answered lately."""
    if why := _unfit(heard, policy):
        return Ruling(why)
    kept = hours.business_hours(policy)
    week = hours.of(kept)
    opened, rules = week.is_open(heard.at), replies.active()
    rule = autoreply.choose(rules, heard.body, opened)
    if rule is None and (why := _silence(heard, rules, kept, opened)):
        return Ruling(why)
    if why := _barred(heard, rule, now, policy):
        return Ruling(why)
    return _worded(heard, rule, kept, week, now, policy)


def objection(
    heard: Heard,
    ruling: Ruling,
    now: datetime,
    policy: Policy,
    session: ClientSession | None = None,
) -> str | None:
    """Why that would be one answer too many; in a `session`, as its transaction sees it."""
    limits = recents.limits(policy.automation)
    sent = recents.of_phone(heard.thread.phone, now, limits, session)
    person = None
    if since := looping.tireless(sent, limits):
        person = recents.person(heard.thread.phone, since, now, session)
    found = looping.objection(ruling.key, heard.body, sent, now, limits, person)
    if found is None:
        return None
    at = zones.told(found.at, hours.business_hours(policy).timezone)
    window = limits.away / timedelta(hours=1)
    most = limits.daily if found.why is Why.ENDLESS else limits.hourly
    return OBJECTIONS[found.why].format(at=at, most=most, window=window)


def is_info(body: str, policy: Policy) -> bool:
    """Whether it is INFO where that is ours to answer."""
    return keywords.bare(body) == replies.INFO and replies.answers_info(policy)


def _unfit(heard: Heard, policy: Policy) -> str | None:
    """What no rule may answer, whatever rules there are."""
    if not phones.is_phone(heard.thread.phone):
        return MACHINE
    if not policy.knows(heard.thread.sender):
        return STRANGER
    if policy.knows(heard.thread.phone):
        return OURS
    meant = keywords.read(heard.body, heard.thread.phone, policy.consent.keywords)
    if (meant or heard.keyword) and not (
        meant in (None, Keyword.HELP) and is_info(heard.body, policy)
    ):
        return KEYWORD
    return PHRASE if keywords.phrase(heard.body) else None


def _silence(heard: Heard, rules: list[Rule], kept: BusinessHours, opened: bool) -> str | None:
    """Why nobody answers where no rule does; None where the away message may."""
    if keywords.bare(heard.body) == replies.INFO:
        return HELPED
    if not opened and kept.away_body:
        return None
    if rests := autoreply.resting(rules, heard.body, opened):
        return RESTS.format(name=rests.name, state="open" if opened else "closed")
    return OPEN if opened else SILENT


def _barred(heard: Heard, rule: Rule | None, now: datetime, policy: Policy) -> str | None:
    """What stands against any answer to them at this moment."""
    if now - heard.at > IN_TIME:
        return LATE
    thread = heard.thread
    them, why = gate.one(thread.phone, policy), str(Purpose.AUTO_REPLY)
    verdict = gate.judge(them, heard.at, thread.sender, why, None, now, policy)
    if not verdict.allowed:
        return verdict.message
    if thread.held_for_review:
        return HELD
    return THERE if rule is None and recents.somebody_there(thread.id, now) else None


def _worded(
    heard: Heard,
    rule: Rule | None,
    kept: BusinessHours,
    week: Hours,
    now: datetime,
    policy: Policy,
) -> Ruling:
    """The answer in the words for that person."""
    template = rule.body if rule else kept.away_body or ""
    contact = contacts.find(heard.thread.contact_id)
    try:
        words = phrasing.spoken(template, contact, week, now, policy)
        # Where every text says how to leave, so does this one, as a person's would.
        body = optout.worded(words, heard.thread.phone, str(Purpose.CONVERSATION), policy)
    except InvalidInput as error:
        return Ruling(error.message)
    if rule is None:
        return Ruling(AWAY_ANSWERS, body)
    word = autoreply.found(rule, keywords.bare(heard.body)) or ""
    matched = MATCHED[rule.match].format(word=word)
    return Ruling(ANSWERS.format(name=rule.name, matched=matched), body, rule)
