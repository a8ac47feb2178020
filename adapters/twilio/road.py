"""Where Twilio sends us on to: public https, or this machine when its base address was given.

The address that was judged is the one that is asked, under the host's own name.
"""

import os
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx2

from adapters.web.hosts import Resolve, is_public

HTTPS = 443
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
WHOLE = {"accept-encoding": "identity"}  # so that the size is what it seems
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = 4


@dataclass(frozen=True)
class Target:
    """What is asked next. `known`: it is Twilio's own, so we say who we are; `address`: the one
    that was judged, as a second look-up of the name might say another.
    """

    url: str
    known: bool = False
    address: str | None = None


@dataclass(frozen=True)
class Road:
    """Follows links by hand; `base` stands for Twilio's own hosts, if given."""

    http: httpx2.AsyncClient
    base: str | None
    resolve: Resolve

    def request(self, target: Target) -> httpx2.Request:
        """To the address that was judged."""
        if target.address is None:
            return self.http.build_request("GET", target.url, headers=WHOLE)
        there = urlsplit(target.url)
        literal = f"[{target.address}]" if ":" in target.address else target.address
        port = f":{there.port}" if there.port else ""
        return self.http.build_request(
            "GET",
            there._replace(netloc=f"{literal}{port}").geturl(),
            headers={**WHOLE, "host": there.netloc},
            extensions={"sni_hostname": there.hostname},
        )

    async def onward(self, location: str, asked: str) -> Target | None:
        """Where a link may lead that stands in the answer of `asked`; None: nowhere."""
        try:
            there = urlsplit(urljoin(asked, location))
            host, port = there.hostname or "", there.port or HTTPS
        except ValueError:
            return None
        if self.base and there.geturl().startswith(f"{_origin(self.base)}/"):
            return Target(there.geturl())
        if there.scheme != "https" or not host or there.username or there.password:
            return None
        if not self.base and any(map(os.environ.get, PROXIES)):
            return Target(there.geturl())  # whoever set up the proxy decides what it may reach
        addresses = await self.resolve(host, port)
        if not addresses or not all(map(is_public, addresses)):
            return None
        return Target(there.geturl(), address=addresses[0])


def _origin(url: str) -> str:
    there = urlsplit(url)
    return f"{there.scheme}://{there.netloc}"
