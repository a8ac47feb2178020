"""Figures as the API shows them."""

from domain.rules.analytics.besttimes import Stretch
from domain.services.figures.asking import Row, Told
from graph.types.analytics import Analytics, AnalyticsRow
from graph.types.hours import OpenInterval


def analytics(told: Told) -> Analytics:
    """The answer to a question about figures."""
    return Analytics(
        totals=_row(told.totals),
        rows=[_row(one) for one in told.rows],
        best_send_times=[_interval(one) for one in told.times],
    )


def _row(row: Row) -> AnalyticsRow:
    counted = row.figures
    return AnalyticsRow(
        key=row.key,
        sent=counted.sent,
        delivered=counted.delivered,
        failed=counted.failed,
        received=counted.received,
        replies=counted.replies,
        response_rate=counted.response_rate,
        first_response_seconds=counted.response_seconds,
        opt_outs=counted.opt_outs,
        clicks=counted.clicks,
        conversions=counted.conversions,
        cost=row.cost,
        value=counted.worth,
    )


def _interval(one: Stretch) -> OpenInterval:
    return OpenInterval(weekday=one.weekday, from_=f"{one.start:02}:00", to=f"{one.end:02}:00")
