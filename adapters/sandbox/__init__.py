"""A stand-in Twilio and Slack over real HTTP, for the demo and the tests only."""
