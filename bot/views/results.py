"""What came of a campaign so far, on a page of its own."""

from collections.abc import Sequence

from bot.blocks import campaigns
from bot.blocks.elements import actions, context, header, section
from bot.views import parts
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Progress

PAGE, LIST = "campaign_results_page", "campaign_list"
NONE = "There are no campaigns yet."
MORE = "There are more in the *Campaigns* tab of the app's Home."
WEEK = "Replies, opt-outs and what replies cost count for a week after a text."


def page(shown: Progress, *, steers: bool = True) -> View:
    """Counts, reasons, money, and the time; `steers`: for somebody who may resume and cancel."""
    tally = shown.tally
    told = {
        "State": campaigns.state(shown),
        "On the list": f"{tally.audience:,}",
        "Left out": f"{tally.excluded:,}",
        "Still to come": f"{tally.queued:,}",
        "Sent": _part(tally.sent, tally.audience),
        "Delivered": _part(tally.delivered, tally.sent),
        "Failed": f"{tally.failed:,}",
        "Replies": _part(tally.replies, tally.sent),
        "Opt-outs": _part(tally.opt_outs, tally.sent),
        "Clicks": _part(tally.clicks, tally.sent),
    }
    fields = [{"type": "mrkdwn", "text": f"*{name}*\n{said}"} for name, said in told.items()]
    blocks = [
        header(shown.name),
        section(campaigns.bar(tally)),
        {"type": "section", "fields": fields},
    ]
    blocks += [section(f"🛑 {escaped(shown.reason)}")] if shown.reason else []
    blocks += [section(campaigns.results(shown.outcome))] if shown.outcome else []
    blocks += [campaigns.small(f"{campaigns.pending(shown)}\n{WEEK}")]
    able = campaigns.buttons(shown, steers=steers)
    mine = [one for one in able if one.action != campaigns.RESULTS]
    blocks += [actions(mine)] if mine else []
    return parts.modal(PAGE, "Results", blocks, close="Close")


def listing(found: Sequence[Progress], *, more: bool, steers: bool = True) -> View:
    """The latest campaigns, each with its buttons."""
    new = actions([Button("New campaign", campaigns.NEW, "new", "primary")])
    rows = [block for one in found for block in campaigns.row(one, steers=steers)]
    rows += [context(MORE)] if more else []
    return parts.modal(LIST, "Campaigns", [new, *(rows or [section(NONE)])], close="Close")


def _part(many: int, of: int) -> str:
    """A count, with the share that it is."""
    return f"{many:,} ({many / of:.0%})" if of else f"{many:,}"
