"""The rules of hours that RULES_FILE names, or those that ship."""

from pathlib import Path

from adapters.startup import StartupError
from domain.rules.hours import BrokenRules, Rulebook, read, shipped


def rules(path: Path | None) -> Rulebook:
    """The rules by which texts leave; StartupError when the file cannot be used."""
    try:
        return read(path) if path else shipped()
    except BrokenRules as error:
        raise StartupError(f"RULES_FILE cannot be used ({path}): {error}.") from error


def problems(path: Path | None) -> list[str]:
    """What is wrong with the file, if anything is: one line."""
    try:
        rules(path)
    except StartupError as error:
        return list(error.problems)
    return []
