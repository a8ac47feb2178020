"""Links in a text, and the addresses that carriers distrust because everybody can have them."""

import re

_SHORTENERS = """
adf.ly bit.do bit.ly bitly.com bl.ink buff.ly clck.ru cutt.ly dlvr.it fb.me goo.gl is.gd j.mp
lnkd.in mcaf.ee ow.ly qr.ae rb.gy rebrand.ly s.id short.io shorte.st shorturl.at soo.gd t.co
t.ly tiny.cc tinyurl.com tny.im trib.al v.gd wp.me x.co
"""
_SHARED = """
azurewebsites.net blogspot.com carrd.co docs.google.com drive.google.com dropbox.com
firebaseapp.com forms.gle github.io glitch.me godaddysites.com herokuapp.com linktr.ee
myshopify.com netlify.app ngrok-free.app ngrok.io notion.site onrender.com pages.dev
s3.amazonaws.com sites.google.com square.site surge.sh vercel.app web.app webflow.io weebly.com
wixsite.com wordpress.com
"""
SHORTENERS = frozenset(_SHORTENERS.split())
SHARED = frozenset(_SHARED.split())
# Without a scheme only these endings make a link: "today.Reply" is none.
_ENDINGS = (
    "app|biz|cc|click|club|co|com|de|dev|edu|fr|gd|gg|gl|gov|gy|homes|info|ink|io|it|link|ly|me|net"
    "|online|org|ru|sh|shop|site|store|top|tv|uk|us|xyz|ca|example|test"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LINK = re.compile(
    rf"(?<![\w@./-])(?:(?P<scheme>https?://)(?P<any>[^\s/?#:]+)"
    rf"|(?P<bare>(?:{_LABEL}\.)+(?:{_ENDINGS}))(?![\w@-]|\.\w))",
)
_NUMERIC = re.compile(r"[0-9.]+|\[.*|.*xn--.*")


def hosts(plain: str) -> list[str]:
    """The host of each link in a folded text, in order; an e-mail address is no link."""
    found = [one["any"] or one["bare"] for one in _LINK.finditer(plain)]
    return [host.rpartition("@")[2].strip(".,;!()").removeprefix("www.") for host in found]


def among(host: str, known: frozenset[str]) -> bool:
    """Whether it is one of these or below one."""
    return any(host == one or host.endswith(f".{one}") for one in known)


def disguised(host: str) -> bool:
    """Whether it hides whose it is: a bare number, or letters that only look like others."""
    return _NUMERIC.fullmatch(host) is not None
