"""The Slack side: listeners that call services, and Chat, which shows documents in channels."""
