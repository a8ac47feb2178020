"""The file of rules: what ships holds together, and a broken one says where in one line."""

from pathlib import Path

import pytest

from adapters.settings import Settings
from adapters.settings.choices import consent
from adapters.startup import StartupError
from domain.rules.hours import BrokenRules, Hours, find, read, shipped
from domain.rules.hours.geography import geography
from domain.rules.hours.loading import SHIPPED
from domain.rules.zones import known
from tests.anytime import RULES
from tests.domain.rules.hours.places import NUMBERS, allowed, at, leaves


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(tmp_path, "rules.toml")


def changed(copy: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    copy.write_text(text.replace(old, new, 1), "utf-8")
    return copy


def test_every_rule_that_ships_names_its_source_and_how_sure_it_is() -> None:
    book = shipped()
    assert book.version
    assert all(one.source and one.confidence for one in book.states.values())
    in_doubt = {one.key for one in book.states.values() if one.confidence == "conflict"}
    assert in_doubt == {"AL", "CT", "MS", "NJ", "PA"}
    assert all(book.states[one].conflict for one in in_doubt)


def test_every_state_has_zones_that_exist_and_a_holiday_list_only_with_a_rule() -> None:
    land = geography()
    assert len(land.states) == 56
    zones = [*land.states.values(), *land.splits.values()]
    assert all(known(zone) for each in zones for zone in each)
    strict = {one.key for one in shipped().states.values() if not one.holidays}
    assert set(shipped().calendars) <= {"US", *strict}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version = "2026', 'versions = "2026', "version: field required"),
        ('week = "8:00-21:00"', 'week = "8-21"', "federal.week: must be such as"),
        ('week = "8:00-21:00"', 'week = "21:00-8:00"', "federal.week: must be such as"),
        ("[states.FL]", "[states.XX]", "states.XX: must be a state's two letters"),
        ("cap = 3", "cap = 0", "usual.cap: input should be greater than 0"),
        ("cap = 3", "caps = 3", "usual.caps: extra inputs are not permitted"),
        (
            "holidays = false\nconf",
            'holidays = "no"\nconf',
            "states.AL.holidays: input",
        ),
        ('= "07-04"', '= "04.07."', "holidays.US.days.Independence Day: must be such as"),
        ('"Pacific/Honolulu"', '"Hawaii"', "unknown.1: must be a time zone"),
        ("[extra]", "[extra]\nLA = [86400]", "extra.LA.0:"),
        ("[extra]", "[extra", "it is no TOML"),
    ],
)
def test_a_broken_file_says_in_one_line_where(copy: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(BrokenRules) as broken:
        read(changed(copy, old, new))
    assert said in str(broken.value)
    assert "\n" not in str(broken.value)


def test_a_file_that_is_missing_or_no_text_stops_the_start_with_one_line(copy: Path) -> None:
    with pytest.raises(StartupError) as missing:
        Settings.load(_env_file=None, rules_file=copy)
    assert missing.value.problems == (
        f"RULES_FILE cannot be used ({copy}): it cannot be read (no such file or directory).",
    )
    copy.write_bytes(b"\xff\xfe")
    with pytest.raises(StartupError, match="no text in UTF-8"):
        Settings.load(_env_file=None, rules_file=copy)


def test_the_owners_file_is_what_counts(copy: Path) -> None:
    changed(copy, "[extra]", "[extra]\nUS = [2026-03-05]\nLA = [2026-03-04]")
    settings = Settings.load(_env_file=None, rules_file=copy, hours_rules="law")
    choices = consent(settings)
    la, ny = (Hours(choices.rules, choices.hours, find(NUMBERS[one])) for one in ("LA", "NY"))
    assert (allowed(la, "2026-03-04"), allowed(ny, "2026-03-04")) == ("none", "8:00-21:00")
    assert allowed(ny, "2026-03-05") == "none"
    refusal = la.advertising(at("2026-03-04 12:00")).refusal
    assert refusal
    assert (refusal.because, refusal.rules) == ("holiday", ("LA",))


def test_a_file_with_all_hours_open_lets_everything_leave() -> None:
    book = read(RULES)
    for number in (*NUMBERS.values(), "+18005550101"):
        them = Hours(book, "safe", find(number))
        assert leaves(them, at("2026-07-04 03:00"))
        assert them.ordinary(at("2026-07-04 03:00")).at == at("2026-07-04 03:00")
