"""What is shown of a text that the chat does not take as it is."""

from domain.services.relay.steps import MOST_REFUSALS
from domain.values import Post

MOST_WORDS = 3_000
NOBODY = "a program"
UNSHOWN = "A text of {name} cannot be shown in Slack: read it over the API."


def instead(post: Post, refused: int) -> Post:
    """The post itself; refused too often its words alone; those refused as well, one line."""
    if refused < MOST_REFUSALS:
        return post
    if refused > MOST_REFUSALS:
        return Post(post.key, UNSHOWN.format(name=post.author or NOBODY), plain=True)
    words = "\n".join(filter(None, (post.text, post.note)))
    name, customer = post.author, post.from_customer
    return Post(post.key, words[:MOST_WORDS], name, from_customer=customer, plain=True)
