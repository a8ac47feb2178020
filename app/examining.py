"""The looks that call out: what is asked of Twilio, Slack, our own address and the stores."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from twilio.rest import Client

from adapters.doctor import carrier, chat, door, hooks, registered, stores
from adapters.doctor.asking import Trouble
from adapters.doctor.hooks import Repair, Service
from adapters.settings.choices import plain
from adapters.slack.access import BY_SETTINGS
from adapters.twilio import account
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials
from app.house import House
from bot import asgi, manifest
from domain.ports import Finding
from domain.services import workspaces
from domain.services.operation import hearing


@dataclass(frozen=True)
class Examined:
    """What was found, and what could be put right at Twilio; `unread`: why nobody can say."""

    findings: Sequence[Finding]
    repairs: Sequence[Repair] = ()
    unread: str | None = None


async def examine(house: House) -> Examined:
    """All of it, the parts beside one another."""
    phone, desk, stored, address = await asyncio.gather(
        _carrier(house), _chat(house), _stores(house), _door(house)
    )
    return Examined([*stored, *phone.findings, *desk, *address], phone.repairs, phone.unread)


async def repair(house: House, one: Repair) -> Trouble | None:
    """Put it right; None when it is done."""
    async with account.http(house.settings) as http:
        return await hooks.repair(carrier.client(account.credentials(house.settings), http), one)


async def _carrier(house: House) -> Examined:
    if not house.settings.twilio_configured:
        return Examined([])
    async with account.http(house.settings) as http:
        return await _at_twilio(house, http)


async def _at_twilio(house: House, http: HttpClient) -> Examined:
    settings = house.settings
    sid, phones = settings.twilio_account_sid or "", settings.twilio_numbers
    by_token = Credentials(sid, sid, plain(settings.twilio_auth_token))
    own = carrier.client(account.credentials(settings), http)
    known = await carrier.look(carrier.client(by_token, http), own, sid, phones)
    if not known.reached:
        why = known.unread or "Twilio does not let us look"
        return Examined([*known.findings, hooks.unread(settings.base_url, why)], (), why)
    findings, service = [*known.findings], settings.twilio_messaging_service_sid
    told = await hooks.service(own, service) if service else None
    if service and told is not None:
        findings.append(hooks.of_service(told, phones))
    if unread := known.unread or (told.reason if isinstance(told, Trouble) else None):
        findings.append(hooks.unread(settings.base_url, unread))
        return Examined(findings, (), unread)
    if not isinstance(told, Trouble):
        wrong = hooks.repairs(settings.base_url, known.numbers, told)
        findings.append(hooks.finding(settings.base_url, wrong))
        findings += await _registered(own, told, known)
        return Examined(findings, wrong)
    return Examined(findings)


async def _registered(own: Client, service: Service | None, known: carrier.Known) -> list[Finding]:
    campaign = await registered.campaign(own, service.sid) if service else None
    verified = await registered.tollfree(own, known.numbers)
    return [one for one in (campaign, verified) if one]


async def _chat(house: House) -> list[Finding]:
    settings = house.settings
    if not settings.slack_configured:
        return []
    await house.slack.look(manifest.scopes())
    findings = await chat.look(await asyncio.to_thread(_workspaces, house))
    if token := settings.slack_app_token:
        findings.append(await chat.socket(house.slack.client(""), plain(token)))
    url, now = f"{settings.base_url}{asgi.PATH}", house.clock.now()
    heard = await asyncio.to_thread(_heard)
    return [*findings, chat.events(heard, url, now)]


def _workspaces(house: House) -> list[chat.Asked]:
    """Each that let us in."""
    kept = house.slack.installations
    if kept is None:
        inbox = house.settings.slack_inbox_channel
        return [chat.Asked("Slack", house.slack.client(), inbox, by_settings=True)]
    found = []
    for one in workspaces.listed():
        token = kept.token(one.team_id) if one.active else None
        if token:
            client = house.slack.client(token, one.team_id or BY_SETTINGS)
            found.append(chat.Asked(one.name or one.team_id, client, one.inbox, by_settings=False))
    return found


def _heard() -> chat.Heard:
    known, posted = hearing.of(hearing.SLACK), hearing.posted()
    if known is None:
        return chat.Heard(posted_at=posted)
    return chat.Heard(known.heard_at, known.refused_at, posted)


async def _stores(house: House) -> list[Finding]:
    return await asyncio.to_thread(
        lambda: stores.look(house.client, house.files, house.clock.now())
    )


async def _door(house: House) -> list[Finding]:
    settings = house.settings
    if not settings.twilio_configured and not settings.secret_key:
        return []  # nobody could say who knocks
    sid, token = settings.twilio_account_sid or "", plain(settings.twilio_auth_token)
    knock = door.Knock(settings.base_url, sid, token, plain(settings.secret_key))
    return [await knock.knock()]
