"""The commands. Thin: each reads the settings, builds what it needs and runs it.

entry names them all; opening is what each begins with; the others hold them by what they are for.
"""

from cli.entry import commands, main

__all__ = ["commands", "main"]
