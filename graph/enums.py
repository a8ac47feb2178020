"""Enumerations: GraphQL's names over the values that the database keeps."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import strawberry

E = TypeVar("E", bound=Enum)
value: Any = strawberry.enum_value


def known(kind: type[E], stored: object, otherwise: E) -> E:
    """The member of that stored value; foreign documents may hold what no member is."""
    try:
        found: E = members(kind).get(stored, otherwise)
    except TypeError:  # a list or a document, which is no member
        return otherwise
    return found


@cache
def members(kind: type[E]) -> Mapping[object, E]:
    """Members by their stored values; asking the class for each value is slow."""
    return {member.value: member for member in kind}


@strawberry.enum(description="Where a person stands with the business.")
class ContactStatus(Enum):
    """Stored lower-case."""

    NEW = value("new", description="Nobody has been in touch yet.")
    CONTACTED = value("contacted", description="Somebody has been in touch.")
    QUALIFIED = value("qualified", description="Worth pursuing.")
    NURTURING = value("nurturing", description="Interested, but not now.")
    CLIENT = value("client", description="Does business with us.")
    INACTIVE = value("inactive", description="No longer pursued.")


@strawberry.enum(description="A way of being in touch.")
class ContactMethod(Enum):
    """Stored lower-case, with a hyphen."""

    SMS = value("sms", description="By text message.")
    EMAIL = value("email", description="By e-mail.")
    PHONE = value("phone", description="By a call.")
    IN_PERSON = value("in-person", description="Face to face.")


@strawberry.enum(description="The order of a list of contacts.")
class ContactOrder(Enum):
    """Each is served by an index."""

    CREATED_DESC = value("newest", description="The newest first.")
    CREATED_ASC = value("oldest", description="The oldest first.")
    LAST_CONTACT_DESC = value("last_contact", description="The most recent contact first.")
    NAME_ASC = value("name", description="By last name, then first name.")


@strawberry.enum(description="Which way a text went.")
class Direction(Enum):
    """Stored lower-case."""

    INBOUND = value("inbound", description="From a customer to us.")
    OUTBOUND = value("outbound", description="From us to a customer.")


@strawberry.enum(description="Where a text is on its way.")
class MessageStatus(Enum):
    """Stored lower-case; the same members as the domain's."""

    SCHEDULED = value("scheduled", description="Leaves at `sendAt`.")
    HELD = value("held", description="Held for a few seconds, or until somebody releases it.")
    QUEUED = value("queued", description="Leaves as soon as it is its turn.")
    SENDING = value("sending", description="Just being handed to the carrier.")
    UNKNOWN = value("unknown", description="It may or may not have left: being found out.")
    REFUSED = value("refused", description="It may not be sent; the decision says why.")
    CANCELED = value("canceled", description="Called back before it left.")
    SENT = value("sent", description="The carrier has sent it.")
    DELIVERED = value("delivered", description="It reached the phone.")
    UNDELIVERED = value("undelivered", description="The carrier could not deliver it.")
    FAILED = value("failed", description="It could not be sent.")
    RECEIVED = value("received", description="A customer's text that reached us.")


@strawberry.enum(description="Why a text is sent. The last three are only ever read.")
class Purpose(Enum):
    """Stored lower-case."""

    CONVERSATION = value("conversation", description="A person's answer or question.")
    INFORMATIONAL = value("informational", description="News that the customer asked for.")
    MARKETING = value("marketing", description="Advertising.")
    AUTO_REPLY = value("auto_reply", description="Answered by a rule.")
    HELP = value("help", description="The answer to HELP.")
    OPTOUT_CONFIRMATION = value("optout_confirmation", description="Confirms a STOP.")


@strawberry.enum(description="The alphabet in which a whole text travels.")
class Encoding(Enum):
    """One character outside GSM-7 switches all of it."""

    GSM7 = value("GSM7", description="160 characters alone, 153 in each of several segments.")
    UCS2 = value("UCS2", description="70 characters alone, 67 in each of several segments.")


@strawberry.enum(description="How the proof of a consent is written.")
class ProofFormat(Enum):
    """Both hold the same."""

    JSON = value("json", description="For programs: one document, a line for each thing.")
    HTML = value("html", description="For people: one page to read, keep and print.")


@strawberry.enum(description="Whether a conversation asks for attention.")
class ThreadStatus(Enum):
    """Stored lower-case."""

    OPEN = value("open", description="Going on.")
    SNOOZED = value("snoozed", description="Put off; a new text opens it again.")
    CLOSED = value("closed", description="Done; a new text opens it again.")


@strawberry.enum(description="What an agent's plain message in the channel is.")
class ReplyMode(Enum):
    """Stored lower-case."""

    SEND = value("send", description="It leaves as a text.")
    INTERNAL = value("internal", description="It stays among agents unless it is sent on purpose.")


@strawberry.enum(description="What a person said about being texted.")
class ConsentAction(Enum):
    """Stored lower-case."""

    OPT_IN = value("opt_in", description="Yes.")
    OPT_OUT = value("opt_out", description="No.")
    HELD = value("held", description="A text of theirs may mean no; somebody is to decide.")
    RELEASED = value("released", description="It was decided that it did not mean no.")
    PENDING = value("pending", description="They were asked to confirm their yes.")
    CONFIRMED = value("confirmed", description="They confirmed it.")
    DO_NOT_CALL = value("do_not_call", description="The number is on a do-not-call list.")
    CALLABLE = value("callable", description="It is on none any more.")
    VERIFIED = value("verified", description="The number is still theirs.")
    VOIDED = value("voided", description="The number is somebody else's: every yes has ended.")
    ERASED = value("erased", description="The person was forgotten: a no is all that is left.")


@strawberry.enum(description="How strong a yes is.")
class ConsentLevel(Enum):
    """Stored lower-case."""

    NONE = value("none", description="No consent.")
    EXPRESS = value("express", description="Agreed to be texted.")
    WRITTEN = value("written", description="Agreed in writing to be sent advertising.")


@strawberry.enum(description="How a statement about consent came to us.")
class ConsentMethod(Enum):
    """Stored lower-case."""

    FORM = value("form", description="A form with the consent box.")
    KEYWORD = value("keyword", description="A text such as STOP or START.")
    AGENT = value("agent", description="An agent recorded it.")
    IMPORT = value("import", description="It came with imported data.")
    API = value("api", description="A program recorded it.")
    TWILIO = value("twilio", description="The carrier reported it.")
    PHONE_CALL = value("phone_call", description="Said on the phone.")
    EMAIL = value("email", description="Written in an e-mail.")
    IN_PERSON = value("in_person", description="Said face to face.")
    OTHER = value("other", description="Another way; the note says which.")


@strawberry.enum(description="How far a statement about consent reaches.")
class ConsentScope(Enum):
    """Stored lower-case."""

    PROGRAM = value("program", description="One programme of texts.")
    ALL = value("all", description="All texts from this business.")


@strawberry.enum(description="What an event says happened.")
class Change(Enum):
    """Only ever sent."""

    ADDED = value("added", description="It is new.")
    STATUS = value("status", description="Its status changed; `status` is the one it changed to.")
    UPDATED = value("updated", description="Something else of it changed.")
    REMOVED = value("removed", description="It is gone; its id stays.")
    CHECKPOINT = value("checkpoint", description="Nothing happened; a fresh cursor to resume from.")


@strawberry.enum(description="Whether a campaign's texts leave.")
class CampaignStatus(Enum):
    """Stored lower-case."""

    DRAFT = value("draft", description="Being written.")
    SCHEDULED = value("scheduled", description="Begins at `startAt`.")
    RUNNING = value("running", description="Its texts leave.")
    PAUSED = value("paused", description="Nothing of it leaves until somebody resumes it.")
    CANCELED = value("canceled", description="Somebody called it off.")
    DONE = value("done", description="All of its texts have left.")
    STOPPED_BY_BREAKER = value(
        "stopped_by_breaker",
        description="It stopped itself: carriers filter its texts, or too many opt out.",
    )


@strawberry.enum(description="Where in a text a rule's keyword has to be.")
class MatchKind(Enum):
    """Stored lower-case; the same members as the domain's."""

    EXACT = value("exact", description="It is all of the text.")
    STARTS_WITH = value("starts_with", description="The text begins with it.")
    CONTAINS = value("contains", description="It is somewhere in the text, as whole words.")


@strawberry.enum(description="What each row of figures is about.")
class AnalyticsGroup(Enum):
    """As the domain has them."""

    DAY = value("day", description="A day in the business's zone.")
    HOUR_OF_WEEK = value("hour_of_week", description="An hour of the week there; 168 of them.")
    AGENT = value("agent", description="An agent.")
    TEMPLATE = value("template", description="A template.")
    CAMPAIGN = value("campaign", description="A campaign.")
    SENDER = value("sender", description="A number or Messaging Service of ours.")


@strawberry.enum(description="How far work in the background is.")
class JobStatus(Enum):
    """Stored lower-case."""

    PENDING = value("pending", description="Nobody has begun yet.")
    RUNNING = value("running", description="Going on.")
    DONE = value("done", description="All of it is done.")
    FAILED = value("failed", description="It could not go on.")
    CANCELED = value("canceled", description="Somebody called it off.")


@strawberry.enum(description="The stable code of an expected failure.")
class ProblemCode(Enum):
    """The domain's codes, by the same names."""

    INVALID_INPUT = value("INVALID_INPUT", description="Correct the named fields.")
    INVALID_PHONE = value("INVALID_PHONE", description="The phone number cannot be read.")
    DUPLICATE_CONTACT = value("DUPLICATE_CONTACT", description="The number has a contact already.")
    NOT_FOUND = value("NOT_FOUND", description="There is nothing with this id.")
    CONFLICT = value("CONFLICT", description="The present state does not allow it.")
    FORBIDDEN = value("FORBIDDEN", description="You may not do this.")
    UNAUTHENTICATED = value("UNAUTHENTICATED", description="The token is missing or not valid.")
    OPTED_OUT = value("OPTED_OUT", description="The person asked for no more texts.")
    OPT_IN_REQUIRED = value("OPT_IN_REQUIRED", description="The person has not agreed to texts.")
    QUIET_HOURS = value("QUIET_HOURS", description="It is night where the person is.")
    NOT_CONFIGURED = value("NOT_CONFIGURED", description="A setting is missing.")
    MESSAGE_EMPTY = value("MESSAGE_EMPTY", description="There is no text to send.")
    MESSAGE_TOO_LONG = value("MESSAGE_TOO_LONG", description="The text is too long.")
    MEDIA_REJECTED = value("MEDIA_REJECTED", description="The media cannot be sent.")
    MISSING_VARIABLE = value("MISSING_VARIABLE", description="A template's variable has no value.")
    TOO_LATE = value("TOO_LATE", description="It has left already.")
    UNKNOWN_OUTCOME = value("UNKNOWN_OUTCOME", description="Nobody knows yet whether it left.")
    RATE_LIMITED = value("RATE_LIMITED", description="Too much at once: slow down.")
    COST_LIMIT = value("COST_LIMIT", description="The request asks for too much at once.")
    CURSOR_EXPIRED = value("CURSOR_EXPIRED", description="Too old a cursor: fetch afresh.")
    UPSTREAM_ERROR = value("UPSTREAM_ERROR", description="An outside service failed.")
    INTERNAL = value("INTERNAL", description="Our mistake; the log has the id.")
