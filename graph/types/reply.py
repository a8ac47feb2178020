"""Rules that answer texts by themselves."""

import strawberry

from graph.enums import MatchKind


@strawberry.type(description="A rule that answers texts which have certain words.")
class AutoReply:
    """Of all rules one answers a text at most."""

    id: strawberry.ID = strawberry.field(description="The rule's id.")
    name: str = strawberry.field(description="What it is called; no two rules alike.")
    keywords: list[str] = strawberry.field(
        description="The words it knows, compared without case, accents and punctuation, whole."
    )
    match: MatchKind = strawberry.field(description="Where in the text they have to be.")
    body: str = strawberry.field(
        description="The answer: each variable says what stands there without a value, as "
        "`{first_name|there}`. `{opens|soon}` is when the business opens next."
    )
    enabled: bool = strawberry.field(description="Whether it answers; else it rests.")
    during_hours: bool | None = strawberry.field(
        description="True: only while the business is open; false: only while it is closed; "
        "null: at any time."
    )
    priority: int = strawberry.field(
        description="Of several rules that know a text the highest answers; then the one that "
        "knows it more exactly, then the older one."
    )


@strawberry.type(description="What would answer a text, and why.")
class AutoReplyPreview:
    """Nothing is sent or written."""

    rule: AutoReply | None = strawberry.field(
        description="The rule that answers; null for the away message, and when nobody does."
    )
    body: str | None = strawberry.field(
        description="The answer in the words for that person; null when nobody answers."
    )
    reason: str = strawberry.field(description="Why it is so, in a plain sentence.")
