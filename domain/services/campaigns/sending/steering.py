"""A campaign is started, paused, resumed and called off; its texts ask here before they leave."""

from datetime import datetime, timedelta
from typing import Any

from domain import outbox
from domain.errors import Conflict
from domain.model import Campaign, Message
from domain.model.campaign import (
    CANCELED,
    DONE,
    DRAFT,
    HALTED,
    PAUSED,
    RUNNING,
    SCHEDULED,
    STOPPED_BY_BREAKER,
)
from domain.policy import Policy
from domain.rules.status import MessageStatus
from domain.services import messages
from domain.services.campaigns.planning.drafting import current, get
from domain.services.campaigns.sending import doubts
from domain.services.campaigns.showing.stirring import stirred
from domain.services.tables import imports

SLOT = "run"
LOOK_AGAIN = timedelta(seconds=30)
CALLED_OFF = "Its campaign was called off before it left."
OVER = "This campaign is over."
READING = "The list {name} is still being read in."
WAIT = "Start the campaign when it has ended, so that nobody on it is missed."
NOT_BEGUN = "This campaign has not been started."
CHANGED = "This campaign was changed since you looked at it."
LOOK = "Look at its preview again, then start it."
STANDS = "This campaign is {status} already."
Raw = dict[str, Any]
WORDS = {STOPPED_BY_BREAKER: "stopped"}


def start(campaign_id: object, now: datetime) -> Campaign:
    """Let it begin: at its time, or now. Conflict when it has been called off or is over."""
    found = get(campaign_id)
    found.body = current(found)
    return begin(found, now)


def begin(found: Campaign, now: datetime) -> Campaign:
    """Let it begin as it was read, with these words; Conflict if it was changed meanwhile."""
    if found.status in (SCHEDULED, RUNNING):
        return found
    if found.status != DRAFT:
        raise Conflict(STANDS.format(status=WORDS.get(found.status, found.status)))
    check_read_in(found)
    as_read = {"status": DRAFT, "rev": found.rev}
    return _moved(found, as_read, now, {"body": found.body})


def pause(campaign_id: object) -> Campaign:
    """Nothing of it leaves until it is resumed."""
    found = get(campaign_id)
    if found.status == PAUSED:
        return found
    _check_begun(found)
    change = outbox.closed(SLOT)
    change["$set"]["status"] = PAUSED
    return _changed(found, {"status": {"$in": [SCHEDULED, RUNNING]}}, change)


def resume(campaign_id: object, now: datetime) -> Campaign:
    """It goes on where it was; what stopped it by itself counts anew from now on."""
    found = get(campaign_id)
    if found.status in (SCHEDULED, RUNNING):
        return found
    _check_begun(found)
    fields = {"breakerSince": now} if found.status == STOPPED_BY_BREAKER else {}
    times = {"startAt": found.start_at, "startedAt": found.started_at}
    resumed = _moved(found, {"status": {"$in": list(HALTED)}} | times, now, fields)
    put_off = {"dispatch.state": "due", "dispatch.ready_at": {"$exists": True}}
    theirs = {"campaignId": found.id, "status": {"$in": messages.STOPPABLE}} | put_off
    again = [{"$set": {"dispatch.due_at": "$dispatch.ready_at"}}, {"$unset": "dispatch.ready_at"}]
    Message._get_collection().update_many(theirs, again)
    return resumed


def cancel(campaign_id: object, now: datetime) -> Campaign:
    """Call it off for good, with all of its texts that have not begun to leave."""
    found = get(campaign_id)
    if found.status == DONE:
        raise Conflict(OVER)
    if found.status != CANCELED:
        change = outbox.closed(SLOT)
        change["$set"] |= {"status": CANCELED, "finishedAt": now}
        before = [DRAFT, SCHEDULED, RUNNING, *HALTED]
        found = _changed(found, {"status": {"$in": before}}, change)
    messages.cancel_all({"campaignId": found.id}, now, CALLED_OFF)
    return found


def admits(message: Message, now: datetime, policy: Policy) -> bool:
    """Whether its campaign, if it is of one, lets it leave; otherwise it waits or is canceled."""
    if message.campaign_id is None:
        return True
    found = Campaign.objects(id=message.campaign_id).only(*doubts.NEEDED).first()
    status = doubts.weighed(found, now, policy) if found else CANCELED
    if status == CANCELED:
        messages.cancel_all({"_id": message.id}, now, CALLED_OFF)
    elif status in HALTED:
        # Resuming makes it due at once; should that be missed, it looks by itself.
        outbox.put_off(messages.DISPATCH, [message], now + LOOK_AGAIN)
    elif found and found.unsure_since and _is_untried(message):
        _doubt(message, found.unsure_since, now)
        return False
    return status not in (CANCELED, *HALTED)


def _is_untried(message: Message) -> bool:
    """Whether nobody has looked for it in the carrier's records, or sent it, yet."""
    sent = any(one.status == MessageStatus.SENDING for one in message.history)
    return message.resends == 0 and not sent


def _doubt(message: Message, since: datetime, now: datetime) -> None:
    """Its campaign was restored from a backup: it may have left in the time that was lost."""
    fields = {"dispatch.due_at": now, "attemptedAt": since, "looks": 0}
    match = {"_id": message.id} | messages.not_begun()
    messages.move(match, MessageStatus.UNKNOWN, now, fields=fields, show=not message.quiet)


def _moved(found: Campaign, before: Raw, now: datetime, fields: Raw) -> Campaign:
    """It runs from now on, or from its time on."""
    due_at = now if found.started_at else max(found.start_at or now, now)
    status = SCHEDULED if due_at > now else RUNNING
    setting = {"status": status, SLOT: outbox.due(due_at)} | fields
    begun = {} if due_at > now else {"$min": {"startedAt": now}}
    return _changed(found, before, {"$set": setting, "$unset": {"breakerReason": ""}} | begun)


def _changed(found: Campaign, before: Raw, change: Raw) -> Campaign:
    """Somebody else may have been faster: what they did stands, or is in the way."""
    change["$set"] |= stirred()
    own = {"_id": found.id} | before
    done = Campaign._get_collection().update_one(own, change | {"$inc": {"rev": 1}})
    after = get(found.id)
    if not done.matched_count and after.status != change["$set"]["status"]:
        if after.status == found.status and after.rev != found.rev:
            raise Conflict(CHANGED, help=LOOK)
        raise Conflict(STANDS.format(status=WORDS.get(after.status, after.status)))
    return after


def check_read_in(found: Campaign) -> None:
    """Conflict while its list is read in: whom it still has to name would be missed."""
    table = imports.get(found.audience.import_id) if found.audience.import_id else None
    if table and table.status in imports.OPEN:
        raise Conflict(READING.format(name=table.name), help=WAIT)


def _check_begun(found: Campaign) -> None:
    if found.status == DRAFT:
        raise Conflict(NOT_BEGUN)
    if found.status in (CANCELED, DONE):
        raise Conflict(OVER)
