"""Our own side, cheap enough to be asked at any time: the settings, and which processes live."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from adapters.doctor.saying import failed, fine, warned
from adapters.settings import Settings
from domain.model import Process
from domain.ports import Finding

SETTINGS, PROCESSES = "settings", "processes"
LOCAL = ("localhost", "127.0.0.1", "::1")
REAL = {
    "twilio_api_url": ("Twilio", ("twilio.com",)),
    "slack_api_url": ("Slack", ("slack.com", "slack-gov.com")),
}
DIVERTED = "{name} is set: whatever is for {whom} goes to {host}."
DIVERTED_FIX = "Leave {name} away, unless somebody else is to play {whom}."
UNSAFE = {
    "http": (
        "PUBLIC_URL is not https: what customers write can be read on the way.",
        "Give the server a certificate and set PUBLIC_URL to its https address.",
    ),
    "explorer": ("GRAPHIQL shows the API's explorer to everybody.", "Set GRAPHIQL=0."),
    "introspection": ("INTROSPECTION shows the API's schema.", "Set INTROSPECTION=0."),
    "key": (
        "SECRET_KEY is missing: pictures and exports have no addresses.",
        "Set SECRET_KEY to at least 32 random characters.",
    ),
}
START = "Start `threadline {kind}`."
ROLLOUT = "Restart the processes that run the older release, or wait until the rollout is done."


def settings(given: Settings, exposed: Sequence[str] = ()) -> Finding:
    """Whether anything is half done or unsafe; what is malformed keeps a process from starting.

    `exposed`: a line for each file with secrets that everybody may read.
    """
    unsafe = [UNSAFE[name] for name, bad in _unsafe(given).items() if bad]
    unsafe += _diverted(given)
    lacking = given.live_problems()
    if not unsafe and not lacking and not exposed:
        return fine(SETTINGS, "The settings are complete and safe.")
    told = " ".join([*lacking, *(words for words, _ in unsafe), *exposed])
    fixes = [*(["Set what is missing."] if lacking else []), *(fix for _, fix in unsafe)]
    fixes += ["Close those files to others."] if exposed else []
    return warned(SETTINGS, told, " ".join([*fixes, "Then start the processes again."]))


def _unsafe(given: Settings) -> dict[str, bool]:
    parts = urlsplit(given.base_url)
    production = given.environment == "production"
    return {
        "http": parts.scheme != "https" and parts.hostname not in LOCAL,
        "explorer": production and given.explored,
        "introspection": production and given.introspected,
        "key": given.secret_key is None,
    }


def _diverted(given: Settings) -> Iterator[tuple[str, str]]:
    """What goes to another address than the real one; where both are played here, that is meant."""
    if given.is_sandboxed:
        return
    for name, (whom, real) in REAL.items():
        address = getattr(given, name)
        host = urlsplit(address or "").hostname or ""
        if address and not any(host == one or host.endswith(f".{one}") for one in real):
            told = {"name": name.upper(), "whom": whom, "host": host}
            yield DIVERTED.format(**told), DIVERTED_FIX.format(**told)


def processes(alive: Sequence[Process], wanted: Sequence[str]) -> Finding:
    """Whether each kind that is wanted lives, and all run the same release."""
    kinds = {one.kind for one in alive}
    if lacking := [kind for kind in wanted if kind not in kinds]:
        told = " ".join(f"No {kind} process is running." for kind in lacking)
        return failed(PROCESSES, told, " ".join(START.format(kind=kind) for kind in lacking))
    releases = sorted({one.version for one in alive})
    if len(releases) > 1:
        told = f"Processes of several releases run at once: {', '.join(releases)}."
        return warned(PROCESSES, told, ROLLOUT)
    counted = ", ".join(f"{_count(alive, kind)} {kind}" for kind in wanted)
    return fine(PROCESSES, f"All processes live: {counted}.")


def _count(alive: Sequence[Process], kind: str) -> int:
    return sum(one.kind == kind for one in alive)
