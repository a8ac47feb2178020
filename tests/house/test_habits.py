"""Habits that a linter does not know."""

import ast
import re

from tests.house.tree import (
    ROOT,
    Function,
    check_files,
    functions,
    matches,
    parsed,
    place,
    source_files,
    texts,
)

ALL = [*source_files(), *check_files()]
# Written in two halves, so that this file does not find itself.
PATCHING = re.compile(
    "mock" + r"\.patch|unittest\." + "mock|monkeypatch" + r"\.setattr|mongo" + "mock"
)
POSTPONED = re.compile("TO" + "DO|FIX" + "ME|NotImplemented" + "Error")
BARE = re.compile(r"#\s*type:\s*" + r"ignore(?!\[)|#\s*" + r"noqa(?!: [A-Z]+[0-9]+)")
ADDRESS = re.compile(r"https?://([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?![\w.-])", re.IGNORECASE)
OURS = re.compile(
    r"(.*\.)?(example|example\.(com|org|net)|test|invalid|twilio\.com|slack\.com)|www\.w3\.org"
    r"|keepachangelog\.com|semver\.org|spec\.graphql\.org"
)
HOME = re.compile(r"/(home|root|Users|work)/\w+/")


def test_nothing_is_patched_postponed_or_silenced_as_a_whole() -> None:
    patterns = (PATCHING, POSTPONED, BARE)
    assert [hit for path in ALL for pattern in patterns for hit in matches(pattern, path)] == []


def test_no_exception_is_swallowed() -> None:
    found = [
        place(path, node.lineno)
        for path in ALL
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(step, ast.Pass) for step in node.body)
    ]
    assert found == []


def _sleeps(test: Function) -> bool:
    calls = [node for node in ast.walk(test) if isinstance(node, ast.Call) and node.args]
    named = [one for one in calls if _called(one.func).endswith("sleep")]
    return any(ast.unparse(one.args[0]) != "0" for one in named)


def _called(what: ast.expr) -> str:
    return what.attr if isinstance(what, ast.Attribute) else getattr(what, "id", "")


def test_no_test_sleeps() -> None:
    tests = [(path, one) for path in check_files() for one in functions(path)]
    named = [(path, one) for path, one in tests if one.name.startswith("test_")]
    assert [place(path, one.lineno) for path, one in named if _sleeps(one)] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [place(path) for path in ALL if not ast.get_docstring(parsed(path))] == []


def test_every_module_has_a_name_of_one_word() -> None:
    word = re.compile(r"[a-z]+|__init__|__main__")
    assert [place(path) for path in source_files() if not word.fullmatch(path.stem)] == []


def test_every_room_has_a_door() -> None:
    rooms = {path.parent for path in source_files() if path.parent != ROOT}
    assert [place(room) for room in sorted(rooms) if not (room / "__init__.py").exists()] == []


def test_addresses_are_of_those_we_work_with() -> None:
    hosts = {
        (place(path), host)
        for path in texts()
        for host in ADDRESS.findall(path.read_text(encoding="utf-8"))
    }
    assert [(name, host) for name, host in sorted(hosts) if not OURS.fullmatch(host)] == []


def test_no_path_is_somebodys_own() -> None:
    assert [hit for path in texts() for hit in matches(HOME, path)] == []


def test_only_the_twilio_adapter_calls_the_carrier() -> None:
    sending = re.compile(r"messages\.create|Messages\.json")
    found = [hit for path in source_files() for hit in matches(sending, path)]
    assert [
        hit for hit in found if not hit.startswith(("adapters/twilio/", "adapters/sandbox/"))
    ] == []
