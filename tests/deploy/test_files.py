"""What hosts read to run us: valid, and about settings and commands that exist."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adapters.settings import Settings
from tests.house.test_docs import commands
from tests.house.tree import ROOMS, ROOT

SYSTEMD = ROOT / "deploy" / "systemd"
UNITS = sorted(path.name for path in SYSTEMD.iterdir())
OTHERS = {"MPLCONFIGDIR"}  # not ours
PROCESS = re.compile(r"^(\w+): (?:HOST=\$\{HOST:-0\.0\.0\.0\} )?python -m cli (\w+)$")


def compose() -> Any:
    """The file as Docker reads it."""
    return YAML(typ="safe").load((ROOT / "compose.yaml").read_text())


def checked(program: str, *words: str) -> str:
    """What a linter says; nothing when all is well."""
    path = shutil.which(program, path=Path(sys.executable).parent)
    assert path, f"{program} is not installed"
    done = subprocess.run(
        [path, *words], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_linter_of_dockerfiles_is_content() -> None:
    assert checked("hadolint", "Dockerfile") == ""


def test_the_compose_file_is_one() -> None:
    words = ("--builtin-schema", "vendor.compose-spec", "compose.yaml")
    assert checked("check-jsonschema", *words) == ""


def is_setting(name: str) -> bool:
    """Whether that variable, or the file that holds it, is read by us."""
    return name in OTHERS or name.removesuffix("_FILE").lower() in Settings.model_fields


def test_every_variable_of_the_containers_is_a_setting() -> None:
    services = compose()["services"].values()
    named = {name for one in services for name in one.get("environment", {})}
    assert {"SECRET_KEY_FILE", "TRUSTED_PROXIES", "SLACK_APP_TOKEN_FILE"} <= named
    assert [name for name in sorted(named) if not is_setting(name)] == []


def test_every_secret_of_the_containers_is_given_to_them_and_kept_in_a_file() -> None:
    whole = compose()
    for service in whole["services"].values():
        files = [value for value in service.get("environment", {}).values() if "/run/" in value]
        given = [f"/run/secrets/{name}" for name in service.get("secrets", [])]
        assert sorted(files) == sorted(given)
    assert all(one == {"file": f"secrets/{name}"} for name, one in whole["secrets"].items())


def test_every_command_of_the_containers_exists() -> None:
    ours = {
        name: one["command"][0]
        for name, one in compose()["services"].items()
        if one.get("image") == "threadline"
    }
    assert ours.pop("release") == "indexes"
    assert ours.pop("threadline") == "--help"
    assert set(ours) == {"web", "worker", "bot"}
    assert all(name == command for name, command in ours.items())


def test_the_image_begins_a_process_that_exists() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["threadline"]' in text
    assert 'CMD ["web"]' in text
    assert re.search(r"^USER \d+$", text, re.MULTILINE)


def test_only_what_the_image_needs_is_shown_to_its_builder() -> None:
    shown = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert set(shown) == {*ROOMS, "pyproject.toml", "README.md", "requirements.txt"}


def test_the_processes_of_the_procfile_are_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    processes = {one[1]: one[2] for line in lines if (one := PROCESS.match(line))}
    assert len(processes) == len(lines)
    assert set(processes) == {"release", "web", "worker", "bot"}
    assert set(processes.values()) <= set(commands())


def settled(unit: str) -> Iterator[tuple[str, str]]:
    """The lines of a unit's file, as names and values."""
    for line in (SYSTEMD / unit).read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            yield name, value


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_every_variable_and_command_of_a_unit_exists(unit: str) -> None:
    lines = [*settled(unit)]
    variables = dict(value.split("=", 1) for name, value in lines if name == "Environment")
    assert [name for name in variables if not is_setting(name)] == []
    loaded = {value.split(":")[0] for name, value in lines if name == "LoadCredential"}
    assert {one.removeprefix("%d/") for one in variables.values() if one[:1] == "%"} - {
        "%i"
    } == loaded
    (started,) = (value.split() for name, value in lines if name == "ExecStart")
    assert started[0] == "/opt/threadline/.venv/bin/threadline"
    assert started[1] in commands()


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_unit(unit: str, tmp_path: Path) -> None:
    """As it is, but for the program, which is not there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed: the units of deploy/systemd are NOT checked")
    for name in UNITS:
        text = (SYSTEMD / name).read_text()
        text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / name.replace("@.", "@8000.")).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.replace("@.", "@8000.")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = [
        line for line in done.stderr.splitlines() if str(tmp_path) in line or "threadline" in line
    ]
    assert (done.returncode, told) == (0, [])


def test_every_file_beside_the_code_is_part_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = project["tool"]["setuptools"]["package-data"]
    beside = [
        path.relative_to(ROOT)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*"))
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]
    wanted = {
        file for name, globs in packed.items() for file in _found(name.replace(".", "/"), globs)
    }
    assert [str(path) for path in beside if path not in wanted] == []
    assert len(beside) > 30


def _found(folder: str, globs: list[str]) -> Iterator[Path]:
    for glob in globs:
        yield from (path.relative_to(ROOT) for path in (ROOT / folder).glob(glob))
