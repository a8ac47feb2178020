"""A text, either way, with the work that is still to be done with it."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    Decimal128Field,
    DictField,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    LongField,
    ObjectIdField,
    StringField,
)

from domain.model.base import TOLERANT, Author, Noun, Part, Slot, index, present
from domain.model.media import Attachment, Wanted

ORDER = ("threadId", "position", "_id")


class StatusChange(Part):
    """One entry of the append-only history; `word` is the carrier's own, if it spoke."""

    status: str = StringField(required=True)
    at: datetime = DateTimeField(required=True)
    word: str | None = StringField()
    error_code: int | None = IntField(db_field="errorCode")


class Decision(Part):
    """What the gate said when it was asked; `earliest`: it only was too early or too late."""

    allowed: bool = BooleanField(default=False)
    code: str | None = StringField()
    message: str | None = StringField()
    reasons: list[str] = ListField(StringField())
    rules_version: str = StringField(db_field="rulesVersion", default="")
    at: datetime | None = DateTimeField()
    earliest: datetime | None = DateTimeField()
    needs_confirmation: bool | None = BooleanField(db_field="needsConfirmation")


class Choice(Part):
    """A button: its label, and the action it stands for."""

    label: str = StringField(required=True)
    action: str = StringField(required=True)


class Aside(Part):
    """The post that stands for a notice of which nobody knows whether it was heard."""

    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    ts: str | None = StringField()
    tried_at: datetime | None = DateTimeField(db_field="triedAt")


class Notice(Part):
    """Something that one agent is to be told about this message, once, and what they can do.

    It is whispered; `heard`: that was shown for sure, or its post is there. One that was tried
    without `tried_at` is of former times and counts as heard. `refused` counts noes to its post.
    """

    key: str = StringField(required=True)
    user_id: str = StringField(required=True, db_field="userId")
    text: str = StringField(required=True)
    choices: list[Choice] = EmbeddedDocumentListField(Choice)
    tried: bool = BooleanField(default=False)
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    tries: int = IntField(default=0)
    heard: bool = BooleanField(default=False)
    refused: int = IntField(default=0)
    post: Aside | None = EmbeddedDocumentField(Aside)


class Recall(Part):
    """What its author wanted of a text while a call for it was under way, for when it failed."""

    canceled: bool = BooleanField(default=False)
    body: str | None = StringField()
    edited_ts: str | None = StringField(db_field="editedTs")


class Afterthought(Part):
    """What its author wanted of a text once it had left; `correction`: the text that put it right.

    `edited_ts` is when, as the chat has it; none of a deletion, which is final.
    """

    canceled: bool = BooleanField(default=False)
    body: str | None = StringField()
    edited_ts: str | None = StringField(db_field="editedTs")
    correction = ObjectIdField()


class Shadow(Part):
    """The message as the chat shows it. What was `tried` may be there or not, until it is clear.

    `wording` stands for the words of a post of ours; an agent's own message has none. `plain`: the
    chat did not take its pictures inside the post, so it has links to them. `refused` counts how
    often the inbox did not take it.
    """

    channel_id: str | None = StringField(db_field="channelId")
    thread_ts: str | None = StringField(db_field="threadTs")
    ts: str | None = StringField()
    wording: str | None = StringField()
    plain: bool | None = BooleanField()
    refused: int | None = IntField()
    marks: list[str] = ListField(StringField())
    tried_marks: list[str] = ListField(StringField(), db_field="triedMarks")
    tried_at: datetime | None = DateTimeField(db_field="triedAt")
    failure_ts: str | None = StringField(db_field="failureTs")
    failure_tried_at: datetime | None = DateTimeField(db_field="failureTriedAt")


class Message(Noun):
    """One text. Inserting it is the commit; `origin` is its one idempotency key.

    A customer's text with which a wait began has `answered_at`, `answered_by` and
    `response_seconds` once somebody answered (an agent or a program): what response times are
    made of. Nobody sees them change, so they count for no `rev`.

    `decisions` is all that the gate ever said of it, `decision` the latest. `quiet_confirmed`: a
    person let it leave outside usual hours, in a night that ends at `quiet_until`. `wanted_at`:
    when its author wanted it to leave, where the gate put off what they had planned. After
    `expires_at` it leaves no more.

    A campaign's text is `quiet` where its conversation had no live place: it is no post of its own.
    `replied_at`, `left_at`: when they first wrote after it, and when they opted out after it
    (the former of any text of ours that was the last before);
    `clicked_at`: when they first followed a link of it. `rule_id`: the rule that answered with it.

    `keyword` is what a customer's whole text asks for (stop, start, help, yes, join), `answer` what
    we are to answer it with (stop, help, start, join). `lapsed`: nothing answers it by itself,
    since something may have, before a backup was restored.

    `trace` is what the logs of all processes have about it: see `domain.tracing`.

    `recovered_at`: it came late, found in the carrier's records, which say that it was sent at
    `twilio_created_at`.

    `asked` is a digest of what a program asked for when that made it. `question` is why it waits
    for a click (late, recovered, moved, switched, long, collision); `decided_by` is whose click
    ended such a wait.
    """

    meta = {**TOLERANT, "collection": "smsmessages"}
    INDEXES = (
        index("origin", "origin", unique=True),
        index("sid", "twilioMessageSid", unique=True, where=present("twilioMessageSid")),
        index("newest", "-createdAt", "-_id"),
        index("contact", "contactId", "-createdAt", "-_id"),
        index("thread", "threadId", "-createdAt", "-_id"),
        index("order", *ORDER),
        index("from", "from", "-createdAt", "-_id"),
        index("to", "to", "-createdAt", "-_id"),
        index("toStatus", "to", "status"),
        index("attempted", "attemptedAt", where=present("attemptedAt")),
        index("adverts", "to", "-attemptedAt", where={"purpose": "marketing"}),
        index("status", "status", "direction", "-createdAt", "-_id"),
        index("direction", "direction", "-createdAt", "-_id"),
        index("unplaced", "unplaced", "-createdAt", "-_id", where={"unplaced": True}),
        index("shadow", "shadow.channelId", "shadow.ts", where=present("shadow.ts")),
        index("words", "words", "-createdAt", "-_id"),
        index("scheduled", "sentBy.key", "sendAt", "_id", where={"status": "scheduled"}),
        index("planned", "sendAt", "_id", where={"status": "scheduled"}),
        index("template", "templateId", where=present("templateId")),
        index("media", "media.fileId", where=present("media.fileId")),
        index("campaign", "campaignId", "-createdAt", "-_id", where=present("campaignId")),
        index(
            *("campaignStatus", "campaignId", "status", "-createdAt", "-_id"),
            where=present("campaignId"),
        ),
        index("campaignThread", "threadId", "-createdAt", where=present("campaignId")),
        index("replied", "campaignId", "repliedAt", where=present("repliedAt")),
        index("automatic", "to", "-createdAt", where={"purpose": "auto_reply"}),
        index("clicked", "campaignId", "clickedAt", where=present("clickedAt")),
        index("left", "campaignId", "leftAt", where=present("leftAt")),
        index("recovered", "recoveredAt", where=present("recoveredAt")),
        index("filtered", "campaignId", "-createdAt", where={"filtered": True}),
        index(
            *("dispatch", "dispatch.yields", "dispatch.line", "dispatch.due_at"),
            where=present("dispatch.due_at"),
        ),
        index("relay", "relay.yields", "relay.due_at", where=present("relay.due_at")),
        index("effects", "effects.due_at", where=present("effects.due_at")),
        index("fetch", "fetch.due_at", where=present("fetch.due_at")),
        # A worker asks for one thread's open work in thread order, whatever the thread's past.
        index("dispatchOrder", *ORDER, where=present("dispatch.due_at")),
        index("relayOrder", *ORDER, where=present("relay.due_at")),
    )

    origin: str = StringField(required=True)
    twilio_sid: str | None = StringField(db_field="twilioMessageSid")
    direction: str = StringField(required=True, choices=("inbound", "outbound"))
    status: str = StringField(required=True)
    rank: int = IntField(default=-1)
    purpose: str = StringField(default="conversation")
    from_: str = StringField(required=True, db_field="from")
    to: str = StringField(required=True)
    service_sid: str | None = StringField(db_field="messagingServiceSid")
    body: str = StringField(default="")
    words: list[str] = ListField(StringField())
    media_urls: list[str] = ListField(StringField(), db_field="mediaUrls")
    media_types: list[str] = ListField(StringField(), db_field="mediaTypes")
    media: list[Attachment] = EmbeddedDocumentListField(Attachment)
    wanted: list[Wanted] = EmbeddedDocumentListField(Wanted)
    contact_id = ObjectIdField(db_field="contactId")
    thread_id = ObjectIdField(db_field="threadId")
    sent_by: Author | None = EmbeddedDocumentField(Author, db_field="sentBy")
    tags: list[str] = ListField(StringField())
    template_id = ObjectIdField(db_field="templateId")
    retry_of = ObjectIdField(db_field="retryOf")
    retried_at: datetime | None = DateTimeField(db_field="retriedAt")
    dismissed_by: list[str] = ListField(StringField(), db_field="dismissedBy")
    correction_of = ObjectIdField(db_field="correctionOf")
    trace: str | None = StringField()
    asked: str | None = StringField()
    keyword: str | None = StringField()
    answer: str | None = StringField()
    lapsed: bool | None = BooleanField()
    segments: int = IntField(default=0)
    encoding: str | None = StringField()
    filtered: bool | None = BooleanField()
    price = Decimal128Field()
    price_unit: str | None = StringField(db_field="priceUnit")
    error_code: int | None = IntField(db_field="errorCode")
    error_message: str | None = StringField(db_field="errorMessage")
    error_help: str | None = StringField(db_field="errorHelp")
    decision: Decision | None = EmbeddedDocumentField(Decision)
    decisions: list[Decision] = EmbeddedDocumentListField(Decision)
    quiet_confirmed: bool | None = BooleanField(db_field="quietConfirmed")
    quiet_until: datetime | None = DateTimeField(db_field="quietUntil")
    wanted_at: datetime | None = DateTimeField(db_field="wantedAt")
    expires_at: datetime | None = DateTimeField(db_field="expiresAt")
    campaign_id = ObjectIdField(db_field="campaignId")
    quiet: bool | None = BooleanField()
    rule_id = ObjectIdField(db_field="ruleId")
    clicked_at: datetime | None = DateTimeField(db_field="clickedAt")
    replied_at: datetime | None = DateTimeField(db_field="repliedAt")
    left_at: datetime | None = DateTimeField(db_field="leftAt")
    unplaced: bool = BooleanField(default=False)
    send_at: datetime | None = DateTimeField(db_field="sendAt")
    edited_ts: str | None = StringField(db_field="editedTs")
    recall: Recall | None = EmbeddedDocumentField(Recall)
    afterthought: Afterthought | None = EmbeddedDocumentField(Afterthought)
    question: str | None = StringField()
    decided_by: Author | None = EmbeddedDocumentField(Author, db_field="decidedBy")
    position: int = LongField(default=0)
    looks: int = IntField(default=0)
    resends: int = IntField(default=0)
    attempted_at: datetime | None = DateTimeField(db_field="attemptedAt")
    other_sids: list[str] = ListField(StringField(), db_field="otherSids")
    dispatch: Slot | None = EmbeddedDocumentField(Slot)
    relay: Slot | None = EmbeddedDocumentField(Slot)
    effects: Slot | None = EmbeddedDocumentField(Slot)
    fetch: Slot | None = EmbeddedDocumentField(Slot)
    shadow: Shadow = EmbeddedDocumentField(Shadow, default=Shadow)
    notices: list[Notice] = EmbeddedDocumentListField(Notice)
    history: list[StatusChange] = EmbeddedDocumentListField(StatusChange, db_field="statusHistory")
    twilio_created_at: datetime | None = DateTimeField(db_field="twilioCreatedAt")
    recovered_at: datetime | None = DateTimeField(db_field="recoveredAt")
    answered_at: datetime | None = DateTimeField(db_field="answeredAt")
    answered_by: Author | None = EmbeddedDocumentField(Author, db_field="answeredBy")
    response_seconds: int | None = IntField(db_field="responseSeconds")
    delivered_at: datetime | None = DateTimeField(db_field="deliveredAt")
    read_at: datetime | None = DateTimeField(db_field="readAt")
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    raw: dict[str, str] = DictField()

    @property
    def written_at(self) -> datetime:
        """When its author sent it: before we had it, where it came late."""
        late = self.recovered_at and self.twilio_created_at
        return late or self.created_at
