"""What may mean "no more texts" asks a person; what only sounds a little like it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.consent.keywords import phrase, read, wrong_number

REVOKING = [
    "remove me",
    "take me off",
    "stop texting",
    "do not text",
    "no more texts",
    "leave me alone",
    "wrong number",
    "lose my number",
    "unsubscribe me",
]
ASKED = [
    *REVOKING,
    "cancel my 3 pm",
    "Can you cancel our appointment?",
    "please cancel",
    "take this number off your list",
    "get me off your mailing list",
    "not interested, stop",
    "Stop it!",
    "stop now",
    "make it stop",
    "no more",
    "no texts please",
    "I dont want these texts",
    "I don't want to hear from you",
    "end all messages",
    "I never signed up for this",
    "you do not have permission to text me",
    "reported as spam",
    "cease and desist",
    "pls remove",
    "go away",
    "dont txt me",
    "STOP - John Smith",
    "STOP!!! I have asked 3 times",
    "I already said STOP",
    "Who is this? Stop.",
    "can you stop please",
    "would you please stop",
    "stop promotions",
    "Stop the ads",
    "stop fucking texting me",
    "stopp",
    "unsub",
    "unsuscribe",
    "cancel subscription",
    "put me on your do not call list",
    "block me",
    "\U0001f6d1",
    "\U0001f6d1 please",
    *("STOPALL pls", "optout now", "dnc", "DNC list please", "do not reply", "don't respond"),
    *("I don't want these", "i dont want this anymore", "can you quit it", "please quit it"),
    *("can you please quit", "knock it off", "thanks, unsubscribe", "ok end", "STOPPPP"),
    *("désabonnement", "Désabonner", "me désinscrire svp"),
    *(
        "no más mensajes",
        "ALTO",
        "alto por favor",
        "No quiero recibir mensajes",
        "Ya no me escriba",
    ),
    *("deje de enviarme textos", "bitte keine SMS mehr", "não quero mais mensagens", "Стоп"),
    *("\u0405\u0422\u041e\u0420", "\u0455t\u043ep texting me", "ST0P", "St0p!"),
    *("5TOP", "$top", "unsub$cribe", "c@ncel", "rem0ve me", "ST0P ALL"),
    *("⛔", "⛔ no", "\U0001f6ab", "\U0001f515\U0001f515", "\U0001f595"),
    *("退订", "请退订，谢谢", "退訂", "配信停止してください", "수신거부", "توقف"),
]
STRANGERS = [
    "wrong number",
    "Sorry, wrong person",
    "You have the wrong number.",
    "this is not Jane’s number anymore",
    "there is no Jane here",
    "Jane doesn't have this number",
    "mauvais numéro",
    "wrong #",
    "this isn't John",
    *("número equivocado", "Falsche Nummer"),
]
ORDINARY = [
    "we have got to STOP this bill",
    "stop by tomorrow",
    "can you stop at the store",
    "the end",
    "I have to cancel our meeting",
    "did they cancel the showing?",
    "I don't have the keys",
    "we never agreed to that price",
    "that is wrong",
    "I got the wrong size",
    "no message from the bank yet",
    "take her out for dinner",
    "end of the month works",
    "the bus stop",
    "My number is 555 0101",
    "Please do not text before 9",
    "no updates yet?",
    "No offers yet",
    "This isn't working",
    "please stop by the office",
    "did you stop the car?",
    *("I don't want to miss these", "I don't want these to sell before Friday", "they never reply"),
    *(
        "Why don't you answer?",
        "I quit it years ago",
        "can you quit your job?",
        "cut it down a bit",
    ),
    *(
        "Pay $100 now",
        "top floor @ 5",
        "The end is nigh, hi 5",
        "10 ends at 5",
        "5 stops from here",
    ),
    *("Un edificio alto", "No más de 500", "Me gusta mucho, gracias", "Cuándo me pueden llamar?"),
    *(
        "\u041f\u0440\u0438\u0432\u0435\u0442, как дела?",
        "我想看房子",
        "家を見たいです",
        "No parking \U0001f6ab here?",
    ),
    *(
        "Please answer now",
        "reply soon please",
        "Is the dnc thing a street?",
        "Wie viel kostet es?",
    ),
]
DRESS = st.sampled_from(["{}", "{}!", "Hi, {}", "{} please", "  {}\n", "*{}*", "OK. {}.", "“{}”"])


@pytest.mark.parametrize("body", ASKED)
def test_a_person_is_asked(body: str) -> None:
    """Row: §4.8"""
    assert phrase(body)
    assert read(body) is None


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_talk_asks_nobody(body: str) -> None:
    """Row: §4.9"""
    assert not phrase(body)
    assert not wrong_number(body)


@pytest.mark.parametrize("body", STRANGERS)
def test_somebody_else_is_told_from_somebody_who_leaves(body: str) -> None:
    """Row: §8.3"""
    assert wrong_number(body)
    assert phrase(body)


@pytest.mark.parametrize("body", ["remove me", "stop texting", "STOP", "arrêtez de m’écrire"])
def test_who_leaves_is_no_stranger(body: str) -> None:
    assert not wrong_number(body)


@given(st.sampled_from(REVOKING), DRESS, st.sampled_from([str, str.upper, str.title]))
def test_neither_case_nor_company_hides_a_phrase(body: str, dress: str, case: object) -> None:
    """Row: §1.2"""
    assert callable(case)
    assert phrase(dress.format(case(body)))


@given(st.sampled_from(ORDINARY), st.sampled_from([str.upper, str.title, str.lower]))
def test_shouting_makes_no_phrase(body: str, case: object) -> None:
    assert callable(case)
    assert not phrase(case(body))
