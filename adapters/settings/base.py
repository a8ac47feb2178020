"""One typed Settings, read from the environment and `.env`; each complaint is one plain line."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from adapters.formats import (
    DatabaseUri,
    Key,
    Keys,
    Moments,
    Networks,
    Origin,
    Region,
    Sites,
    database_of,
    listed,
)
from adapters.settings import hours
from adapters.settings.answers import AnswerSettings
from adapters.settings.automation import AutomationSettings
from adapters.settings.consent import ConsentSettings
from adapters.settings.limits import LimitSettings
from adapters.settings.observing import ObservingSettings
from adapters.settings.secrets import SecretFiles
from adapters.settings.slack import SlackSettings
from adapters.settings.twilio import TwilioSettings, twilio_line
from adapters.settings.words import described
from adapters.startup import StartupError

LEASE_PER_TIMEOUT = 3
NO_KEY = "SECRET_KEY is missing: set it to at least 32 random characters."
NO_SUCCESSOR = "SECRET_KEY_PREVIOUS is set without SECRET_KEY: set the key that replaces it."


class Settings(
    TwilioSettings,
    SlackSettings,
    AnswerSettings,
    ConsentSettings,
    AutomationSettings,
    ObservingSettings,
    LimitSettings,
):
    """Every setting, named as its environment variable in lower case; unknown ones are ignored."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    environment: Annotated[
        Literal["production", "development"], described("`production` or `development`")
    ] = "production"
    mongodb_uri: Annotated[
        DatabaseUri | None,
        described("an address such as mongodb://host:27017/threadline?replicaSet=rs0"),
    ] = None
    embedded_db: Annotated[bool, described("0 or 1")] = False
    threadline_data: Annotated[Path, described("a directory")] = Path(".threadline")
    host: Annotated[str, described("an address to listen on, such as 0.0.0.0", min_length=1)] = (
        "127.0.0.1"
    )
    port: Annotated[int, described("a port from 1 to 65535", ge=1, le=65535)] = 8000
    public_url: Annotated[
        Origin | None,
        described("such as https://texts.example.com: no path, no slash at the end, no underscore"),
    ] = None
    trusted_proxies: Annotated[
        Networks, described("IP addresses or networks, such as 10.0.0.0/8, separated by commas")
    ] = ()
    graphiql: Annotated[bool | None, described("0 or 1")] = None
    introspection: Annotated[bool | None, described("0 or 1")] = None
    cors_origins: Annotated[
        Sites,
        described("origins such as https://crm.example.com, separated by commas: no path, no `*`"),
    ] = ()
    secret_key: Annotated[Key | None, described("at least 32 random characters")] = None
    secret_key_previous: Annotated[
        Keys,
        described("former keys of at least 32 characters, the newest first, separated by commas"),
    ] = ()
    business_name: Annotated[
        str, described("1 to 100 characters", min_length=1, max_length=100)
    ] = "Threadline"
    support_contact: Annotated[str | None, described("at most 200 characters", max_length=200)] = (
        None
    )
    default_region: Annotated[Region, described("a two-letter country code such as US")] = "US"
    http_timeout_seconds: Annotated[float, described("seconds from 0.1 to 120", ge=0.1, le=120)] = (
        15
    )
    drain_seconds: Annotated[float, described("seconds from 0 to 4", ge=0, le=4)] = 2
    look_seconds: Annotated[
        Moments, described("rising seconds such as 0,60,300, separated by commas")
    ] = (0.0, 60.0, 300.0)

    sandbox_ledger: Annotated[Path | None, described("a file")] = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """A secret may also be in a file that `<NAME>_FILE` names."""
        named = SecretFiles(settings_cls, (env_settings, dotenv_settings))
        return init_settings, env_settings, dotenv_settings, named, file_secret_settings

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read and check everything; StartupError names all that is wrong, each in one line."""
        try:
            settings = cls(**overrides)
        except ValidationError as error:
            raise StartupError(*_complaints(error)) from None
        except UnicodeDecodeError:
            raise StartupError(
                ".env must be a text file in UTF-8: save it again as such."
            ) from None
        if problems := settings.problems():
            raise StartupError(*problems)
        return settings

    @property
    def base_url(self) -> str:
        """Where the world reaches us, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def database(self) -> str:
        """The database's name: the one in MONGODB_URI, else `threadline`."""
        uri = self.mongodb_uri.get_secret_value() if self.mongodb_uri else ""
        return database_of(uri) or "threadline"

    @property
    def explored(self) -> bool:
        """Whether the page to try the API out with is served."""
        return self.environment == "development" if self.graphiql is None else self.graphiql

    @property
    def introspected(self) -> bool:
        """Whether the schema may be asked for over the API."""
        given = self.introspection
        return self.environment == "development" if given is None else given

    @property
    def lease_seconds(self) -> float:
        """How long a worker may hold a slot: a call that starts in it also ends in it."""
        return LEASE_PER_TIMEOUT * self.http_timeout_seconds

    @property
    def is_sandboxed(self) -> bool:
        """Whether Twilio and Slack are both redirected to this machine."""
        return _is_local(self.twilio_api_url) and _is_local(self.slack_api_url)

    @property
    def real_credentials(self) -> tuple[str, ...]:
        """The credentials that would reach the real Twilio or Slack."""
        twilio = ("twilio_account_sid", "twilio_auth_token", "twilio_api_key", "twilio_api_secret")
        slack = ("slack_bot_token", "slack_app_token", "slack_client_secret")
        names = [
            *(() if _is_local(self.twilio_api_url) else twilio),
            *(() if _is_local(self.slack_api_url) else slack),
        ]
        return tuple(name.upper() for name in names if getattr(self, name))

    def problems(self) -> list[str]:
        """What contradicts itself or is half done, each with what to do."""
        return [
            *([NO_SUCCESSOR] if self.secret_key_previous and not self.secret_key else []),
            *self._half_configured(),
            *self._wrong_tokens(),
            *self._unfit_for_real_use(),
            *hours.problems(self.rules_file),
        ]

    def live_problems(self) -> list[str]:
        """What a process that talks to Twilio and Slack, real or sandbox, still lacks."""
        found = []
        if self.twilio_missing:
            found.append(twilio_line(self.twilio_missing))
        if self.slack_missing:
            found.append(_slack_line(self.slack_missing))
        return found

    def sandbox_problems(self) -> list[str]:
        """Why the sandbox must not run here: texts might reach real people."""
        if not self.real_credentials:
            return []
        names = listed(self.real_credentials)
        return [f"The sandbox does not run beside real credentials: unset {names}."]

    def _half_configured(self) -> list[str]:
        found = []
        if self.twilio_missing and self._any_set("twilio_"):
            found.append(twilio_line(self.twilio_missing))
        if self.slack_missing and self._any_set("slack_"):
            found.append(_slack_line(self.slack_missing))
        return found

    def _any_set(self, prefix: str) -> bool:
        fields = type(self).model_fields
        names = [name for name in fields if name.startswith(prefix) and name[-4:] != "_url"]
        return any(getattr(self, name) != fields[name].default for name in names)

    def _wrong_tokens(self) -> list[str]:
        prefixes = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
        return [
            _must_be(name)
            for name, prefix in prefixes.items()
            if not _starts_with(getattr(self, name), prefix)
        ]

    def _unfit_for_real_use(self) -> list[str]:
        if not self.real_credentials:
            return [NO_KEY] if self.slack_by_consent and not self.secret_key else []
        needs = {
            NO_KEY: self.secret_key,
            "PUBLIC_URL is missing: set it to the https address where Twilio and Slack reach "
            "this server.": self.public_url,
            "MONGODB_URI is missing: set it to your MongoDB replica set, or set EMBEDDED_DB=1 "
            "to run the embedded database on this one machine.": self.mongodb_uri
            or self.embedded_db,
        }
        return [line for line, value in needs.items() if not value]


def _must_be(name: str) -> str:
    return f"{name.upper()} must be {Settings.model_fields[name].description}."


def _complaints(error: ValidationError) -> list[str]:
    return [_must_be(name) for name in dict.fromkeys(str(one["loc"][0]) for one in error.errors())]


def _slack_line(names: tuple[str, ...]) -> str:
    return f"Slack not configured. Missing environment variables. Set {listed(names)}."


def _starts_with(secret: SecretStr | None, prefix: str) -> bool:
    return secret is None or secret.get_secret_value().startswith(prefix)


def _is_local(address: str | None) -> bool:
    host = urlsplit(address).hostname if address else None
    if host is None or host == "localhost":
        return host is not None
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
