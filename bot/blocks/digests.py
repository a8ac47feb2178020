"""A week's figures as a post: words first, so that nobody needs the picture."""

from typing import Any

from bot.blocks.elements import MOST_TEXT, clipped, context, header, image, section
from domain.rules.words.mrkdwn import escaped
from domain.values import Digest

MORE = "More under Figures in the app's Home."


def content(what: Digest) -> dict[str, Any]:
    """`text` for notifications and screen readers, `blocks` for the rest."""
    plain = "; ".join(what.lines)
    blocks = [header(what.title), section("\n".join(map(escaped, what.lines)))]
    if what.picture:
        blocks.append(image(what.picture.id, what.picture.name))
    return {
        "text": clipped(escaped(f"{what.title}: {plain}"), MOST_TEXT),
        "blocks": [*blocks, context(MORE)],
    }
