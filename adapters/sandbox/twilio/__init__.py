"""The part of Twilio that the product uses: the Messages API, its webhooks and a carrier."""
