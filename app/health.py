"""What each part of the installation says of itself."""

import os
from collections.abc import Callable
from functools import partial

from adapters import checks, machine
from adapters.doctor import inside
from adapters.settings import Settings
from adapters.settings.secrets import exposed
from app.house import House
from bot import install, manifest
from domain.ports import Finding
from domain.services.operation import checkups, processes
from domain.services.registry import chores


def findings(house: House) -> Callable[[], list[Finding]]:
    """What each part of the installation says of itself, when it is asked.

    What calls out was looked at by a worker, and is told as it was then.
    """

    def found() -> list[Finding]:
        now = checks.run(_checks(house))
        return now if checks.is_cut(now) else [*now, *checkups.kept()]

    return found


def present(house: House, *, feed: bool = True) -> list[Finding]:
    """Only what is looked at now; without a `feed` where the process has none."""
    return [one for one in checks.run(_checks(house)) if feed or one.name != "feed"]


def _checks(house: House) -> list[checks.Check]:
    settings, slack = house.settings, house.slack
    kept, ours = slack.installations, house.policy.senders
    install_url = f"{settings.base_url}{install.INSTALL}"
    return [
        lambda: inside.settings(settings, list(exposed(type(settings), os.environ))),
        lambda: checks.mongodb(house.client),
        lambda: machine.clock(house.clock.skew()),
        lambda: machine.disk(house.client, settings.database),
        checks.indexes,
        checks.restoration,
        lambda: checks.feed(house.feed.position, house.clock.now()),
        lambda: inside.processes(processes.alive(house.clock.now()), _kinds(settings)),
        lambda: checks.workers(house.clock.now()),
        lambda: checks.configured("twilio", settings.twilio_missing),
        lambda: checks.slack(settings.slack_missing, slack.standings(manifest.scopes())),
        *([lambda: checks.workspaces(kept.unreadable(), ours, install_url)] if kept else []),
        lambda: checks.confirmations(settings.confirmation_owner, house.clock.now()),
        *(partial(checks.carried, name) for name in _services(settings)),
        *([lambda: checks.records(house.clock.now())] if _looks(settings) else []),
    ]


def _kinds(settings: Settings) -> list[str]:
    """The processes that are to run."""
    listens = bool(settings.slack_app_token) and settings.slack_configured
    works = settings.twilio_configured or settings.slack_configured
    return ["web", *(["worker"] if works else []), *(["bot"] if listens else [])]


def _services(settings: Settings) -> list[str]:
    """Those of Twilio's services beside texts that are switched on."""
    wanted = {
        chores.CONSENTS: settings.twilio_consents,
        chores.LOOKUP: settings.twilio_lookup,
        chores.DEACTIVATIONS: settings.twilio_deactivations,
    }
    return [name for name, on in wanted.items() if on and settings.twilio_configured]


def _looks(settings: Settings) -> bool:
    """Whether the carrier's records are looked through."""
    return settings.twilio_configured and settings.reconcile_hours > 0
