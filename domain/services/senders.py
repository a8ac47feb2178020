"""What texts leave from: the senders that are set up, and those that conversations remember."""

from domain.model import Thread
from domain.policy import Policy

MOST = 1_000


def listed(policy: Policy) -> list[str]:
    """Numbers and Messaging Services: the default first, then ours, then what is ours no more."""
    ours = dict.fromkeys([policy.default_sender, policy.service_sid, *policy.numbers])
    met = sorted(Thread._get_collection().distinct("sender"))
    return list(dict.fromkeys([one for one in [*ours, *met] if one]))[:MOST]
