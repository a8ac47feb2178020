"""Between the form of a text and the services: what is in it, what is to be said of it.

Everything here but the reading may ask the database: it runs inside a listener's one hop.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TypeVar

from bot import forms, judging
from bot.desk import Desk
from bot.judging import Judged
from bot.members import acting, author
from bot.reading import Json, part, team_of, word
from bot.views import compose
from bot.views.compose import Chosen, Filled, Notes
from domain.errors import DomainError, FieldError, InvalidInput
from domain.model import Agent, Message
from domain.policy import Policy
from domain.rules import phone, segments, zones
from domain.rules.words import weight
from domain.services import deferral, initiating, optout
from domain.services.people.fields import wrong
from domain.services.programs import drafts
from domain.services.programs.drafts import Draft

T = TypeVar("T")
NO_ZONE = "Nobody knows this time zone: choose one."
NO_DATE, NO_TIME = "Choose a day.", "Choose a time."
BORROWED = "The customer's time zone is not known, so this is your own time."
SHIFTS = {
    zones.Kind.SKIPPED: "Clocks skip this time on that day, so it leaves just as long after.",
    zones.Kind.TWICE: "Clocks show this time twice on that day; the first one is meant.",
}
LEFT = "Write in the text what stands for {names}."
MEANT = {
    "to": compose.TO,
    "contactId": compose.TO,
    "senderId": compose.FROM,
    "sendAt": compose.TIME,
    "body": compose.TEXT,
}
"""The form's fields by the services' names for them."""


@dataclass(frozen=True)
class Composer:
    """Whoever writes, and when."""

    agent: Agent
    now: datetime
    policy: Policy

    @property
    def zone(self) -> str | None:
        """Their own time zone, if the chat says it."""
        return zones.known(self.agent.timezone)

    def drafted(self, filled: Filled, send_at: datetime | None = None) -> Draft:
        """What the services are asked for."""
        value = filled.contact.value if filled.contact else ""
        number = value.startswith("+")
        return Draft(
            body=filled.text,
            author=author(self.agent),
            thread_id=filled.thread_id or None,
            contact_id=None if number else value or None,
            phone=value if number else None,
            sender=filled.sender or None,
            send_at=send_at,
            confirmed=filled.night == forms.ANYWAY,
            patient=filled.night == forms.OPENING,
        )

    def leaves(self, filled: Filled) -> zones.Local | None:
        """The moment that is meant; None: now. InvalidInput names the field that says none."""
        if not filled.later:
            return None
        if filled.kept:
            return zones.Local(filled.kept, zones.Kind.PLAIN)
        person = initiating.person(self.drafted(filled), self.policy.region)
        theirs, ours = person.zone or self.zone, self.zone
        named = {compose.CUSTOMER: theirs, compose.AGENT: ours}
        zone = named.get(filled.zone, zones.known(filled.zone))
        if zone is None:
            raise wrong(compose.ZONE, NO_ZONE)
        return zones.moment(_day(filled.day), _clock(filled.clock), zone)

    def senders(self) -> list[tuple[str, str]]:
        """Ours to choose from, the default first, with what to call them."""
        ours = dict.fromkeys([self.policy.default_sender, *self.policy.numbers])
        return [(one, phone.national(one)) for one in ours if one]

    def notes(self, filled: Filled) -> Notes:
        """What is to be said of the form as it stands."""
        judged = self.judged(filled)
        weighed = self._weight(self._leaving(filled), filled.text)
        preview = tuple(filter(None, (weighed, judged.said)))
        moment = self._about_time(filled, judged)
        return Notes(self._about_template(filled), preview, moment, judged.night)

    def _leaving(self, filled: Filled) -> str:
        """The words with what is added for whom they are meant, as far as both are known."""
        draft = self.drafted(filled)
        if not filled.text.strip() or not (filled.thread_id or filled.contact):
            return filled.text
        try:
            phone = initiating.person(draft, self.policy.region).phone
            return optout.worded(draft.body, phone, draft.purpose, self.policy)
        except DomainError:
            return filled.text  # the verdict says why it cannot be sent

    def _weight(self, body: str, typed: str) -> str:
        size = segments.measure(body)
        if not size.units:
            return "Nothing is written yet."
        forced = f"Unicode, because of {weight.named(size)}" if size.culprits else "plain"
        added = "" if body == typed else f", with “{body.splitlines()[-1]}”"
        counted = f"{len(body):,} characters ({forced}){added}"
        said = f"{weight.weight(body, self.policy.rates)} · {counted}."
        return " ".join(filter(None, (said, weight.blame(body))))

    def judged(self, filled: Filled) -> Judged:
        """Whether it may be sent, and if not now why and when."""
        if not (filled.thread_id or filled.contact):
            return Judged()
        try:
            unasked = self.drafted(replace(filled, night=""), self._later(filled))
            return judging.judged(unasked, self.now, self.policy)
        except DomainError as error:
            return Judged(judging.no(error.message, error.help))

    def _later(self, filled: Filled) -> datetime | None:
        """When it leaves, once that is settled and still to come."""
        try:
            leaves = self.leaves(filled)
        except InvalidInput:
            return None
        return leaves.at if leaves and leaves.at > self.now else None

    def _about_time(self, filled: Filled, judged: Judged) -> str:
        try:
            leaves = self.leaves(filled)
        except DomainError:
            return ""
        if leaves is None:
            return ""
        person = initiating.person(self.drafted(filled), self.policy.region)
        borrowed = BORROWED if not person.zone and filled.zone == compose.CUSTOMER else ""
        chosen = zones.for_both(leaves.at, person.zone, self.zone)
        said = f"You chose {chosen}." if judged.put_off else f"Leaves {chosen}."
        return " ".join(filter(None, (said, SHIFTS.get(leaves.kind), borrowed)))

    def _about_template(self, filled: Filled) -> str:
        if not filled.template:
            return ""
        try:
            left = initiating.filled(filled.template.value, None, self.agent.user_id)[1]
        except DomainError as error:
            return error.message
        missing = [f"{{{name}}}" for name in left if f"{{{name}}}" in filled.text]
        return LEFT.format(names=", ".join(missing)) if missing else ""


async def composed(desk: Desk, body: Json, work: Callable[[Composer], T]) -> T:
    """The work of whoever acts, in one hop; Refused when they are none of our agents."""
    agent = await acting(desk, body)
    return await desk.hop(lambda: work(composer(desk, body, agent)))


def composer(desk: Desk, body: Json, agent: Agent) -> Composer:
    """Whoever writes, with the senders of their own workspace."""
    chat = desk.chats.of(team_of(body)) if desk.chats else None
    senders = chat.workspace.senders if chat else ()
    return Composer(agent, desk.clock.now(), _limited(desk.policy, senders))


def read(body: Json, thread_id: str = "", to: str = "") -> Filled:
    """What is in the form at this moment."""
    block = forms.block_of(body, compose.TEXT)
    contact, template = (forms.option_of(body, one) for one in (compose.TO, compose.TEMPLATE))
    return Filled(
        thread_id=thread_id,
        to=to,
        contact=Chosen(*contact) if contact[1] else None,
        sender=forms.written(body, compose.FROM),
        template=Chosen(*template) if template[1] else None,
        text=forms.typed(body, compose.TEXT),
        revision=int(block.partition(":")[2] or 0),
        later=forms.written(body, compose.WHEN) == compose.LATER,
        day=forms.written(body, compose.DATE),
        clock=forms.written(body, compose.TIME),
        zone=forms.written(body, compose.ZONE) or compose.CUSTOMER,
        night=forms.written(body, forms.NIGHT),
    )


def origin(body: Json) -> str:
    """The one name of what the form causes, however often it is submitted."""
    return f"slack:{team_of(body)}/view/{word(part(body, 'view'), 'id')}"


def with_template(filled: Filled, composer: Composer) -> Filled:
    """The template's words in place of what was written; as it is without a template."""
    if not filled.template:
        return filled
    contact = None
    if filled.thread_id or filled.contact:
        contact = initiating.person(composer.drafted(filled), composer.policy.region).contact
    words, _ = initiating.filled(filled.template.value, contact, composer.agent.user_id)
    return replace(filled, text=words, revision=filled.revision + 1)


def untouched(filled: Filled, agent_id: str) -> bool:
    """Whether the text is the template's own words, for nobody yet, so that nothing is lost."""
    if not filled.template:
        return False
    return filled.text in ("", initiating.filled(filled.template.value, None, agent_id)[0])


def placed(error: DomainError, body: Json) -> DomainError:
    """The same failure, below the fields of this form that it is about."""
    told = error.fields or (FieldError("to", error.message),)
    error.fields = tuple(replace(one, field=_field(one, body)) for one in told)
    return error


def _field(one: FieldError, body: Json) -> str:
    """Where the form has it; what it has no field for is told below the text."""
    meant = MEANT.get(one.field, one.field)
    name = compose.DATE if one.message == drafts.AHEAD else meant
    shown = part(part(part(body, "view"), "state"), "values")
    block = forms.block_of(body, name)
    return block if block in shown else forms.block_of(body, compose.TEXT)


def summary(message: Message, person: str, composer: Composer, zone: str | None) -> str:
    """What becomes of a text that was just committed."""
    if message.send_at:
        when = zones.for_both(message.send_at, zone, composer.zone)
        return f"Your text to {person} leaves {when}{deferral.since(message)}."
    seconds = round(composer.policy.hold.total_seconds())
    return f"Your text to {person} leaves {f'in {seconds} seconds' if seconds else 'at once'}."


def _limited(policy: Policy, senders: Collection[str]) -> Policy:
    """Without the senders of other workspaces; no senders are all."""
    if not senders:
        return policy
    numbers = tuple(one for one in policy.numbers if one in senders)
    service = policy.service_sid if policy.service_sid in senders else None
    return replace(policy, numbers=numbers, service_sid=service)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise wrong(compose.DATE, NO_DATE) from error


def _clock(written: str) -> time:
    try:
        return time.fromisoformat(written)
    except ValueError as error:
        raise wrong(compose.TIME, NO_TIME) from error
