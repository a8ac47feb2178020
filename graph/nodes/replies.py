"""Rules and business hours as the API shows them."""

from datetime import datetime

import strawberry

from domain import model
from domain.services.automation import hours, replies
from domain.services.automation.arbiter import Ruling
from graph.enums import MatchKind, known
from graph.types.hours import BusinessHours, OpenInterval
from graph.types.reply import AutoReply, AutoReplyPreview


def auto_reply(rule: model.AutoReply) -> AutoReply:
    """A rule."""
    return AutoReply(
        id=strawberry.ID(str(rule.id)),
        name=rule.name,
        keywords=list(rule.keywords),
        match=known(MatchKind, rule.match, MatchKind.EXACT),
        body=rule.body,
        enabled=rule.enabled,
        during_hours=rule.during_hours,
        priority=rule.priority,
    )


def auto_reply_preview(ruling: Ruling) -> AutoReplyPreview:
    """What the arbiter said."""
    rule = auto_reply(replies.get(ruling.rule.id)) if ruling.rule else None
    return AutoReplyPreview(rule=rule, body=ruling.body, reason=ruling.reason)


def business_hours(kept: model.BusinessHours, now: datetime) -> BusinessHours:
    """As they are, at this moment."""
    return BusinessHours(
        timezone=kept.timezone,
        intervals=[
            OpenInterval(weekday=one.weekday, from_=one.start, to=one.end) for one in kept.intervals
        ],
        holidays=list(kept.holidays),
        holiday_calendar=kept.holiday_calendar,
        away_body=kept.away_body,
        open_now=hours.of(kept).is_open(now),
    )
