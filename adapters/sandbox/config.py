"""What a sandbox is told when it is made: the product, the accounts it plays, its timing."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Speed:
    """Timing of the carrier and of deliveries; seconds, except the two probabilities."""

    step: float = 0.1  # between two states of an outgoing text: three steps to delivered
    jitter: float = 0.0  # each step takes up to this much longer
    disorder: float = 0.0  # probability that a callback is overtaken by later ones
    loss: float = 0.0  # probability that a callback is never sent at all
    timeout: float = 15.0  # how long Twilio waits for an answer
    retries: tuple[float, ...] = (0.3, 0.7, 1.5, 3.0, 6.0)  # pauses before a webhook is sent again
    event_timeout: float = 3.0  # how long Slack waits for an answer
    event_retries: tuple[float, ...] = (1.0, 5.0, 15.0)  # pauses before an event is sent again
    trigger: float = 3.0  # how long a trigger_id is good


@dataclass(frozen=True)
class Command:
    """A slash command."""

    command: str
    description: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut, by its callback id: of a message, or global."""

    callback_id: str
    name: str
    type: str = "message"
    description: str = ""


@dataclass(frozen=True)
class SandboxConfig:
    """One sandbox: a Twilio account, a Slack workspace and the product between them."""

    product_url: str
    own_url: str
    account_sid: str
    auth_token: str
    numbers: tuple[str, ...]
    messaging_service_sid: str | None = None
    slack_bot_token: str = "xoxb-sandbox"  # noqa: S105 - known to everybody
    slack_signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - likewise
    slack_app_token: str | None = None
    slack_client_id: str | None = None  # with one, the app must be installed first
    slack_client_secret: str | None = None
    inbox_channel: str = "inbox"
    ledger: Path | None = None
    speed: Speed = field(default_factory=Speed)
    api_key: str | None = None
    api_secret: str | None = None
    commands: tuple[Command, ...] = ()  # what the composer offers after a slash
    home: bool = False  # whether the page offers the app's home
    shortcuts: tuple[Shortcut, ...] = ()  # in a message's menu, or beside the composer
    customers: tuple[tuple[str, str], ...] = ()  # phone numbers and names that the page offers
    links: tuple[tuple[str, str], ...] = ()  # names and addresses in the page's top bar
    team_id: str = "T0SANDBOX"
    team_name: str = "Threadline Demo"
    confirms_stop: bool = True  # Twilio answers STOP, START and HELP itself unless told not to
    handles_stop: bool = True  # and blocks who texts STOP; without it does neither
