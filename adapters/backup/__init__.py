"""The whole database as one file, and back: for the one machine whose database has no tools."""

from adapters.backup.archive import Archive, Broken, opened
from adapters.backup.restoring import check_room, restore
from adapters.backup.taking import named, size, take

__all__ = ["Archive", "Broken", "check_room", "named", "opened", "restore", "size", "take"]
