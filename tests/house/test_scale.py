"""docs/scale.md names each index that a shard key cannot keep unique, and no other."""

import re

import pytest

from domain.model import NOUNS
from tests.house.tree import ROOT

ROW = re.compile(r"^\| `([a-z.]+)` \| ((?:`\w+`(?:, )?)+) \| (.+) \|$", re.MULTILINE)
UNIQUE = {
    noun._get_collection_name(): {
        str(index.document["name"]): list(index.document["key"])
        for index in noun.INDEXES
        if index.document.get("unique")
    }
    for noun in NOUNS
}


def rows() -> dict[str, tuple[list[str], str]]:
    """Shard keys by collection, and what is said of its unique indexes."""
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    return {name: (re.findall(r"\w+", key), said) for name, key, said in ROW.findall(text)}


def test_what_is_sharded_exists() -> None:
    assert len(rows()) >= 6
    assert rows().keys() - {"files.chunks"} <= UNIQUE.keys()


@pytest.mark.parametrize("name", sorted(rows().keys() - {"files.chunks"}))
def test_each_uniqueness_is_kept_by_the_key_or_said_to_be_lost(name: str) -> None:
    key, said = rows()[name]
    for index, fields in UNIQUE[name].items():
        held = fields[: len(key)] == key
        assert f"`{index}`" in said, f"{name}.{index} is not mentioned"
        lost = re.search(rf"`{index}`(?: \([^)]*\))? does \*\*not\*\*", said) is not None
        assert held != lost, f"{name}.{index}"
