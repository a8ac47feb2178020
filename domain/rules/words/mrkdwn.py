"""Between the chat's markup and the plain words of a text message, both ways.

`plain` turns what an agent wrote into what a phone shows; `escaped` makes a customer's words
harmless in the chat: they mention nobody, link nothing under a false name, format nothing.
"""

import html
import re
from collections.abc import Mapping

from domain.rules.words import emoji
from domain.rules.words.visible import without_controls

_INVISIBLE = "\u200b"  # the chat takes it for a space, people do not see it
_DROPPED = str.maketrans("", "", "\u200b\u2060\ufeff")

_TOKEN = re.compile(r"<([@#!][^<>]*|[a-z][a-z0-9+.-]*:[^<>]+)>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_SCHEME = re.compile(r"^(https?://|mailto:|tel:)")

_CODE = re.compile(r":([a-z0-9_+'-]+):")
_RUN = re.compile(r"( ?)(?<![\w:])((?::[a-z0-9_+'-]+:)+)(?![\w:])")

_SHOUT = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_MARKUP = re.compile(r"https?://[^\s`]+|(?<!\w)[*_~`]+(?=\S)|`{2,}")
_QUOTE = re.compile(r"^(?=[^\S\n]*&gt;)", re.MULTILINE)


def plain(slack_text: str, names: Mapping[str, str]) -> str:
    """An agent's message as the customer reads it; `names` has people and channels by id."""
    words: list[str] = []
    end = 0
    for token in _TOKEN.finditer(slack_text):
        words.append(_with_emoji(_unescaped(slack_text[end : token.start()])))
        words.append(_resolved(token[1], names))
        end = token.end()
    words.append(_with_emoji(_unescaped(slack_text[end:])))
    return without_controls("".join(words).translate(_DROPPED)).strip()


def escaped(customer_text: str) -> str:
    """A customer's message as the chat may show it: the same to the eye, without any effect."""
    text = html.escape(customer_text, quote=False)
    text = _SHOUT.sub(f"@{_INVISIBLE}", text)
    text = _MARKUP.sub(_disarmed, text)
    return _QUOTE.sub(_INVISIBLE, text)


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text)


def _resolved(token: str, names: Mapping[str, str]) -> str:
    """What stands between angle brackets: a person, a channel, a call to all, or a link."""
    target, _, label = token.partition("|")
    label, sigil, key = _unescaped(label), target[0], target[1:]
    if sigil == "@":
        return f"@{names.get(key) or label or 'someone'}"
    if sigil == "#":
        return f"#{names.get(key) or label or 'channel'}"
    if sigil == "!":
        kind, _, rest = key.partition("^")
        return label or f"@{names.get(rest) or ('team' if kind == 'subteam' else kind)}"
    return _link(_unescaped(target), label)


def _link(url: str, label: str) -> str:
    """The address itself, named only when the label says something else."""
    bare = _SCHEME.sub("", url)
    shown = bare if url.startswith(("mailto:", "tel:")) else url
    if not label:
        return shown
    same = _SCHEME.sub("", label).rstrip("/").casefold() == bare.rstrip("/").casefold()
    return label if same or url.startswith("tel:") else f"{label} ({shown})"


def _with_emoji(text: str) -> str:
    """Codes become characters; a custom one goes, with its gap, when it stands by itself."""
    return _CODE.sub(_inside_words, _RUN.sub(_standing_alone, text))


def _standing_alone(run: re.Match[str]) -> str:
    """A run of codes between spaces or punctuation: that is how the chat writes emoji."""
    gap, codes = run.groups()
    shown = ""
    for code in _CODE.findall(codes):
        if code in emoji.SKIN_TONES and not shown:
            continue  # it coloured a custom emoji, which has gone
        literal = "" if any(char.isalpha() for char in code) else f":{code}:"
        shown += emoji.find(code) or literal
    return gap + shown if shown else ""


def _inside_words(match: re.Match[str]) -> str:
    """A code glued to a word: only a standard one with a real name, as times have colons too."""
    code = match[1]
    named = len(code) > 2 and any(char.isalpha() for char in code)
    return (emoji.find(code) if named else None) or match[0]


def _disarmed(match: re.Match[str]) -> str:
    """Markup that formats nothing, because each mark is followed by a space of no width."""
    if match[0].startswith("http"):
        return match[0]
    return "".join(f"{mark}{_INVISIBLE}" for mark in match[0])
