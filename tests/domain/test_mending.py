"""Which texts of the carrier's records another program has sent."""

import pytest

from domain.services.recovery import mending
from domain.values import INBOUND, OUTBOUND, REPLY, CarriedText, Record
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(("way", "count"), [(OUTBOUND, 1), (REPLY, 0), (INBOUND, 0)])
def test_the_carriers_own_answers_are_no_other_programs(way: str, count: int) -> None:
    text = CarriedText("SM7", CUSTOMER, OURS, None, "You have left.", None, None, "delivered")
    assert mending.strange([Record(text, way, NOON)], POLICY) == count
