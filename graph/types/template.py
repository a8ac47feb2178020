"""Words that are sent again and again."""

from datetime import datetime

import strawberry

from graph.types.people import Agent


@strawberry.type(description="Words with variables, such as `{first_name|there}`.")
class Template:
    """Texts that were made of it stay as they were."""

    id: strawberry.ID = strawberry.field(description="The template's id.")
    name: str = strawberry.field(description="What it is called; no two shared ones alike.")
    body: str = strawberry.field(
        description="The words: `{name}` needs a value, `{name|there}` says `there` without one."
    )
    variables: list[str] = strawberry.field(description="The names of its variables.")
    shared: bool = strawberry.field(description="Whether every agent sees it.")
    owner: Agent | None = strawberry.field(description="The agent who made it.")
    worst_case_segments: int = strawberry.field(
        description="How many segments it takes when values are long and need Unicode."
    )
    warnings: list[str] = strawberry.field(
        description="What carriers may dislike about the words; it stops nothing by itself."
    )
    times_used: int = strawberry.field(description="How many texts were made of it.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
