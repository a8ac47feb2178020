"""What people are shown when they agree: ours or the owner's own, with every version kept."""

from datetime import datetime

from domain import model
from domain.policy import Policy
from domain.rules.consent import wording
from domain.rules.consent.wording import Wording
from domain.services.people.fields import wrong

UNKNOWN = (
    "We never had a wording of version {version}: give its text as wording, or the version of "
    "consentWording."
)


def current(policy: Policy, now: datetime) -> Wording:
    """What is to be shown now; whoever asks will show it, so it is on record from here on."""
    shown = wording.current(policy.consent.wording)
    _keep(shown, now)
    return shown


def keep(policy: Policy, now: datetime) -> None:
    """Put on record all that is in force, and what ever came with the product. Safe to repeat."""
    joining = policy.consent.join_wording
    for one in (*wording.VERSIONS, *([wording.own(joining)] if joining else [])):
        _keep(one, now)
    current(policy, now)


def find(version: str) -> Wording | None:
    """What stood there in that version; None when there never was one."""
    kept: model.Wording | None = model.Wording.objects(version=version).first()
    return Wording(kept.version, kept.text) if kept else wording.find(version)


def rendered(version: str, business: str, field: str = "wordingVersion") -> str:
    """The sentence as it was read; InvalidInput about `field` for a version that never was."""
    known = find(version)
    if known is None:
        raise wrong(field, UNKNOWN.format(version=f"“{version[:40]}”"))
    return known.render(business)


def _keep(shown: Wording, now: datetime) -> None:
    kept = model.Wording._get_collection()
    if kept.find_one({"version": shown.version}, {"_id": 1}):
        return
    first = {"text": shown.text, "sha256": shown.sha256, "since": now, "rev": 1}
    kept.update_one({"version": shown.version}, {"$setOnInsert": first}, upsert=True)
