"""What can be set or called is written down for those who run it."""

import re
from collections.abc import Iterator

import pytest
from typer.main import get_command

import cli
from adapters.settings import Settings
from bot.commands import WORDS
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def readme() -> str:
    """The README's text."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> Iterator[str]:
    """Every command and subcommand, as it is typed after `threadline`."""
    for name, command in getattr(get_command(cli.commands), "commands", {}).items():
        inner = getattr(command, "commands", {})
        yield from (f"{name} {one}" for one in inner) if inner else (name,)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(readme: str, name: str) -> None:
    assert f"`{name.upper()}`" in readme


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_in_the_readme(readme: str, command: str) -> None:
    assert f"threadline {command}" in readme


def slash_commands() -> list[str]:
    """The commands that people type in Slack, and what may follow them."""
    manifest = (ROOT / "bot" / "manifest.yaml").read_text(encoding="utf-8")
    named = re.findall(r"- command: (/\S+)", manifest)
    verbs = sorted({verb for verb in WORDS.values() if WORDS.get(verb) is verb})
    return [*named, *(f"{named[0]} {verb}" for verb in verbs)]


@pytest.mark.parametrize("command", slash_commands())
def test_every_slash_command_is_in_the_readme(readme: str, command: str) -> None:
    assert f"`{command}" in readme


def test_every_make_target_of_the_readme_exists(readme: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = set(re.findall(r"`make ([a-z-]+)", readme))
    assert named <= set(targets)
    assert {"demo", "test"} <= named
