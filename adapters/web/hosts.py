"""Which addresses of the world may be asked on somebody else's word: none of our own networks."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv6Address, ip_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host, for a port; none when it has none."""

NAT64 = "64:ff9b:"


async def resolved(host: str, port: int) -> Sequence[str]:
    """As this machine knows them."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return [str(one[4][0]) for one in found]


def is_public(address: str) -> bool:
    """Whether it is out in the world; what only looks so is not."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner or address.lower().startswith(NAT64):
            return bool(inner) and is_public(str(inner))
    return ip.is_global and not ip.is_multicast
