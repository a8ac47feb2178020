"""The modals in which a person makes and changes a contact; fields bear the API's names."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.blocks.elements import Block, actions, clipped, header, section
from bot.views import consent, parts
from bot.views.parts import View
from domain.model import Contact
from domain.model.contact import METHODS, STATUSES
from domain.rules.consent.wording import Wording
from domain.rules.words.mrkdwn import escaped
from domain.services.desk.agreements import Known
from domain.services.people.fields import LONGEST_NAME
from domain.values import Button

NEW, EDIT, TAKEN = "contact_new", "contact_edit", "contact_taken"
OPEN, TIMELINE, LOG, MERGE, DELETE, PROOF = (
    "open_contact",
    "timeline",
    "log_contact",
    "merge_contact",
    "delete_contact",
    "prove_consent",
)
LONGEST_NUMBERS = 1_000
WAYS = dict(zip(METHODS, ("Text", "E-mail", "Phone", "In person"), strict=True))
DO_NOT_CALL, UNCALLED = "doNotCall", "No calls, and no advertising by text"
INTENTS = {"buying": "Wants to buy", "selling": "Wants to sell"}
FOR_GOOD = "You will be asked once more, and told what stays."
TOO_LONG = "The notes are too long to be changed here. Add to them with “Write down”."


@dataclass(frozen=True)
class Office:
    """What is the same for every form: who asks for consent, with which words, whose day it is."""

    business: str
    wording: Wording
    zone: ZoneInfo


def create(
    office: Office, remember: str = "", *, name: str = "", phone: str = "", last: str = ""
) -> View:
    """A new contact, with what is known of them so far."""
    blank = Contact(first_name=name, last_name=last, phone=phone, phones=[phone])
    blocks = [
        *_person(blank),
        *_address(blank),
        *_standing(blank),
        *_interests(blank),
        header("Consent to texts"),
        *consent.offer(office.wording, office.business),
    ]
    return parts.modal(NEW, "New contact", blocks, submit="Create", metadata=remember)


def edit(office: Office, person: Contact, known: Known, remember: str, news: str = "") -> View:
    """A contact as they are now; `remember` says who they are, `news` what has just been done."""
    blocks = [
        *_person(person),
        *_address(person),
        *_standing(person),
        *_interests(person),
        *_others(person),
        header("Consent to texts"),
        *consent.blocks(known, office.wording, office.business, office.zone, news=news),
        _deeds(str(person.id)),
    ]
    return parts.modal(EDIT, "Contact", blocks, submit="Save", metadata=remember)


def taken(message: str, person: Contact) -> View:
    """Somebody else has the number: who, and the way to them."""
    words = f"{escaped(message)}: *{escaped(person.name)}*, {escaped(person.phone)}."
    show = Button("Open that contact", OPEN, str(person.id), "primary")
    return parts.modal(
        TAKEN, "This number is known", [section(words), actions([show])], close="Back"
    )


def zones(names: Sequence[str]) -> list[Block]:
    """Time zones to choose from."""
    return [parts.option(name.replace("_", " "), name) for name in names[: parts.MOST_OPTIONS]]


def _person(person: Contact) -> list[Block]:
    further = "\n".join(person.phones[1:])
    nameless = bool(person.id) and not person.last_name  # they wrote; nobody has asked them yet
    return [
        _line("firstName", "First name", person.first_name, optional=False, most=LONGEST_NAME),
        _line("lastName", "Last name", person.last_name, optional=nameless, most=LONGEST_NAME),
        _line("phone", "Phone", person.phone, optional=False),
        _area("addPhones", "Further numbers", further, "One on each line.", LONGEST_NUMBERS),
        _line("email", "E-mail", person.email),
    ]


def _address(person: Contact) -> list[Block]:
    at = person.address
    return [
        header("Address"),
        _line("street", "Street", at and at.street),
        _line("city", "City", at and at.city),
        _line("state", "State", at and at.state),
        _line("zip", "ZIP code", at and at.zip),
        _zone(person.timezone),
    ]


def _zone(chosen: str | None) -> Block:
    first = zones([chosen])[0] if chosen else None
    hint = "Without one, it follows from the address or the number."
    element = parts.search("Type a city, such as Los Angeles", first)
    return parts.field("timezone", "Time zone", element, optional=True, hint=hint)


def _standing(person: Contact) -> list[Block]:
    statuses = [parts.option(one.title(), one) for one in STATUSES]
    ways = [parts.option(label, way) for way, label in WAYS.items()]
    status = person.status if person.status in STATUSES else None
    preferred = parts.menu(ways, person.preferences.preferred)
    agent = parts.person(person.assigned_agent)
    return [
        header("With us"),
        parts.field("status", "Status", parts.menu(statuses, status)),
        _area("addTags", "Tags", "\n".join(person.tags), "One on each line."),
        parts.field("assignedAgent", "Assigned agent", agent, optional=True),
        parts.field("preferred", "Likes to be reached by", preferred, optional=True),
        _uncalled(person),
        _notes(person.notes or ""),
    ]


def _uncalled(person: Contact) -> Block:
    """The wish not to be called, as the law has it: it forbids advertising in any way."""
    boxes = parts.boxes([parts.option(UNCALLED, "yes")], ["yes"] if person.do_not_call else [])
    return parts.field(DO_NOT_CALL, "Do not call", boxes, optional=True)


def _notes(notes: str) -> Block:
    """Longer ones than a form can show are left alone: what is cut off would be lost."""
    if len(notes) > parts.LONGEST_INPUT:
        return section(clipped(f"*Notes*\n{escaped(notes)}", 1_000) + f"\n_{TOO_LONG}_")
    return _area("notes", "Notes", notes)


def _interests(person: Contact) -> list[Block]:
    wants = person.interests
    prices = wants.price_range if wants else None
    ticked = [one for one in INTENTS if wants and wants[one]]
    boxes = parts.boxes([parts.option(label, one) for one, label in INTENTS.items()], ticked)
    kinds, places = (wants.property_types, wants.locations) if wants else ([], [])
    return [
        header("Interests"),
        parts.field("wants", "Buying or selling", boxes, optional=True),
        _area("propertyTypes", "Kinds of property", "\n".join(kinds), "One on each line."),
        _area("locations", "Locations", "\n".join(places), "One on each line."),
        _line("priceMin", "From which price", prices and _price(prices.min)),
        _line("priceMax", "Up to which price", prices and _price(prices.max)),
        _line("timeframe", "When", wants and wants.timeframe),
    ]


def _price(value: object) -> str:
    return "" if value is None else str(value)


def _others(person: Contact) -> list[Block]:
    """What other programs keep of them, to be read."""
    lines = [
        f"*{escaped(name)}*: {escaped(str(one))}" for name, one in person.custom_fields.items()
    ]
    source = [f"*Source*: {escaped(person.source)}"] if person.source else []
    told = "\n".join([*source, *lines])
    return [header("Other fields"), section(told)] if told else []


def _deeds(contact_id: str) -> Block:
    buttons = [
        Button("Timeline", TIMELINE, contact_id),
        Button("Write down…", LOG, contact_id),
        Button("Proof", PROOF, contact_id),
        Button("Merge…", MERGE, contact_id),
        Button("Delete…", DELETE, contact_id, "danger", FOR_GOOD),
    ]
    return actions(buttons)


def _line(
    name: str,
    label: str,
    value: str | None,
    *,
    optional: bool = True,
    most: int = parts.LONGEST_INPUT,
) -> Block:
    return parts.field(name, label, parts.line(value or "", most=most), optional=optional)


def _area(
    name: str, label: str, value: str, hint: str = "", most: int = parts.LONGEST_INPUT
) -> Block:
    return parts.field(name, label, parts.area(value, most=most), optional=True, hint=hint or None)
