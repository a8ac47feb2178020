"""What can be done with templates."""

from typing import Annotated

import strawberry

from domain.services.automation import templates
from graph.context import Info
from graph.fields import Id, mutation, said
from graph.inputs import given
from graph.results import Deleted, DeleteResult, TemplateResult, template_of


@strawberry.input(description="A template as it is to be.")
class TemplateInput:
    """All of it, every time."""

    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    body: str = strawberry.field(
        description="The words. `{first_name}` needs a value, `{first_name|there}` has another "
        "word for people without one; `{{` and `}}` are braces."
    )
    shared: bool | None = strawberry.field(
        default=True, description="Whether every agent sees it; else only its owner."
    )


What = Annotated[TemplateInput, said("The template.")]


@strawberry.type(description="What can be done with templates.")
class TemplateMutations:
    """One of the roots of writing."""

    @mutation("Keep a new template.")
    async def create_template(self, info: Info, input: What) -> TemplateResult:
        """A name is there once among the shared ones."""
        shared = given(input.shared) is not False
        return await info.context.act(
            info,
            lambda call: template_of(
                call, templates.create(input.name, input.body, shared, call.author, call.now)
            ),
        )

    @mutation("Change a template; texts that were made of it stay as they were.")
    async def update_template(self, info: Info, id: Id, input: What) -> TemplateResult:
        """All of it is set anew."""
        shared = given(input.shared) is not False
        return await info.context.act(
            info,
            lambda call: template_of(
                call, templates.change(id, input.name, input.body, shared, call.author, call.now)
            ),
        )

    @mutation("Remove a template; its name is free again.")
    async def delete_template(self, info: Info, id: Id) -> DeleteResult:
        """Texts that were made of it stay."""
        removed = await info.context.act(
            info, lambda call: str(templates.remove(id, call.author, call.now).id)
        )
        return Deleted(id=strawberry.ID(removed))
