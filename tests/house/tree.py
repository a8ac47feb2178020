"""The project as files: what the house tests measure and read."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("adapters", "app", "bot", "cli", "domain", "graph")
SKIPPED = {"__pycache__", "node_modules"}
TEXTS = {
    ".css",
    ".graphql",
    ".html",
    ".js",
    ".json",
    ".md",
    ".py",
    ".svg",
    ".toml",
    ".yaml",
    ".yml",
}
NAMED = ("Makefile", "Procfile", "Dockerfile", ".dockerignore", ".ci/run")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def below(folder: str, suffixes: set[str]) -> list[Path]:
    """The files of a folder and its folders, in order."""
    return sorted(
        path
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and not SKIPPED.intersection(path.parts)
    )


def source_files() -> list[Path]:
    """Everything that runs in production."""
    return [path for room in ROOMS for path in below(room, {".py"})]


def check_files() -> list[Path]:
    """Everything that runs only here."""
    return below("tests", {".py"})


def texts() -> list[Path]:
    """All that people read: code, pages, documents, commands; tests may quote strangers."""
    rooms = [path for room in (*ROOMS, "docs") for path in below(room, TEXTS)]
    top = [path for path in ROOT.iterdir() if path.suffix in TEXTS]
    return [*rooms, *top, *(ROOT / name for name in NAMED)]


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def functions(path: Path) -> tuple[Function, ...]:
    """All functions and methods of a file, inner ones too."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return tuple(node for node in ast.walk(parsed(path)) if isinstance(node, kinds))


def lines(path: Path) -> int:
    """How long a file is."""
    return path.read_text(encoding="utf-8").count("\n")


def length(function: Function) -> int:
    """How many lines a function has, its head and docstring too."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def matches(pattern: re.Pattern[str], path: Path) -> list[str]:
    """The lines in which a pattern occurs, each after its place."""
    numbered = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    found = [(number, line.strip()) for number, line in numbered if pattern.search(line)]
    return [f"{place(path, number)} {line}" for number, line in found]


def place(path: Path, line: int | None = None) -> str:
    """`domain/rules/phone.py:12`, for a complaint."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name
