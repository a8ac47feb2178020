"""Our account at Twilio, as the settings have it."""

from adapters.settings import Settings
from adapters.settings.choices import plain
from adapters.twilio.archive import TwilioArchive
from adapters.twilio.client import HttpClient
from adapters.twilio.consents import TwilioConsents
from adapters.twilio.deactivations import TwilioDeactivations
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.lookup import TwilioLookup
from adapters.twilio.signature import Secrets
from domain.ports import SILENT, Telemetry

CONNECT_SHARE = 1 / 3  # of a call's time, for making the connection


def http(settings: Settings, telemetry: Telemetry = SILENT) -> HttpClient:
    """Calls end within the settings' time, a third of it for making the connection."""
    whole = settings.http_timeout_seconds
    connect_seconds = whole * CONNECT_SHARE
    return HttpClient(settings.twilio_api_url, connect_seconds, whole - connect_seconds, telemetry)


def gateway(settings: Settings, http: HttpClient) -> Gateway | None:
    """Our way to Twilio, if there is one."""
    if not settings.twilio_configured:
        return None
    return Gateway(credentials(settings), settings.base_url, http)


def archive(settings: Settings, http: HttpClient, *, anyway: bool = False) -> TwilioArchive | None:
    """Its records, if we are to look through them; `anyway`: whatever the setting says."""
    wanted = settings.twilio_configured and (settings.reconcile_hours > 0 or anyway)
    return TwilioArchive(credentials(settings), http, settings.twilio_api_url) if wanted else None


def consents(settings: Settings, http: HttpClient) -> TwilioConsents | None:
    """Its list of opt-outs, if we are to write it."""
    wanted = settings.twilio_configured and settings.twilio_consents
    return TwilioConsents(credentials(settings), http) if wanted else None


def lookup(settings: Settings, http: HttpClient) -> TwilioLookup | None:
    """Who has a number, if we are to ask."""
    wanted = settings.twilio_configured and settings.twilio_lookup
    return TwilioLookup(credentials(settings), http) if wanted else None


def deactivations(settings: Settings) -> TwilioDeactivations | None:
    """Its daily lists, if we are to read them."""
    wanted = settings.twilio_configured and settings.twilio_deactivations
    return TwilioDeactivations(credentials(settings), settings.twilio_api_url) if wanted else None


def credentials(settings: Settings) -> Credentials:
    """The API key with its own secret where there is one, else the account's token."""
    account = settings.twilio_account_sid or ""
    if settings.twilio_api_key:
        return Credentials(account, settings.twilio_api_key, plain(settings.twilio_api_secret))
    return Credentials(account, account, plain(settings.twilio_auth_token))


def secrets(settings: Settings) -> Secrets:
    """By account: its token and the next one; a sub-account's are not known here."""
    account = settings.twilio_account_sid
    tokens = (plain(settings.twilio_auth_token), plain(settings.twilio_auth_token_secondary))
    known = {account: tuple(filter(None, tokens))} if account else {}
    return Secrets(known, settings.shared_keys)
