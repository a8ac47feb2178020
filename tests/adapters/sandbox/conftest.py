"""A running sandbox for every test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.browser import browser, program
from tests.adapters.sandbox.town import Town, town


@pytest.fixture
async def here() -> AsyncIterator[Town]:
    """A fresh sandbox with the product's stand-in."""
    async with town() as fresh:
        yield fresh


@pytest.fixture
async def slack(here: Town) -> AsyncWebClient:
    """The real Slack SDK, asking that sandbox."""
    return here.slack()


@pytest.fixture(scope="session")
def controls() -> Iterator[str]:
    """One browser for all tests that need one: it starts slowly."""
    executable = program()
    assert executable is not None
    with browser(executable) as running:
        yield running
