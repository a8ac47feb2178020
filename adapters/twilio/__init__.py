"""Twilio: the gateway that sends texts and the webhooks that bring them."""
