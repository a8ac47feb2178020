"""How the installation is: a plain sentence for everybody, each part of it for admins."""

from collections.abc import Sequence

from bot.blocks.cards import moment
from bot.blocks.elements import Block, context, divider, section, sections
from bot.views import setup
from domain.rules.words.mrkdwn import escaped
from domain.values import Point

WORKSPACES = "workspaces"  # told of where several install the app, and only there
SIGNS = {"ok": ":white_check_mark:", "warning": ":warning:", "failed": ":red_circle:"}
WELL = ":white_check_mark: *Everything works.* Texts come in and leave."
UNWELL = ":red_circle: *Something is wrong at the moment.*"
UNFINISHED = ":warning: *Something is not set up yet.*"
UNTOLD = "Nobody has said how it is. Ask an admin."
ASK = "An admin sees here what is to be done."
EFFECTS = {
    "mongodb": "Nothing can be saved: texts that come in wait at the carrier.",
    "workers": "Texts leave and appear late.",
    "processes": "Texts leave and appear late.",
    "feed": "Pages and programs hear of news late.",
    "indexes": "Lists may be slow.",
    "twilio": "Texts can neither leave nor come in.",
    "twilio_account": "Texts do not leave.",
    "twilio_key": "Texts do not leave.",
    "twilio_balance": "Texts may not leave.",
    "twilio_numbers": "Texts do not leave.",
    "twilio_service": "Texts do not leave.",
    "twilio_campaign": "Texts to people in the US may not arrive.",
    "twilio_tollfree": "Texts to people in the US may not arrive.",
    "twilio_webhook": "Customers' texts do not come in.",
    "public_url": "Customers' texts do not come in.",
    "media": "Pictures cannot be kept.",
    "slack": "Conversations do not appear in Slack.",
    "slack_token": "Conversations do not appear in Slack.",
    "slack_inbox": "Some conversations do not appear in Slack.",
    "slack_events": "What is written in Slack does not leave as a text.",
    WORKSPACES: "Some conversations do not appear in Slack.",
}
"""What it means for those who answer, by the part that does not work."""
MOST = 40


def blocks(points: Sequence[Point], admin: bool) -> list[Block]:
    """What does not work first, each with what to do."""
    bad = [one for one in points if one.status != "ok"]
    told = [section(_whole(points, bad))]
    if not admin:
        felt = [EFFECTS.get(one.name, "") for one in bad]
        words = "\n".join(dict.fromkeys(f"• {one}" for one in felt if one))
        told += [section(words)] if words else []
        return [*told, context(ASK)] if bad else told
    several = any(one.name == WORKSPACES for one in points)
    offers = [setup.button()] if several else []
    well = "\n".join(_line(one) for one in points if one.status == "ok")
    parts = [*(_point(one) for one in bad[:MOST]), *(sections(well) if well else ())]
    return [*told, divider(), *parts, *offers]


def _whole(points: Sequence[Point], bad: Sequence[Point]) -> str:
    if not points:
        return UNTOLD
    if any(one.status == "failed" for one in bad):
        return UNWELL
    return UNFINISHED if bad else WELL


def _point(one: Point) -> Block:
    advice = f"\n*Do this:* {escaped(one.fix)}" if one.fix else ""
    return section(f"{_line(one)}{advice}")


def _line(one: Point) -> str:
    sign = SIGNS.get(one.status, SIGNS["warning"])
    seen = f" ({moment(one.at)})" if one.at else ""
    return f"{sign} *{escaped(one.name)}* {escaped(one.message)}{seen}"
