"""Secrets in files, as Docker, Kubernetes and systemd hand them over: `<NAME>_FILE` names the file.

Whoever else on the machine may read such a file, or `.env`, is told about, not refused: some
platforms give no choice.
"""

import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from adapters.startup import StartupError

SUFFIX = "_file"
DOTENV = Path(".env")
LARGEST = 65_536  # bytes
OTHERS = stat.S_IROTH | stat.S_IWOTH
BOTH = "{name} and {name}_FILE are both set: keep one of them."
UNREADABLE = "{name}_FILE names {path}, which cannot be read ({reason}): correct it."
EMPTY = "{name}_FILE names {path}, which is empty: write the secret into it."
HUGE = "{name}_FILE names {path}, which is too large for a secret: correct it."
OPEN = "{path} can be read by everybody on this machine: run `chmod 600 {path}`."


class SecretFiles(PydanticBaseSettingsSource):
    """The last source of settings: what the variables before it did not say themselves."""

    def __init__(
        self, settings: type[BaseSettings], before: Sequence[PydanticBaseSettingsSource]
    ) -> None:
        super().__init__(settings)
        self._given = given(before)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """What the file of that field says; None without one."""
        path = self._given.get(f"{field_name}{SUFFIX}")
        return (read(field_name, path) if path and is_secret(field) else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All secrets that are in files; StartupError names every one that cannot be had."""
        fields = self.settings_cls.model_fields
        problems: list[str] = []
        found: dict[str, Any] = {}
        for name, field in fields.items():
            try:
                said, _, _ = self.get_field_value(field, name)
            except StartupError as error:
                problems += error.problems
                continue
            if said is not None and self._given.get(name):
                problems.append(BOTH.format(name=name.upper()))
            elif said is not None:
                found[name] = said
        if problems:
            raise StartupError(*problems)
        return found


def given(sources: Sequence[PydanticBaseSettingsSource]) -> dict[str, str]:
    """What variables say, by lower-case names; those of the first source count before others'."""
    found: dict[str, str] = {}
    for one in reversed(sources):
        held: Mapping[str, str | None] = one.env_vars if isinstance(one, EnvSettingsSource) else {}
        found |= {name: value for name, value in held.items() if value}
    return found


def is_secret(field: FieldInfo) -> bool:
    """Whether nobody should see it."""
    return SecretStr.__name__ in repr(field.annotation)


def read(name: str, path: str) -> str:
    """The secret in that file, without the line's end; StartupError when there is none."""
    named = {"name": name.upper(), "path": path}
    try:
        with Path(path).open("rb") as file:
            said = file.read(LARGEST + 1)
    except OSError as error:
        raise StartupError(UNREADABLE.format(**named, reason=error.strerror)) from None
    if len(said) > LARGEST:
        raise StartupError(HUGE.format(**named))
    try:
        text = said.decode().strip()
    except UnicodeDecodeError:
        raise StartupError(UNREADABLE.format(**named, reason="it is no text")) from None
    if not text:
        raise StartupError(EMPTY.format(**named))
    return text


def exposed(settings: type[BaseSettings], variables: Mapping[str, str]) -> Iterator[str]:
    """One line for each file with secrets that everybody on this machine may read.

    `variables` are the environment's, by their names as they are there; `.env` may name files, too.
    """
    both = (_of_dotenv(), variables)
    lower = {name.lower(): value for one in both for name, value in one.items() if value}
    named = [f"{name}{SUFFIX}" for name, one in settings.model_fields.items() if is_secret(one)]
    for path in dict.fromkeys([DOTENV, *(Path(lower[one]) for one in named if lower.get(one))]):
        if _is_open(path):
            yield OPEN.format(path=path)


def _of_dotenv() -> Mapping[str, str | None]:
    try:
        return dotenv_values(DOTENV)
    except (OSError, UnicodeDecodeError):  # whoever reads the settings says so
        return {}


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
