"""A stand-in Twilio and Slack over real HTTP, and the page that shows them; for demo and tests."""

from adapters.sandbox.app import Sandbox, create, standalone
from adapters.sandbox.config import SandboxConfig, Speed

__all__ = ["Sandbox", "SandboxConfig", "Speed", "create", "standalone"]
