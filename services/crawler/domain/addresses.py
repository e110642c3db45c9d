"""Which IP addresses a request may go to: those of the public internet, in whatever disguise they come.

Python 3.11 calls ::ffff:100.64.0.1, 64:ff9b::7f00:1, 2002:7f00:1:: and 192.0.0.192 global, and 100.100.100.200 not
private; so embedded IPv4 addresses are taken out first, and the special ranges are named (IANA special-purpose
registries).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_SPECIAL = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::ffff:0:0:0/96",
        "64:ff9b:1::/48", "100::/64", "3fff::/20", "5f00::/16",
        "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")


def forbidden(text: str, loopback_allowed: bool = False) -> str:
    """Why no request may go to this IP address; empty when it may. `loopback_allowed`: the demo's own machine."""
    try:
        address = _unwrapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return f"{text} is no IP address"
    if address.is_loopback:
        return "" if loopback_allowed else f"{text} is this machine"
    if not address.is_global or address.is_multicast or any(address in net for net in _SPECIAL):
        return f"{text} is not on the public internet"
    return ""


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
