"""Slack → services: each listener reads, makes one thread hop to a service, and acknowledges."""
