"""Figures in words, each beside what it was before."""

from datetime import date, timedelta
from decimal import Decimal

from domain.rules import money
from domain.rules.analytics.figures import Figures

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def change(now: float, before: float) -> str:
    """`+12 %`; where there was nothing before there is no share of it."""
    if now == before:
        return "as before"
    if not before:
        return "none before"
    return f"{(now - before) / before:+.0%}".replace("%", " %")


def waited(seconds: float | None) -> str:
    """`4 min`, in the largest unit that makes sense."""
    if seconds is None:
        return "none"
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds / HOUR:.0f} h" if seconds < 2 * DAY else f"{seconds / DAY:.0f} days"


def price(amount: Decimal, unit: str) -> str:
    """`US$1,204.50`: to the cent, whatever it is."""
    return money.written(amount.quantize(money.CENT), unit)


def share(rate: float | None) -> str:
    """`31 %`."""
    return "none" if rate is None else f"{rate:.0%}".replace("%", " %")


def lines(
    now: Figures, before: Figures, costs: tuple[Decimal, Decimal], unit: str
) -> tuple[str, ...]:
    """What agents are told of a time, beside the time before; what never happens is left out.

    `costs` are of both times, in that `unit`.
    """
    rates = share(now.response_rate), share(before.response_rate)
    waits = waited(now.response_seconds), waited(before.response_seconds)
    told = [
        _joined(
            f"Sent: {now.sent:,} ({change(now.sent, before.sent)})",
            f"Received: {now.received:,} ({change(now.received, before.received)})",
        ),
        f"Answered by customers: {rates[0]} of ours (before: {rates[1]})",
        f"First answer of ours, on average: {waits[0]} (before: {waits[1]})",
        _joined(
            f"Opted out: {now.opt_outs:,} (before: {before.opt_outs:,})",
            f"Failed: {now.failed:,} (before: {before.failed:,})",
        ),
        f"Cost: {price(costs[0], unit)} (before: {price(costs[1], unit)})",
    ]
    if now.conversions or before.conversions:
        told.append(f"Came further: {now.conversions:,} (before: {before.conversions:,})")
    if now.value or before.value:
        told.append(f"Value: {price(now.worth, unit)} (before: {price(before.worth, unit)})")
    return tuple(told)


def _joined(*parts: str) -> str:
    return " · ".join(parts)


def span(first: date, after: date) -> str:
    """`2 – 8 March 2026`, the last day included."""
    last = after - timedelta(days=1)
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    begin += "" if first.year == last.year else f" {first.year}"
    return f"{begin} – {last.day} {last:%B} {last.year}"
