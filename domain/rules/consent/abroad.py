"""Phrases of leaving, and of a wrong number, in languages whose keywords do not count.

Bare words as in domain.rules.consent.phrases. Scripts that do not part words by spaces stand by
themselves: there a phrase is found wherever it is.
"""

import unicodedata
from collections.abc import Mapping

_ES_TEXTS = "(mensajes?|textos?|sms|mensajitos?|publicidad|promociones|anuncios)"
_ES_REACH = "(mand|envi|escrib|contact|llam|molest|busqu|text)"
_ES_KIND = "(por favor|porfavor|porfa|ya|gracias)"
_ES_ALONE = (
    "(alto|pare|paren|parale|basta|detener|detente|deten|detengase|cancelar|cancele|cancelen|baja"
    "|no mas|salir|eliminar|borrar|desuscribir(me)?)"
)
_PT_TEXTS = "(mensagem|mensagens|sms|textos?)"
_DE_TEXTS = "(sms|nachrichten|nachricht|werbung|texte)"

WRONG: Mapping[str, frozenset[str]] = {
    "es": frozenset({r"(numero|persona) (equivocad|incorrect)[oa]", r"se equivoco de numero"}),
    "de": frozenset({r"falsche (nummer|person)"}),
    "pt": frozenset({r"(numero|pessoa) errad[oa]"}),
}
LEAVING: Mapping[str, frozenset[str]] = {
    "es": frozenset(
        {
            rf"^{_ES_ALONE}( {_ES_KIND})*$",
            rf"no mas {_ES_TEXTS}",
            rf"no (quiero|deseo) ((mas|recibir|sus|tus|estos|esos|ningun) )*{_ES_TEXTS}",
            rf"(ya )?no me {_ES_REACH}\w+",
            rf"(deje|dejen|deja|paren|pare|parar) de {_ES_REACH}\w+",
            r"(quit|elimin|borr|saqu)(ar|e|en|a)me( de)?",
            r"(dar|dame|denme|deme|darme|darse) de baja",
            r"dej(a|e|en)me en paz",
        }
    ),
    "de": frozenset(
        {
            rf"keine (weiteren |mehr )?{_DE_TEXTS}",
            r"^(bitte )?(stoppen|abmelden|abbestellen|aufhoren|abmeldung)( bitte)?$",
            r"(schreib|schreiben|schreibt|kontaktieren) (sie )?(mir|mich|uns) (bitte )?nicht",
            r"(hor|hort|horen) (sie )?(bitte )?auf",
        }
    ),
    "pt": frozenset(
        {
            rf"(nao|sem) ((quero|desejo|mais|receber|suas|essas|envie|mande|me) )*{_PT_TEXTS}",
            r"^(parem|sair|descadastrar|remover)( por favor)?$",
            r"(pare|parem|para) de (me )?(enviar|mandar|escrever|ligar)",
        }
    ),
    "ru": frozenset({r"^стоп( пожалуиста)?$", r"отпи(с|ш)\w+", r"не (пишите|звоните|беспокоите)"}),
    "vi": frozenset({r"^(dung|ngung)( lai)?$", r"^huy (bo|dang ky)"}),
    "tl": frozenset({r"^(tigil|itigil|tama na)( po)?$"}),
}
_UNPARTED = (
    *("退订", "退訂", "取消订阅", "取消訂閱", "停止", "拒收", "不要再发", "不要再發", "别再发"),
    *("別再發", "勿扰", "勿擾", "配信停止", "配信解除", "やめて", "送らないで", "解約"),
    *("수신거부", "수신 거부", "그만", "توقف", "ايقاف", "إيقاف", "الغاء الاشتراك", "หยุด", "ยกเลิก"),
)
UNPARTED = tuple(
    "".join(char for char in unicodedata.normalize("NFKD", one) if not unicodedata.combining(char))
    for one in _UNPARTED
)
