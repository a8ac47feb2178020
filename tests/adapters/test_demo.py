"""The demo's secrets are its owner's alone and stay the same; nothing of it reaches the outside."""

import stat
from pathlib import Path

import pytest

from adapters import demo
from adapters.seed import GUESTS
from adapters.settings import Settings

SECRETS = {"secret_key", "twilio_token", "slack_token", "slack_signing_secret"}


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    """Settings as they are on a machine where nothing is set."""
    return Settings.load(threadline_data=tmp_path, _env_file=None)


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    made = demo.secret(tmp_path, "secret_key")
    assert len(made) >= 32
    assert demo.secret(tmp_path, "secret_key") == made
    assert demo.secret(tmp_path, "other") != made


def test_a_secret_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    demo.secret(tmp_path, "secret_key")
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_secret_whose_writing_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    made = demo.secret(tmp_path, "secret_key")
    assert len(made) >= 32
    assert demo.secret(tmp_path, "secret_key") == made
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_nothing_but_the_secrets_is_left_in_the_data_directory(
    given: Settings, tmp_path: Path
) -> None:
    demo.settings(given)
    assert {path.name for path in tmp_path.iterdir()} == SECRETS


def test_the_demo_reaches_nobody_outside(given: Settings) -> None:
    settings = demo.settings(given)
    assert settings.is_sandboxed
    assert settings.real_credentials == ()
    assert settings.base_url.startswith("http://127.0.0.1:")
    assert str(settings.twilio_api_url).startswith(settings.base_url)
    assert str(settings.slack_api_url).startswith(settings.base_url)


def test_the_demo_lacks_nothing(given: Settings) -> None:
    settings = demo.settings(given)
    assert settings.live_problems() == []
    assert settings.sandbox_problems() == []


def test_the_demo_is_the_same_at_every_start(given: Settings) -> None:
    assert demo.settings(given) == demo.settings(given)


def test_the_demo_follows_the_port(
    given: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("BUSINESS_NAME", "Maple Homes")
    monkeypatch.setenv("THREADLINE_DATA", str(tmp_path))
    settings = demo.settings(Settings.load(_env_file=None))
    assert settings.base_url == "http://127.0.0.1:8123"
    assert settings.business_name == "Maple Homes"


def test_no_secret_shows_when_the_settings_are_printed(given: Settings, tmp_path: Path) -> None:
    settings = demo.settings(given)
    printed = repr(settings) + str(settings)
    for name in SECRETS:
        assert demo.secret(tmp_path, name) not in printed


def test_the_sandbox_plays_the_accounts_of_the_settings(given: Settings) -> None:
    settings = demo.settings(given)
    config = demo.sandbox(settings)
    assert config.account_sid == settings.twilio_account_sid
    assert config.numbers == settings.twilio_numbers == (demo.NUMBER,)
    for played, set_up in [
        (config.auth_token, settings.twilio_auth_token),
        (config.slack_bot_token, settings.slack_bot_token),
        (config.slack_signing_secret, settings.slack_signing_secret),
    ]:
        assert set_up is not None
        assert played == set_up.get_secret_value()


def test_the_sandbox_is_where_the_settings_look_for_it(given: Settings) -> None:
    settings = demo.settings(given)
    config = demo.sandbox(settings)
    assert settings.twilio_api_url == f"{config.own_url}/twilio"
    assert settings.slack_api_url == f"{config.own_url}/slack/api"
    assert config.product_url == settings.base_url


def test_the_sandbox_knows_the_people_by_name(given: Settings) -> None:
    config = demo.sandbox(demo.settings(given))
    assert dict(config.customers)[GUESTS[0].phone] == "Jane Doe"


def test_the_sandbox_offers_what_the_manifest_does(given: Settings) -> None:
    manifest = "features:\n  slash_commands:\n    - command: /sms\n      description: Texts\n"
    config = demo.sandbox(demo.settings(given), manifest)
    assert [one.command for one in config.commands] == ["/sms"]
    assert (config.shortcuts, config.home) == ((), False)
