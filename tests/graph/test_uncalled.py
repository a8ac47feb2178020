"""The do-not-call list over the API: kept by a contact's flag, looked at by the gate."""

from typing import Any

from domain.services import numbers
from tests.graph.desk import Program, person
from tests.ledger import entries

UPDATE = """mutation($id: ID!, $on: Boolean!) { updateContact(id: $id, input: {doNotCall: $on}) {
  ... on Contact { doNotCall phone } ... on Problem { code } } }"""
RECORD = """mutation($id: ID!, $input: ConsentInput!) { recordConsent(contactId: $id, input: $input)
  { __typename } }"""
CAN = """query($id: ID!, $purpose: Purpose!) { canText(contactId: $id, purpose: $purpose) {
  reasons problem { code help } } }"""
YES = {"action": "OPT_IN", "level": "WRITTEN", "method": "FORM", "wording": "I agree to offers."}


def mark(me: Program, contact_id: object, *, on: bool) -> Any:
    return me.do(UPDATE, id=str(contact_id), on=on)


def could(me: Program, contact_id: object, purpose: str) -> Any:
    return me.ask(CAN, id=str(contact_id), purpose=purpose)["canText"]


def test_the_flag_is_a_statement_in_the_ledger_by_who_set_it(me: Program) -> None:
    """Row: §1.8"""
    contact = person()
    told = mark(me, contact.id, on=True)
    assert told["doNotCall"]
    assert numbers.state_of(told["phone"]).do_not_call
    [said] = entries()
    assert (said.action, said.method, said.recorded_by.key) == ("do_not_call", "api", me.token_id)
    assert not mark(me, contact.id, on=False)["doNotCall"]
    assert [one.action for one in entries()] == ["do_not_call", "callable"]


def test_advertising_is_refused_and_other_texts_are_not(me: Program) -> None:
    """Row: §1.8"""
    contact = person()
    me.do(RECORD, id=str(contact.id), input=YES)
    mark(me, contact.id, on=True)
    refused = could(me, contact.id, "MARKETING")
    assert refused["reasons"] == ["do_not_call"]
    assert refused["problem"]["help"]
    assert could(me, contact.id, "INFORMATIONAL")["problem"] is None
