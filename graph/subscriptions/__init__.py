"""What can be followed: every committed change, in order, from any cursor that is not too old."""

import strawberry

from graph.subscriptions.campaigns import CampaignSubscriptions
from graph.subscriptions.contacts import ContactSubscriptions
from graph.subscriptions.messages import MessageSubscriptions
from graph.subscriptions.threads import ThreadSubscriptions


@strawberry.type(description="What can be followed as it happens, in order and without gaps.")
class Subscription(
    MessageSubscriptions, ThreadSubscriptions, ContactSubscriptions, CampaignSubscriptions
):
    """Ends with an error's code, then completes, when it cannot go on."""
