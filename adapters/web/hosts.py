"""Which addresses of the world may be asked on somebody else's word: none of our own networks."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host, for a port; none when it has none."""

UNICAST = ip_network("2000::/3")
"""All of IPv6 in which anybody of the world lives."""
ODD = (ip_network("192.88.99.0/24"), ip_network("3fff::/20"))
"""Not in the world either: relays that are no more, and examples in books."""


async def resolved(host: str, port: int) -> Sequence[str]:
    """As this machine knows them."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return [str(one[4][0]) for one in found]


def is_public(address: str) -> bool:
    """Whether it is out in the world; what only looks so, or leads back in, is not."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner:
            return is_public(str(inner))
        # Elsewhere are translations of IPv4 (NAT64 and its like), sites of old, experiments.
        if ip not in UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in one for one in ODD)
