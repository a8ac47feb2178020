"""All settings: one typed object, read from the environment and `.env`."""

from adapters.settings.base import Settings

__all__ = ["Settings"]
