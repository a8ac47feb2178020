"""A campaign with a link: each gets their own, somebody presses theirs, and the owner sees who."""

from typing import Any

import httpx2
import pytest

from tests.graph.desk import Program
from tests.story.world import World, somebody, until

pytestmark = pytest.mark.timeout(600)
WORDING = "I agree to get advertising by text from this business at the number given."
HOUSE = "https://example.com/house?id=7#rooms"
BROWSER = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/131.0.0.0 Mobile Safari/537.36"
PERSON = """mutation($input: CreateContactInput!) { createContact(input: $input) {
  ... on Contact { id } ... on Problem { message } } }"""
CAMPAIGN = """mutation($input: CampaignInput!) { createCampaign(input: $input) {
  ... on Campaign { id } ... on Problem { message fields { field } } } }"""
START = "mutation($id: ID!) { startCampaign(id: $id) { ... on Campaign { status } } }"
SHOWN = """query($id: ID!) { campaign(id: $id) { counts { clicks delivered }
  recipients { nodes { to links { url target clicks } } } } }"""


def agreed(program: Program, phone: str) -> str:
    """Somebody who wants advertising."""
    said = {"action": "OPT_IN", "level": "WRITTEN", "method": "FORM", "wording": WORDING}
    person: dict[str, Any] = {
        "firstName": "Ann",
        "lastName": "Lee",
        "phone": phone,
        "consent": said,
        "timezone": "America/New_York",
    }
    return str(program.do(PERSON, input=person)["id"])


def press(link: str) -> httpx2.Response:
    """They press it on their phone; where it leads is not followed."""
    return httpx2.get(link, headers={"user-agent": BROWSER}, trust_env=False)


def clicks(shown: Any) -> dict[str, int]:
    """How often each recipient's link was followed, by their number."""
    return {one["to"]: one["links"][0]["clicks"] for one in shown["recipients"]["nodes"]}


def test_a_campaigns_links_are_each_persons_own(world: World) -> None:
    program = Program(f"{world.url}/graphql", world.token)
    phones = [somebody() for _ in range(3)]
    ids = [agreed(program, phone) for phone in phones]
    told = {"name": "Open house", "audience": {"contactIds": ids}, "body": f"Come and see: {HOUSE}"}
    own = program.do(CAMPAIGN, input={**told, "perMinute": 6000})["id"]
    program.do(START, id=own)

    def shown() -> Any:
        return program.ask(SHOWN, id=own)["campaign"]

    until(lambda: shown()["counts"]["delivered"] == 3, "three texts delivered")
    links = {one["to"]: one["links"][0]["url"] for one in shown()["recipients"]["nodes"]}
    assert len(set(links.values())) == 3
    for phone in phones:
        (body,) = world.bodies(phone)
        assert links[phone] in body
        assert links[phone].startswith(f"{world.url}/l/")
        assert HOUSE not in body
    answer = press(links[phones[0]])
    assert (answer.status_code, answer.headers["location"]) == (302, HOUSE)
    assert press(links[phones[0]]).status_code == 302
    clicked = dict.fromkeys(phones, 0) | {phones[0]: 2}
    until(lambda: clicks(shown()) == clicked, "two clicks on one link")
    assert shown()["counts"]["clicks"] == 1
