"""Each kind of thing in the proof as a piece of the page."""

from domain.rules.sentences import of_consent
from domain.services.proof import markup, words
from domain.services.proof.gathering import Raw

YES, NO, ASKED, PLAIN = "yes", "no", "asked", "plain"
COLOURS = {
    "opt_in": YES,
    "confirmed": YES,
    "released": YES,
    "callable": YES,
    "verified": YES,
    "opt_out": NO,
    "do_not_call": NO,
    "voided": NO,
    "pending": ASKED,
    "held": ASKED,
}
REFUSED = {"refused", "canceled", "failed", "undelivered"}


def name(contact: Raw) -> str:
    """What the person is called, else their number."""
    called = " ".join(str(contact[key]) for key in ("firstName", "lastName") if contact.get(key))
    return called or str(contact.get("phone") or contact["id"])


def person(contact: Raw) -> str:
    """Who it is."""
    return markup.facts(
        [
            ("Name", name(contact)),
            ("Numbers", [words.national(one) for one in contact.get("phones") or ()]),
            ("E-mail", str(contact.get("email") or "")),
            ("Known from", str(contact.get("source") or "")),
            ("Known since", words.moment(contact.get("createdAt"))),
            ("Contact", str(contact["id"])),
            ("Merged with", [str(one) for one in contact.get("mergedIds") or ()]),
        ]
    )


def number(raw: Raw) -> str:
    """One number as it stands."""
    colour = NO if raw.get("blocked") else PLAIN if raw.get("level") in (None, "none") else YES
    return markup.entry(
        colour, "", words.national(raw.get("phone")), markup.facts(words.number(raw))
    )


def event(raw: Raw) -> str:
    """One entry of the ledger with all of its evidence."""
    said = of_consent(
        str(raw.get("action")),
        str(raw.get("level")),
        str(raw.get("method")),
        str(raw.get("phone") or "a number that was forgotten"),
        raw["at"],
        raw["recordedAt"],
    )
    shown = str(raw.get("wording") or "")
    return markup.entry(
        COLOURS.get(str(raw.get("action")), PLAIN),
        words.moment(raw["at"]),
        said,
        markup.facts(
            [
                ("They were shown", _version(raw)),
                ("Its SHA-256", str(raw.get("wordingHash") or "")),
            ]
        ),
        markup.quotation(shown),
        markup.facts(
            [
                ("Reaches", "advertising only" if raw.get("scope") == "program" else "all texts"),
                ("Their IP address", str(raw.get("ip") or "")),
                ("Their browser", str(raw.get("userAgent") or "")),
                ("Evidence", str(raw.get("evidenceUrl") or "")),
                ("Note", str(raw.get("note") or "")),
                ("Text that said it", str(raw.get("messageSid") or "")),
                ("Recorded", words.moment(raw["recordedAt"])),
                ("Recorded by", words.author(raw.get("recordedBy"))),
                ("Recorded from", str(raw.get("recordedFromIp") or "")),
                ("Event", str(raw["id"])),
            ]
        ),
    )


def _version(raw: Raw) -> str:
    named = f"wording {raw['wordingVersion']}" if raw.get("wordingVersion") else ""
    return named or ("these words" if raw.get("wording") else "")


def wording(raw: Raw) -> str:
    """One version of the sentence."""
    since = words.moment(raw.get("since"))
    hashed = markup.facts([("SHA-256 before the name is filled in", str(raw.get("sha256") or ""))])
    title = f"Wording {raw.get('version')}, in use from then on"
    return markup.entry(PLAIN, since, title, markup.quotation(str(raw.get("text") or "")), hashed)


def decision(raw: Raw) -> str:
    """One line of the timeline."""
    by = markup.facts([("By", words.author(raw.get("author")))])
    return markup.entry(PLAIN, words.moment(raw.get("at")), str(raw.get("text") or ""), by)


def campaign(raw: Raw) -> str:
    """One list on which they were."""
    code, reason = raw.get("code"), str(raw.get("reason") or "")
    because = f"[{code}] {reason}" if code else reason
    return markup.entry(
        NO if raw.get("state") == "excluded" else PLAIN,
        words.moment(raw.get("startedAt")),
        str(raw.get("name") or "A campaign that is no longer there"),
        markup.facts(
            [
                ("Purpose", words.PURPOSES.get(str(raw.get("purpose")), "")),
                ("Number", words.national(raw.get("phone"))),
                ("They were", words.LISTED.get(str(raw.get("state")), "")),
                ("The campaign is", str(raw.get("status") or "")),
                ("Because", because),
                ("Campaign", str(raw.get("campaignId") or "")),
            ]
        ),
    )


def text(raw: Raw) -> str:
    """One text, either way, with every decision about it."""
    theirs = raw.get("direction") == "inbound"
    ways = ("From them", "from", "to") if theirs else ("To them", "to", "from")
    title = f"{ways[0]}, {words.status(raw).lower()}"
    colour = "theirs" if theirs else NO if str(raw.get("status")) in REFUSED else "ours"
    judged = [f"{at} · {said}" if at else said for at, said in words.decisions(raw)]
    failed = " ".join(str(raw[key]) for key in ("errorCode", "errorMessage") if raw.get(key))
    return markup.entry(
        colour,
        words.moment(raw.get("createdAt")),
        title,
        markup.quotation(str(raw.get("body") or "")),
        markup.facts(
            [
                ("From", words.national(raw.get("from"))),
                ("To", words.national(raw.get("to"))),
                ("Written by", "" if theirs else words.author(raw.get("sentBy"))),
                ("Purpose", "" if theirs else words.PURPOSES.get(str(raw.get("purpose")), "")),
                ("Files", words.files(raw)),
                ("May it leave?", judged),
                ("Confirmed at night", "by a person" if raw.get("quietConfirmed") else ""),
                ("Why not", failed),
                ("Status", words.steps(raw)),
                ("Delivered", words.moment(raw.get("deliveredAt"))),
                ("Campaign", str(raw.get("campaignId") or "")),
                ("Twilio's id", str(raw.get("twilioMessageSid") or "")),
                ("Text", str(raw["id"])),
            ]
        ),
    )
