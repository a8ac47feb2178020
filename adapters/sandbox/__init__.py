"""A stand-in Twilio and Slack over real HTTP, and the page that shows them; for demo and tests."""

from adapters.sandbox.app import Sandbox, create, standalone
from adapters.sandbox.config import Command, SandboxConfig, Shortcut, Speed
from adapters.sandbox.manifest import features

__all__ = [
    "Command",
    "Sandbox",
    "SandboxConfig",
    "Shortcut",
    "Speed",
    "create",
    "features",
    "standalone",
]
