"""Phrases that may mean "no more texts" or "you have the wrong number", by language.

They are looked for in bare words: one case, no accents, apostrophes, hyphens or punctuation.
Asking once too often costs a look; not asking costs a person their right.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.rules.consent import abroad

_TEXTS = "(texts?|messages?|msgs?|sms|txts?)"
_REACH = "(text|txt|message|msg|sms|contact|call|write|disturb|bother)"
_REACHING = "(texting|txting|messaging|msging|contacting|calling|smsing|writing)"
_NEVER = "(do not|dont|never)"
_OURS = "(my|our|this|his|her|their)"
_NUMBER = "(phone |cell |mobile )?(number|phone|cell|mobile)"
_ADS = (
    "(ads?|adverts?|advertising|advertisements?|promos?|promotions?|marketing|spam|spamming|offers?"
    "|notifications?|alerts?|updates?|solicitations?)"
)
_COULD = "(can|could|will|would) (you|u)"
_POLITE = "((please|pls|plz|just|hi|hello|hey|ok|sorry) )*"
_ENOUGH = (
    "( (please|pls|plz|anymore|any more|again|now|ever|back|thanks|thank you|ok|at all|to this"
    "|to me|to us|me|us))*"
)
_SAID = "(said|say|saying|told you|asked you|texted|typed|replied|wrote|sent)"
_FINE = (
    "(good|true|right|ok|okay|bad|fair|fun|funny|it|me|what|possible|urgent|working|correct|enough"
    "|necessary|helpful|acceptable|cool|nice|easy|over|done|ideal|great|mine|here|important)"
)
_THOSE = "(any|more|your|these|those|the)"
_THESE = "(all |with |any )*(the|these|those|your|this|that|any|more|all|further)"

WRONG: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        {
            rf"(wrong|not my|not the right|not her|not his) {_NUMBER}",
            r"^(sorry )?wrong (person|guy|girl|one)",
            r"(no longer|not) (my|his|her|their|\w+s) (number|phone|cell)",
            r"not \w+s (number|phone|cell)",
            r"(have|got) the wrong (person|number|guy|one)",
            r"(i am|im) not (him|her|them|that person|the person|who you)",
            r"(there is|theres) (no|nobody|no one) (\w+ ){0,3}(here|at this number)",
            rf"(doesnt|does not|no longer) (have|has|use|uses|own|owns) this {_NUMBER}",
            r"^(sorry )?wrong( no| num| nr| nbr)?$",
            rf"^(no |sorry |hi |hello )*this (is not|isnt) (?!{_FINE}\b)[a-z]+$",
            rf"(new|different) (owner|person) (of|at|with) this {_NUMBER}",
        }
    ),
    "fr": frozenset({r"(mauvais|faux) numero", r"vous vous trompez de numero"}),
}
LEAVING: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        {
            rf"(remove|take) (me|us|{_OURS} (phone )?(number|name)) (off|out)",
            rf"get (me|us|{_OURS} number) (off|out) (of )?(this|that|your|the) (\w+ )?list",
            r"(remove|delete|erase) (me|us|(my|our|this) (\w+ )?(number|name|info\w*|data))",
            r"^(please |pls )?(remove|delete)( please| pls| now)?$",
            rf"(stop|quit|cease|discontinue|end) {_REACHING}(?! you)",
            r"(stop|quit|cease) (sending|bothering|harassing|spamming|bugging)(?! you)",
            rf"(stop|quit|end|cease) {_THESE} {_TEXTS}",
            rf"(stop|end) (all )?{_TEXTS}( please| pls| now)?$",
            rf"stop (all )?{_TEXTS}",
            r"^(please |pls |just )?stop (it|now|this|these|already|immediately)",
            rf"(stop|quit) \w+ {_REACHING}(?! you)",
            rf"(stop|quit|end|cease|no more) {_THESE} {_ADS}",
            rf"^(please |pls )?(stop|quit|end) {_ADS}",
            r"^(please |pls )?no (ads?|advertising|promos?|promotions|marketing|spam)",
            rf"{_COULD} ((please|pls|just) )*(stop|quit)( (please|pls|it|this|now))*$",
            r"^((please|pls|just|ok|hey) )*(quit|cease|knock|cut) (it|this|that)( (off|out|now))*$",
            rf"{_SAID}( \w+){{0,2}} stop$",
            r"^(stopp|stpo|sotp|stp|stopped?|s+t+o+p+|s+t+o+p+a+l+)$",
            r"(make|please make) (it|this|these|them) stop",
            r"(no|not interested|enough) (thanks |thank you )?(so |just )?(please )?stop$",
            r"stop (please )?(thanks|thank you|thx|ty)$",
            rf"(stop|no longer) ((want|wish) to )?(receiv|get)\w* (\w+ ){{0,3}}{_TEXTS}",
            r"(stop|no longer) ((want|wish) to )?(receiv|get)\w* (these|this|them|anything)",
            rf"{_NEVER} (ever )?{_REACH} (me|us|my|this|here|again|any\w*|back|ever)",
            rf"{_NEVER} (ever )?{_REACH}( please)?$",
            rf"^{_POLITE}(do not|dont) (ever )?(reply|respond|answer){_ENOUGH}$",
            rf"{_NEVER} want (these|those|this|any|any of (these|those|this|it)){_ENOUGH}$",
            rf"^{_POLITE}((put|add|place) (me|us) on )?((the|your) )?dnc( list)?{_ENOUGH}$",
            rf"{_NEVER} (send|want) (to (get|receive) )?(me |us )?({_THOSE} )*{_TEXTS}",
            rf"{_NEVER} want (to )?(hear|be contacted|be texted)",
            rf"no (more|further) ({_TEXTS}|texting|messaging|contact)",
            rf"^(please )?no (more|texting|{_TEXTS})( please)?$",
            r"leave (me|us) (alone|be)",
            r"(lose|forget|block|drop) (my|this|our) number",
            r"block (me|us)",
            r"(do not|dont) (call|text|contact) (list|registry)",
            r"unsubscrib(e|ed|ing)",
            r"(unsub|unsuscribe|unsubcribe|unsubscibe|unsubscrib|unsubsribe|unscubscribe)",
            r"cancel (my |this |the |our )?(subscription|membership|sub|alerts?)",
            r"opt(ing|ed)? (me |us )?out",
            r"want(ed)? (to be )?(out|off)( of)?( this| your| the)?( list)?$",
            r"(revoke|withdraw|remove) (my )?(consent|permission)",
            rf"{_NEVER} (have (my |our )?(consent|permission)|consent)",
            r"(never|did not|didnt) (sign(ed)? up|subscribed?|consent(ed)?)",
            r"cease and desist",
            r"^(please |pls )?(cancel|quit|revoke|end)( please| pls| now| it| this)?$",
            r"^((please|pls|hi|hello|hey|can|could|you) )*cancel (my|our|me|us|all|these|this)",
            r"(report\w*|mark\w*) (you |this |it |as )*spam",
            r"^(please )?(go away|get lost|fuck off|f off|piss off|bug off)",
        }
    ),
    "fr": frozenset(
        {
            r"(arrete|arretez|arreter|cesse|cessez) de (me |m)?(texter|ecrire|envoyer|contacter)",
            r"ne (me |m)?(textez|ecrivez|envoyez|contactez|texte|ecris|envoie|contacte) (plus|pas)",
            r"(retirez|enlevez|supprimez|retire|enleve) (moi|mon numero)",
            r"(desabonn|desinscri)\w*",
            r"laissez? moi tranquille",
            r"plus de (textos?|messages?|sms)",
        }
    ),
}


@dataclass(frozen=True)
class _Any:
    """Phrases as patterns: those that begin a text are tried there alone, which is quicker."""

    first: re.Pattern[str]
    anywhere: re.Pattern[str]

    def found(self, words: str) -> bool:
        return bool(self.first.match(words) or self.anywhere.search(words))


def _any(*families: Mapping[str, Iterable[str]]) -> _Any:
    known = [phrase for languages in families for some in languages.values() for phrase in some]
    first = sorted(phrase.removeprefix("^") for phrase in known if phrase.startswith("^"))
    others = sorted(phrase for phrase in known if not phrase.startswith("^"))
    return _Any(*(re.compile(rf"\b(?:{'|'.join(some)})\b") for some in (first, others)))


_WRONG, _LEAVING = _any(WRONG, abroad.WRONG), _any(LEAVING, abroad.LEAVING)


def leaving(words: str) -> bool:
    """Whether these bare words may ask for no more texts."""
    if _LEAVING.found(words):
        return True
    return not words.isascii() and any(one in words for one in abroad.UNPARTED)


def wrong_number(words: str) -> bool:
    """Whether these bare words may say that somebody else was meant."""
    return _WRONG.found(words)
