"""From where a request comes: the address that connected, or what a known proxy says of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"
HOPS = 20
"""Addresses of X-Forwarded-For that are looked at, from its end."""


def networks_of(told: str) -> tuple[Network, ...]:
    """Networks, comma-separated. Raises ValueError for what is none."""
    return tuple(ip_network(part.strip()) for part in told.split(",") if part.strip())


def address_of(scope: Scope, proxies: Sequence[Network]) -> str:
    """The address that asks. X-Forwarded-For is read from its end, as long as known proxies wrote it.

    What stands before the first address that is no proxy's may be anybody's invention.
    """
    client = scope.get("client")
    found = _address(client[0]) if client else None
    if found is None:
        return UNKNOWN
    told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    for each in reversed(told[-HOPS:]):
        if not _within(found, proxies):
            break
        said = _address(each.strip())
        if said is None:
            break
        found = said
    return _whole(found)


def _address(told: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(told)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _within(address: IPv4Address | IPv6Address, proxies: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in proxies)


def _whole(address: IPv4Address | IPv6Address) -> str:
    """Of IPv6 the network of 64 bits: that many addresses belong to one household."""
    return str(address) if address.version == 4 else str(ip_network(f"{address}/64", strict=False))
