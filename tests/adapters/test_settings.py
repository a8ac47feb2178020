"""Settings: what is read, what is refused, and in which words."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from adapters.settings import Settings
from adapters.startup import StartupError

SID = "0123456789abcdef0123456789abcdef"
TWILIO = {
    "TWILIO_ACCOUNT_SID": f"AC{SID}",
    "TWILIO_AUTH_TOKEN": "t0ken",
    "TWILIO_PHONE_NUMBER": "+17605550100",
}
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-1-2-abc",
    "SLACK_SIGNING_SECRET": "s1gning",
    "SLACK_INBOX_CHANNEL": "C0123456789",
}
HOUSE = {
    "SECRET_KEY": "k" * 32,
    "PUBLIC_URL": "https://texts.example.com",
    "MONGODB_URI": "mongodb://db.example.com/crm?replicaSet=rs0",
}
LOOPBACK = {
    "TWILIO_API_URL": "http://127.0.0.1:8000/sandbox/twilio",
    "SLACK_API_URL": "http://localhost:8000/sandbox/slack/api/",
}


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No `.env` but the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`environ(PORT="1")` sets variables for this test and reads the settings."""

    def load(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings.load()

    return load


def unchecked(**values: Any) -> Settings:
    """Settings that need not go together."""
    return Settings(**values)


def complaints(environ: Any, **variables: str) -> list[str]:
    with pytest.raises(StartupError) as caught:
        environ(**variables)
    return list(caught.value.problems)


def test_nothing_set_is_enough_for_the_demo(environ: Any) -> None:
    settings = environ()
    assert (settings.port, settings.default_region, settings.environment) == (
        8000,
        "US",
        "production",
    )
    assert settings.base_url == "http://localhost:8000"
    assert settings.threadline_data == Path(".threadline")
    assert settings.database == "threadline"
    assert not settings.twilio_configured
    assert not settings.slack_configured


def test_everything_set_is_real_and_has_no_problem(environ: Any) -> None:
    settings = environ(**TWILIO, **SLACK, **HOUSE)
    assert settings.twilio_configured
    assert settings.slack_configured
    assert settings.base_url == "https://texts.example.com"
    assert settings.database == "crm"
    assert settings.live_problems() == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TWILIO_PHONE_NUMBER", "+17605550100, +17605550101", ("+17605550100", "+17605550101")),
        ("SLACK_AGENTS", "U0123 W0456,U0789", ("U0123", "W0456", "U0789")),
        ("SLACK_AGENTS", "S0123ABC", ("S0123ABC",)),
        ("LOOK_SECONDS", "0,2.5,300", (0.0, 2.5, 300.0)),
        ("EMBEDDED_DB", "1", True),
        ("THREADLINE_DATA", "/srv/data", Path("/srv/data")),
        ("REPLY_HOLD_SECONDS", "0", 0.0),
        ("PUBLIC_URL", "http://localhost:8000", "http://localhost:8000"),
        ("CORS_ORIGINS", "https://CRM.example.com:443", ("https://crm.example.com",)),
        ("CORS_ORIGINS", "http://a:80, http://b:81", ("http://a", "http://b:81")),
        ("CORS_ORIGINS", "http://[::1]:3000", ("http://[::1]:3000",)),
        ("BUSINESS_NAME", "  Ocean Homes ", "Ocean Homes"),
        ("TWILIO_API_URL", "http://127.0.0.1:9/twilio/", "http://127.0.0.1:9/twilio"),
    ],
)
def test_a_value_is_read_as_what_it_means(name: str, text: str, value: object) -> None:
    assert getattr(unchecked(**{name.lower(): text}), name.lower()) == value


@pytest.mark.parametrize("text", ["*", "https://*.example.com", "crm.example.com", "https://a/b"])
def test_origins_are_exact(environ: Any, text: str) -> None:
    (line,) = complaints(environ, CORS_ORIGINS=text)
    assert line.startswith("CORS_ORIGINS must be origins such as")


@pytest.mark.parametrize("place", ["development", "production"])
def test_the_api_shows_itself_in_development_unless_told_otherwise(place: str) -> None:
    usual = unchecked(environment=place)
    assert {usual.explored, usual.introspected} == {place == "development"}
    for value in (True, False):
        told = unchecked(environment=place, graphiql=value, introspection=not value)
        assert (told.explored, told.introspected) == (value, not value)


def test_networks_of_trusted_proxies_may_be_single_addresses(environ: Any) -> None:
    networks = environ(TRUSTED_PROXIES="10.1.2.3/8,::1").trusted_proxies
    assert [str(network) for network in networks] == ["10.0.0.0/8", "::1/128"]


def test_shared_keys_are_a_mapping_and_their_secrets_may_hold_equal_signs(environ: Any) -> None:
    settings = environ(TWILIO_SHARED_KEYS="key1=abc==,key2=def", **LOOPBACK, **TWILIO)
    assert settings.shared_keys == {"key1": "abc==", "key2": "def"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "0"),
        ("ENVIRONMENT", "staging"),
        ("MONGODB_URI", "localhost:27017"),
        ("MONGODB_URI", "mongodb://user:p@ss@host/"),
        ("PUBLIC_URL", "texts.example.com"),
        ("PUBLIC_URL", "https://texts.example.com/"),
        ("PUBLIC_URL", "https://texts.example.com/sms"),
        ("PUBLIC_URL", "https://my_texts.example.com"),
        ("PUBLIC_URL", "https://texts.example.com:99999"),
        ("PUBLIC_URL", "https://["),
        ("TRUSTED_PROXIES", "everyone"),
        ("SECRET_KEY", "short"),
        ("DEFAULT_REGION", "XX"),
        ("REPLY_HOLD_SECONDS", "-1"),
        ("REPLY_HOLD_SECONDS", "nan"),
        ("REPLY_WINDOW_HOURS", "a day"),
        ("HTTP_TIMEOUT_SECONDS", "0"),
        ("LOOK_SECONDS", "300,0"),
        ("LOOK_SECONDS", ","),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_API_KEY", f"AC{SID}"),
        ("TWILIO_AUTH_TOKEN", "two words"),
        ("TWILIO_MESSAGING_SERVICE_SID", "MG"),
        ("TWILIO_PHONE_NUMBER", "760-555-0100"),
        ("TWILIO_PHONE_NUMBER", "+17605550100,+0"),
        ("TWILIO_SHARED_KEYS", "justakey"),
        ("TWILIO_API_URL", "127.0.0.1:8000"),
        ("SLACK_API_URL", "ftp://127.0.0.1/"),
        ("SLACK_INBOX_CHANNEL", "#texts"),
        ("SLACK_AGENTS", "jane"),
        ("SLACK_AGENTS", "S0123,U0123"),
        ("EMBEDDED_DB", "perhaps"),
    ],
)
def test_a_malformed_value_is_named_in_one_line_that_says_what_it_must_be(
    environ: Any, name: str, value: str
) -> None:
    (line,) = complaints(environ, **{name: value})
    assert re.fullmatch(rf"{name} must be [^\n]+\.", line)
    assert value.strip(" ,") == "" or f"{value} " not in line


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCHEME = st.sampled_from(["", "http://", "https://", "mongodb://", "mongodb+srv://"])


@given(name=st.sampled_from(sorted(Settings.model_fields)), scheme=SCHEME, rest=TEXT)
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_set_is_taken_or_refused_in_plain_lines(
    name: str, scheme: str, rest: str
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(name.upper(), scheme + rest)
        assert all(re.fullmatch(r"[^\n]+\.", line) for line in problems_of_loading())


def problems_of_loading() -> tuple[str, ...]:
    try:
        Settings.load()
    except StartupError as error:
        return error.problems
    return ()


def test_all_that_is_malformed_is_named_at_once(environ: Any) -> None:
    lines = complaints(environ, PORT="x", LOOK_SECONDS="3,1", TWILIO_PHONE_NUMBER="1,2")
    assert {line.split()[0] for line in lines} == {"PORT", "LOOK_SECONDS", "TWILIO_PHONE_NUMBER"}


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_slack_token_of_the_other_kind_is_named(environ: Any, name: str) -> None:
    lines = complaints(environ, **{**SLACK, **HOUSE, name: "xoxp-user"})
    assert lines == [f"{name} must be {Settings.model_fields[name.lower()].description}."]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"TWILIO_ACCOUNT_SID": f"AC{SID}"}, "TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER or"),
        ({"TWILIO_PHONE_NUMBER": "+17605550100"}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."),
        ({**TWILIO, "TWILIO_API_KEY": f"SK{SID}"}, "Set TWILIO_API_SECRET."),
        ({**TWILIO, "TWILIO_API_SECRET": "hush"}, "Set TWILIO_API_KEY."),
    ],
)
def test_half_a_twilio_account_says_which_half_is_missing(
    environ: Any, given: dict[str, str], named: str
) -> None:
    (line,) = complaints(environ, **given, **LOOPBACK)
    assert line.startswith("Twilio not configured. Missing environment variables. ")
    assert named in line


@pytest.mark.parametrize("absent", sorted(SLACK))
def test_half_a_slack_workspace_says_which_half_is_missing(environ: Any, absent: str) -> None:
    given = {name: value for name, value in SLACK.items() if name != absent}
    (line,) = complaints(environ, **given, **LOOPBACK)
    assert line == f"Slack not configured. Missing environment variables. Set {absent}."


def test_socket_mode_needs_no_signing_secret(environ: Any) -> None:
    given = {**SLACK, "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": ""}
    assert environ(**given, **HOUSE).slack_configured


CONSENT = {
    "SLACK_CLIENT_ID": "111.222",
    "SLACK_CLIENT_SECRET": "cl1ent",
    "SLACK_SIGNING_SECRET": "s1gning",
}


def test_workspaces_may_install_it_themselves(environ: Any) -> None:
    settings = environ(**CONSENT, **HOUSE)
    assert (settings.slack_configured, settings.slack_by_consent) == (True, True)


def test_a_token_goes_before_consent(environ: Any) -> None:
    settings = environ(**SLACK | CONSENT, **HOUSE)
    assert (settings.slack_configured, settings.slack_by_consent) == (True, False)


@pytest.mark.parametrize("absent", sorted(CONSENT))
def test_half_a_client_says_which_half_is_missing(environ: Any, absent: str) -> None:
    given = {name: value for name, value in CONSENT.items() if name != absent}
    (line,) = complaints(environ, **given, **LOOPBACK, SECRET_KEY="k" * 32)
    assert line == f"Slack not configured. Missing environment variables. Set {absent}."


@pytest.mark.parametrize("place", [LOOPBACK, {}])
def test_tokens_of_others_are_kept_under_a_key_only(environ: Any, place: dict[str, str]) -> None:
    given = {name: value for name, value in HOUSE.items() if name != "SECRET_KEY"}
    (line,) = complaints(environ, **CONSENT, **place, **given)
    assert line.startswith("SECRET_KEY is missing")


def test_the_one_workspace_is_as_the_settings_say(environ: Any) -> None:
    chosen = {"SLACK_MODE": "inbox", "SLACK_ROUTES": "tag:vip=C2/S2", "SLACK_ARCHIVE_CLOSED": "0"}
    workspace = environ(**SLACK, **HOUSE, **chosen).slack_workspace
    assert (workspace.team_id, workspace.senders) == (None, ())
    assert (workspace.own_channels, workspace.archive_closed) == (False, False)
    assert workspace.route("", ["vip"]).inbox == "C2"


def test_a_messaging_service_stands_for_a_number(environ: Any) -> None:
    given = {**TWILIO, "TWILIO_PHONE_NUMBER": "", "TWILIO_MESSAGING_SERVICE_SID": f"MG{SID}"}
    settings = environ(**given, **HOUSE)
    assert settings.twilio_configured
    assert settings.twilio_numbers == ()


@pytest.mark.parametrize("absent", sorted(HOUSE))
@pytest.mark.parametrize("account", [TWILIO, SLACK])
def test_real_credentials_need_the_house_in_order(
    environ: Any, account: dict[str, str], absent: str
) -> None:
    given = {name: value for name, value in HOUSE.items() if name != absent}
    (line,) = complaints(environ, **account, **given)
    assert line.startswith(f"{absent} is missing: set it to ")


def test_the_embedded_database_is_taken_for_real_use_only_when_asked_for(environ: Any) -> None:
    given = {name: value for name, value in HOUSE.items() if name != "MONGODB_URI"}
    (line,) = complaints(environ, **TWILIO, **given)
    assert "EMBEDDED_DB=1" in line
    assert environ(EMBEDDED_DB="1").embedded_db


def test_credentials_that_stay_on_this_machine_are_not_real(environ: Any) -> None:
    settings = environ(**TWILIO, **SLACK, **LOOPBACK)
    assert settings.is_sandboxed
    assert settings.real_credentials == ()
    assert settings.sandbox_problems() == []


def test_the_sandbox_refuses_to_run_beside_real_credentials(environ: Any) -> None:
    slack_only = {"SLACK_API_URL": LOOPBACK["SLACK_API_URL"]}
    settings = environ(**TWILIO, **SLACK, **HOUSE, **slack_only)
    assert not settings.is_sandboxed
    (line,) = settings.sandbox_problems()
    assert line.startswith("The sandbox does not run beside real credentials: ")
    assert line.endswith("unset TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:1", True),
        ("http://127.8.9.1:1/x", True),
        ("http://[::1]:1", True),
        ("https://api.twilio.com", False),
        ("http://localhost.example.com", False),
        ("http://0.0.0.0:1", False),
        (None, False),
    ],
)
def test_only_loopback_addresses_are_a_sandbox(address: str | None, local: bool) -> None:
    settings = unchecked(twilio_api_url=address, slack_api_url=address)
    assert settings.is_sandboxed is local


def test_live_processes_are_told_what_they_lack(environ: Any) -> None:
    twilio, slack = environ().live_problems()
    assert twilio.startswith("Twilio not configured. Missing environment variables. Set TWILIO_")
    assert slack.endswith("Set SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET and SLACK_INBOX_CHANNEL.")


def test_a_lease_outlasts_the_longest_call(environ: Any) -> None:
    assert environ(HTTP_TIMEOUT_SECONDS="2").lease_seconds == 6


def test_the_file_is_read_and_the_environment_goes_before_it(
    environ: Any, empty_directory: Path
) -> None:
    (empty_directory / ".env").write_text("PORT=1234\nBUSINESS_NAME='Ocean Homes'\nODD=1\n")
    settings = environ(PORT="4321")
    assert (settings.port, settings.business_name) == (4321, "Ocean Homes")


def test_an_unreadable_file_is_one_plain_line(environ: Any, empty_directory: Path) -> None:
    (empty_directory / ".env").write_bytes(b"PORT=\xff\xfe\n")
    assert complaints(environ) == [".env must be a text file in UTF-8: save it again as such."]


def test_empty_and_unknown_variables_count_as_not_set(environ: Any) -> None:
    assert environ(PORT="", THREADLINE_COLOUR="red").port == 8000


def test_no_secret_is_ever_shown(environ: Any) -> None:
    settings = environ(**TWILIO, **SLACK, **HOUSE, TWILIO_SHARED_KEYS="k1=hushhush")
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    for secret in ("t0ken", "xoxb-1", "s1gning", "k" * 32, "hushhush", "db.example.com"):
        assert secret not in shown
