"""What is looked at by calling out: Twilio, Slack, our own public address, the stores.

Each part answers in findings, whatever the other side does; all of it is bounded in time. What
is cheap enough to be asked at any moment is in `adapters.checks`.
"""
