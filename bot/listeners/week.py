"""The business hours by a form; only admins change them."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms
from bot.desk import Desk
from bot.listeners import home
from bot.members import administering, author
from bot.reading import Json, word
from bot.views import replies as page
from bot.views import week as form
from bot.views.parts import View
from bot.views.week import Draft
from domain.errors import FieldError, InvalidInput
from domain.model import Author, BusinessHours
from domain.rules.replying import week
from domain.rules.replying.business import Interval
from domain.rules.replying.week import Unreadable
from domain.services.automation import hours
from domain.services.automation.hours import Opening, Wish
from domain.services.operation import audit


def register(app: AsyncApp, desk: Desk) -> None:
    """The button above the rules, and the form behind it."""

    @app.action(page.HOURS)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await administering(desk, body)
        view = await desk.hop(lambda: opened(desk))
        await client.views_open(trigger_id=word(body, "trigger_id"), view=view)
        await ack()

    @app.view(form.FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        admin = await administering(desk, body)
        await desk.hop(lambda: keep(body, author(admin), desk))
        await ack()
        await home.show(desk, body)


def opened(desk: Desk) -> View:
    """The hours as they are set."""
    kept = hours.business_hours(desk.policy)
    found = hours.of(kept).intervals
    days = {day: week.line([one for one in found if one.weekday == day]) for day in range(1, 8)}
    draft = Draft(
        kept.timezone,
        days,
        "\n".join(kept.holidays),
        kept.holiday_calendar or "",
        kept.away_body or "",
    )
    return form.form(draft)


def keep(body: Json, by: Author, desk: Desk) -> BusinessHours:
    """Commit them; InvalidInput about the fields of the form."""
    wish = Wish(
        zone=forms.written(body, form.ZONE),
        intervals=_week(body),
        holidays=forms.typed(body, form.HOLIDAYS).replace(",", " ").split(),
        calendar=forms.typed(body, form.CALENDAR),
        away=forms.typed(body, form.AWAY),
    )
    now = desk.clock.now()
    try:
        with audit.noted("hours.set", by, now):
            return hours.set_to(wish, now, desk.policy)
    except InvalidInput as error:
        moved = tuple(FieldError(_field(one.field), one.message) for one in error.fields)
        raise InvalidInput(error.message, code=error.code, fields=moved) from error


def _week(body: Json) -> tuple[Opening, ...]:
    found: list[Interval] = []
    faults: list[FieldError] = []
    for day in range(1, 8):
        name = f"{form.DAY}{day}"
        try:
            found += week.read(forms.typed(body, name), day)
        except Unreadable as error:
            faults.append(FieldError(name, str(error)))
    if faults:
        raise InvalidInput(faults[0].message, fields=tuple(faults))
    return tuple(Opening(one.weekday, week.clock(one.start), week.clock(one.end)) for one in found)


def _field(name: str) -> str:
    """What is said of the whole week stands below its first day."""
    return f"{form.DAY}1" if name == "intervals" else name
