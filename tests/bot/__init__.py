"""The bot against a real Bolt application, a real HTTP server and a stand-in Slack."""
