"""The proof for people: one page that needs nothing else, to be read, kept and printed."""

from collections.abc import Callable, Iterator

from domain.services.proof import entries, markup, words
from domain.services.proof.gathering import Dossier, Raw
from domain.services.proof.sealing import sealed

SECTIONS: dict[str, tuple[str, str, Callable[[Raw], str]]] = {
    "numbers": ("Numbers as they stand", "No number of theirs is on record.", entries.number),
    "consentEvents": ("What was said about texts", "Nothing was ever recorded.", entries.event),
    "wordings": ("What they were shown", "No wording of ours was shown.", entries.wording),
    "decisions": ("What people decided", "Nothing was decided by hand.", entries.decision),
    "campaigns": ("Campaigns", "They were on no list.", entries.campaign),
    "texts": ("Texts", "No text was ever sent or received.", entries.text),
}
END = (
    '<p class="seal">SHA-256 of every line above this one: <code>{digest}</code></p></main></body>'
    "</html>"
)


def page(dossier: Dossier) -> Iterator[bytes]:
    """Piece by piece."""
    return sealed(map(str.encode, _pieces(dossier)), lambda digest: END.format(digest=digest))


def _pieces(dossier: Dossier) -> Iterator[str]:
    yield markup.start(f"Proof of consent: {entries.name(dossier.contact)}")
    yield from _head(dossier)
    for name, items in dossier.lists:
        title, nothing, shown = SECTIONS[name]
        yield f"<section>\n{markup.heading(2, title, name)}"
        count = 0
        for item in items:
            count += 1
            yield shown(item)
        yield markup.paragraph(nothing if not count else f"{count:,} in all.", "count")
        yield "</section>\n"


def _head(dossier: Dossier) -> Iterator[str]:
    head = dossier.head
    yield "<header>\n"
    yield markup.heading(1, "Proof of consent to text messages")
    yield markup.facts(
        [
            ("Person", entries.name(dossier.contact)),
            ("Business", str(head["business"])),
            ("Made", words.moment(head["madeAt"])),
            ("Asked for by", str(head["madeBy"])),
        ]
    )
    yield markup.paragraph(str(head["about"]), "about")
    yield markup.links([("person", "Who"), *((name, SECTIONS[name][0]) for name in SECTIONS)])
    yield "</header>\n<section>\n"
    yield markup.heading(2, "Who", "person")
    yield entries.person(dossier.contact)
    yield "</section>\n"
