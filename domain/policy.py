"""The owner's choices and the machinery's intervals, as services need them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.rules.consent.keywords import Own
from domain.rules.hours import Rulebook, shipped
from domain.rules.pricing import DEFAULT_RATES, Rates
from domain.rules.recovery import Cadence


@dataclass(frozen=True)
class ConsentPolicy:
    """How consent is asked for, taken back and judged.

    `hours`: the strict reading of the states' hours (`safe`) or the bare law, of these `rules`.
    `confirms`: who answers a STOP or HELP that the carrier knows (`twilio` or `threadline`).
    `stop_words` and the like are the owner's own, by country (`{"DE": ("stopp",)}`).
    `join_wording` was shown where people are asked to text one of `join_words`. `verify`: numbers
    are looked up before they get advertising. `tells`: the carrier's own list of who has opted out
    follows ours.
    """

    hours: str = "safe"
    rules: Rulebook = field(default_factory=shipped, repr=False)
    zone: str = "America/New_York"
    confirms: str = "twilio"
    opt_out_line: str = "marketing"
    double_opt_in: bool = False
    join_words: tuple[str, ...] = ("join",)
    join_wording: str | None = None
    wording: str | None = None
    stop_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    start_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    help_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    support_contact: str | None = None
    verify: bool = False
    tells: bool = False
    lint_blocks: bool = False

    @property
    def keywords(self) -> Own:
        """The owner's own words, as texts are read by them."""
        return Own(self.stop_words, self.start_words, self.help_words, self.join_words)


@dataclass(frozen=True)
class AutomationPolicy:
    """What happens without anybody.

    `texts_per_second`: how fast one sender of ours sends what nobody waits for (campaigns, what was
    scheduled); 0: as fast as it is made. `away_window`: how long an away message is good for.
    `replies_per_hour`: so many automatic answers one number gets. A campaign stops itself where
    more than `filtered_share` of its texts are filtered by carriers, or more than `opt_out_share`
    of those who got it opt out; 0 never stops it. `links`: the origin of short links, which lead
    on for `link_life`. `digest`: the week's figures are shown in the chat.
    """

    texts_per_second: float = 0
    away_window: timedelta = timedelta(hours=12)
    replies_per_hour: int = 3
    filtered_share: float = 0.05
    opt_out_share: float = 0.05
    links: str = ""
    link_life: timedelta = timedelta(days=90)
    digest: bool = True


@dataclass(frozen=True)
class Policy:
    """Who we are to the carrier, and how answers are treated.

    What would ask or remind an agent (`collision`, `ask_above` segments, `remind_after`) never
    does so when it is zero. Of a conversation whose records nobody has read yet, so much as
    `look_back` is read; zero: no records are.
    """

    numbers: tuple[str, ...] = ()
    service_sid: str | None = None
    region: str = "US"
    hold: timedelta = timedelta(seconds=5)
    reply_window: timedelta = timedelta(hours=24)
    collision: timedelta = timedelta(0)
    ask_above: int = 0
    remind_after: timedelta = timedelta(0)
    look_back: timedelta = timedelta(days=3)
    rates: Rates = DEFAULT_RATES
    business_name: str = "Threadline"
    consent: ConsentPolicy = field(default_factory=ConsentPolicy)
    automation: AutomationPolicy = field(default_factory=AutomationPolicy)
    secret: str = field(default="", repr=False)

    @property
    def default_sender(self) -> str | None:
        """The Messaging Service if there is one, else the first number."""
        return self.service_sid or next(iter(self.numbers), None)

    @property
    def senders(self) -> tuple[str, ...]:
        """All that texts may leave from, the Messaging Service first."""
        return (*((self.service_sid,) if self.service_sid else ()), *self.numbers)

    def knows(self, sender: str) -> bool:
        """Whether texts may leave from that sender: it is one of ours."""
        return sender == self.service_sid or sender in self.numbers


@dataclass(frozen=True)
class Timing:
    """A lease is at least three times the longest call, so that its end means a crash."""

    call: timedelta = timedelta(seconds=15)
    looks: tuple[timedelta, ...] = field(
        default=(timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
    )
    give_up: timedelta = timedelta(hours=24)
    late: timedelta = timedelta(minutes=1)
    records: Cadence = field(default_factory=Cadence)

    @property
    def lease(self) -> timedelta:
        """How long a worker may keep what it took."""
        return 3 * self.call
