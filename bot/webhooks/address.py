"""Which addresses a webhook may reach: those of the internet, and private ones only where the shop allows it.

Names are looked up here and the connection goes to the very address that was looked at, so that a name which means
something else a moment later leads nowhere else.
"""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from bot.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """A name that leads to no address at all, just now."""


class Addresses:
    """Looks names up and refuses what they may not lead to."""

    def __init__(self, private: bool) -> None:
        self._private = private

    async def find(self, host: str, port: int) -> list[str]:
        """The addresses of a host, the best first; raises Refused for a private one and Unreachable for none."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Unreachable(f"{host} can't be found") from error
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        for address in addresses:
            if not self._private and not is_public(ipaddress.ip_address(address)):
                raise Refused(f"{host} leads to the private address {address}; BOT_WEBHOOKS_PRIVATE=on allows those")
        return addresses

    async def check(self, url: str) -> None:
        """Raise Refused for an address that may not be reached; a name that leads nowhere may do so later."""
        parts = urlsplit(url)
        try:
            await self.find(parts.hostname or "", parts.port or 0)
        except Unreachable:
            return


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, also behind the ways in which IPv6 can carry one of IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if carried is None and address in _NAT64:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(carried)
    return address.is_global and not address.is_multicast
