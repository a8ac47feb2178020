"""Those who answer, and what texts leave from."""

from dataclasses import replace

from domain.model import Agent
from domain.services import agents, threads
from domain.values import Person
from tests.clock import NOON
from tests.graph.conftest import Api
from tests.graph.desk import OURS, POLICY, Program, conversation, person, program

AGENTS = "{ agents { id name email slackUserId role active } }"
SENDERS = "{ senders { id phone messagingServiceSid label known default } }"
SERVICE = "MG00000000000000000000000000000001"
ANN = Person("U1", "T1", "Ann", "ann@example.com", False, False, False, False)


def test_agents_come_by_name_whatever_has_become_of_them(me: Program) -> None:
    for one in (
        replace(ANN, user_id="U3", name="Zoe"),
        ANN,
        replace(ANN, user_id="U2", name="bob", deleted=True),
        replace(ANN, user_id="U4", name=""),
    ):
        agents.learn(one, NOON)
    found = me.ask(AGENTS)["agents"]
    assert [(one["name"], one["active"]) for one in found] == [
        ("Ann", True),
        ("bob", False),
        ("U4", True),
        ("Zoe", True),
    ]
    assert found[0] == {
        "id": "U1",
        "name": "Ann",
        "email": "ann@example.com",
        "slackUserId": "U1",
        "role": "agent",
        "active": True,
    }


def test_nobody_is_known_at_first(me: Program) -> None:
    assert me.ask(AGENTS) == {"agents": []}


def test_agents_are_bounded_and_read_by_an_index(url: str) -> None:
    made = [{"userId": f"U{n}", "name": f"N{n}", "fetchedAt": NOON} for n in range(agents.MOST + 5)]
    Agent._get_collection().insert_many(made)
    assert len(program(url, "read").ask(AGENTS)["agents"]) == agents.MOST
    found = Agent._get_collection().find().sort([("name", 1), ("_id", 1)]).limit(agents.MOST)
    plan = str(found.explain()["queryPlanner"]["winningPlan"])
    assert "'indexName': 'name'" in plan
    assert "'stage': 'SORT'" not in plan


def test_our_sender_is_the_default_and_others_are_remembered(me: Program) -> None:
    conversation(person())
    threads.advance("+17605550999", "+17605551234", NOON, contact_id=None)
    ours, other = me.ask(SENDERS)["senders"]
    assert (ours["id"], ours["phone"], ours["known"], ours["default"]) == (OURS, OURS, True, True)
    assert (other["id"], other["known"], other["default"]) == ("+17605550999", False, False)
    assert [one["label"] for one in (ours, other)] == ["(555) 000-9999", "(760) 555-0999"]


def test_a_service_comes_before_its_numbers(api: Api) -> None:
    more = replace(POLICY, numbers=(OURS, "+17605550101"), service_sid=SERVICE)
    found = program(api(policy=more), "read").ask(SENDERS)["senders"]
    assert [(one["id"], one["default"]) for one in found] == [
        (SERVICE, True),
        (OURS, False),
        ("+17605550101", False),
    ]
    assert (found[0]["phone"], found[0]["messagingServiceSid"]) == (None, SERVICE)
    assert found[0]["label"] == "Messaging Service"


def test_without_any_configuration_there_are_none(api: Api) -> None:
    nothing = replace(POLICY, numbers=())
    assert program(api(policy=nothing), "read").ask(SENDERS) == {"senders": []}


def test_a_contact_is_found_by_any_form_of_a_number_and_told_what_cannot_be_one(
    me: Program,
) -> None:
    contact = person(phones=["+17605551234", "+17605550199"])
    query = "query($phone: Phone) { contact(phone: $phone) { id } }"
    for form in ("(760) 555-1234", "７６０-５５５-１２３４", "+1 760 555 0199", "tel:+17605551234"):
        assert me.ask(query, phone=form)["contact"] == {"id": str(contact.id)}
    for wrong in ("760-555-1234 x5", "+17605551234;ext=5", "12345678901234567890", "hello", "\0"):
        assert me.refused(query, phone=wrong)["extensions"]["code"] == "INVALID_PHONE"
    assert me.ask(query, phone="+12025550143")["contact"] is None


def test_a_short_code_is_looked_up_as_it_is(me: Program) -> None:
    query = "query($phone: Phone) { contact(phone: $phone) { phone } }"
    assert me.ask(query, phone="32665")["contact"] is None
    person("32665")
    assert me.ask(query, phone=" 32665 ")["contact"] == {"phone": "32665"}


def test_who_is_no_agent_any_more_is_not_active(me: Program) -> None:
    for user_id, role in (("U1", "admin"), ("U2", "agent"), ("U3", "none")):
        agents.learn(replace(ANN, user_id=user_id, name=user_id, role=role), NOON)
    found = me.ask(AGENTS)["agents"]
    assert [(one["role"], one["active"]) for one in found] == [
        ("admin", True),
        ("agent", True),
        ("none", False),
    ]
