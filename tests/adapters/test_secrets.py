"""Secrets come from variables or files, and are seen nowhere else."""

import os
from pathlib import Path

import pytest

from adapters.settings import Settings
from adapters.settings.secrets import exposed, is_secret
from adapters.startup import StartupError

SECRETS = {
    "mongodb_uri",
    "secret_key",
    "secret_key_previous",
    "slack_app_token",
    "slack_bot_token",
    "slack_client_secret",
    "slack_signing_secret",
    "twilio_api_secret",
    "twilio_auth_token",
    "twilio_auth_token_secondary",
    "twilio_shared_keys",
}
KEY = "s" * 40


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to start in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(home: Path, said: str | bytes, mode: int = 0o600) -> str:
    """A file with that secret."""
    file = home / "secret"
    file.write_bytes(said if isinstance(said, bytes) else said.encode())
    file.chmod(mode)
    return str(file)


def refused() -> str:
    with pytest.raises(StartupError) as caught:
        Settings.load()
    (line,) = caught.value.problems
    return line


def test_every_secret_may_be_in_a_file() -> None:
    fields = Settings.model_fields
    assert {name for name, one in fields.items() if is_secret(one)} >= SECRETS


@pytest.mark.parametrize("said", [KEY, f"{KEY}\n", f"  {KEY}\r\n"])
def test_a_file_says_what_its_variable_would(
    home: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", kept(home, said))
    settings = Settings.load()
    assert settings.secret_key
    assert settings.secret_key.get_secret_value() == KEY


def test_a_file_may_be_named_in_dotenv_and_hold_several_keys(home: Path) -> None:
    path = kept(home, f"{'a' * 32}\n{'b' * 32}\n")
    (home / ".env").write_text(f"SECRET_KEY={KEY}\nSECRET_KEY_PREVIOUS_FILE={path}\n")
    former = Settings.load().secret_key_previous
    assert [one.get_secret_value()[0] for one in former] == ["a", "b"]


@pytest.mark.parametrize(
    ("said", "told"),
    [("", "is empty"), (b"\xff\xfe" * 20, "it is no text"), ("k" * 70_000, "too large")],
)
def test_a_file_without_a_secret_is_told_plainly(
    home: Path, monkeypatch: pytest.MonkeyPatch, said: str | bytes, told: str
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", kept(home, said))
    line = refused()
    assert line.startswith("SECRET_KEY_FILE names ")
    assert told in line


def test_a_file_that_is_not_there_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_FILE", "/nowhere/secret")
    assert "No such file" in refused()


def test_a_variable_and_its_file_together_are_an_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("SECRET_KEY_FILE", kept(home, KEY))
    assert refused() == "SECRET_KEY and SECRET_KEY_FILE are both set: keep one of them."


def test_what_is_wrong_in_a_file_is_named_and_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", kept(home, "too-short-a-secret"))
    line = refused()
    assert line.startswith("SECRET_KEY must be")
    assert "too-short" not in line


def test_no_secret_is_seen_when_settings_are_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", kept(home, KEY))
    monkeypatch.setenv("SECRET_KEY_PREVIOUS", "p" * 40)
    monkeypatch.setenv("MONGODB_URI", "mongodb://user:hidden@db/threadline?replicaSet=rs0")
    settings = Settings.load()
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert not any(one in shown for one in (KEY, "p" * 40, "hidden"))


@pytest.mark.parametrize(("mode", "many"), [(0o600, 0), (0o640, 0), (0o644, 1), (0o602, 1)])
def test_files_that_everybody_may_read_are_told(home: Path, mode: int, many: int) -> None:
    path = kept(home, KEY, mode)
    (home / ".env").touch(0o600)
    lines = list(exposed(Settings, {**os.environ, "SECRET_KEY_FILE": path}))
    assert len(lines) == many
    assert all(f"chmod 600 {path}" in line for line in lines)


def test_dotenv_is_looked_at_as_well(home: Path) -> None:
    (home / ".env").touch()
    (home / ".env").chmod(0o644)
    assert list(exposed(Settings, {})) == [
        ".env can be read by everybody on this machine: run `chmod 600 .env`."
    ]


def test_files_that_dotenv_names_are_looked_at_as_well(home: Path) -> None:
    path = kept(home, KEY, 0o644)
    (home / ".env").touch(0o600)
    (home / ".env").write_text(f"SECRET_KEY_FILE={path}\n", encoding="utf-8")
    (line,) = exposed(Settings, {})
    assert f"chmod 600 {path}" in line
