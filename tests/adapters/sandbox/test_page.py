"""The page as files: what is served, and what a browser may do with it."""

import re

import pytest

from adapters.sandbox.pages import FOLDER
from tests.adapters.sandbox.town import Town, town

PARTS = sorted(path.name for path in FOLDER.iterdir())
SCRIPTS = [name for name in PARTS if name.endswith(".js")]


def part(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


async def test_the_page_is_served_at_the_root(here: Town) -> None:
    answer = await here.http.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Threadline" in answer.text


async def test_the_address_without_a_slash_leads_there(here: Town) -> None:
    answer = await here.http.get(here.url, follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/sandbox/")


@pytest.mark.parametrize("name", PARTS)
async def test_every_part_is_served_as_what_it_is(here: Town, name: str) -> None:
    answer = await here.http.get(f"/page/{name}")
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert answer.status_code == 200
    wanted = kinds.get(name.rpartition(".")[2], "text/html")
    assert answer.headers["content-type"].startswith(wanted)
    assert answer.content == (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["..%2fapp.py", "..%2F..%2Fsettings.py", "none.js", "%2e%2e", "index.html%00", "."]
)
async def test_nothing_else_is_served(here: Town, name: str) -> None:
    assert (await here.http.get(f"/page/{name}")).status_code == 404


async def test_the_browser_is_told_to_run_nothing_foreign(here: Town) -> None:
    headers = (await here.http.get("/")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_every_part_that_is_named_exists() -> None:
    named = set(re.findall(r"page/([\w.]+)", part("index.html")))
    for script in SCRIPTS:
        named |= set(re.findall(r'from "\./([\w.]+)"', part(script)))
    assert named <= set(PARTS)
    assert set(SCRIPTS) <= named


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_parses_markup_or_reaches_out(name: str) -> None:
    source = part(name)
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert re.findall(forbidden, source) == []
    assert re.findall(r"""["'`]https?://""", source) == []


def test_the_page_has_no_script_or_style_inside() -> None:
    html = part("index.html")
    assert re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", html) == []


def test_every_element_that_a_script_asks_for_is_there() -> None:
    html = part("index.html")
    wanted = {name for script in SCRIPTS for name in re.findall(r'\$\("([\w-]+)"\)', part(script))}
    assert wanted
    assert {name for name in wanted if f'id="{name}"' not in html} == set()


def test_every_import_is_exported() -> None:
    for script in SCRIPTS:
        for names, source in re.findall(r'import \{([^}]+)\} from "\./([\w.]+)"', part(script)):
            exported = set(
                re.findall(r"export (?:async )?(?:function|const) ([\w$]+)", part(source))
            )
            assert {name.strip() for name in names.split(",")} <= exported, script


async def test_customers_and_links_are_offered_to_the_page() -> None:
    customers, links = (("+17605550123", "Maya"),), (("GraphQL", "/graphql"),)
    async with town(customers=customers, links=links) as here:
        shown = await here.get("/texts")
    assert shown["customers"] == {"+17605550123": "Maya"}
    assert shown["links"] == [["GraphQL", "/graphql"]]
