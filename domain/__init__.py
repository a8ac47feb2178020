"""The business: contacts, consent, threads and messages. Knows no Twilio, Slack, HTTP or GraphQL."""
