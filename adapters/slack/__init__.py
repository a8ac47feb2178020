"""Slack as seen by the composition root: the client and what it may be asked."""
