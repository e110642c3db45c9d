"""Which IP addresses and ports a request may go to: the public internet's, in whatever disguise they come.

Python 3.11 calls ::ffff:100.64.0.1, 64:ff9b::7f00:1, 2002:7f00:1:: and 192.0.0.192 global, and 100.100.100.200 not
private; so embedded IPv4 addresses are taken out first, and the special ranges are named (IANA special-purpose
registries).
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_SPECIAL = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::ffff:0:0:0/96",
        "64:ff9b:1::/48", "100::/64", "3fff::/20", "5f00::/16",
        "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        # A public address in form, but within Azure the platform's own: its virtual machines get settings and
        # certificates from it (Microsoft Learn, Azure Virtual Network, "What is IP address 168.63.129.16?").
        "168.63.129.16/32",
    )
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_BAD_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
        110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
        531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
        5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    )
)  # fmt: skip
"""The ports that browsers refuse too (WHATWG Fetch, 2.9 Port blocking): mail servers and their like take a request for
their own language."""
_WIDEST = {4: 8, 6: 16}
"""Shortest prefix of a network that may be opened: a shorter one opens the internet's half by mistake."""
_PRIVATE_ENDINGS = (
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".private",
    ".home.arpa",
)


@dataclass(frozen=True)
class Opened:
    """What a person opened besides the public internet: networks, and single (host, port) pairs.

    `loopback`: this machine, for the demo alone.
    """

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    endpoints: frozenset[tuple[str, int]] = frozenset()
    loopback: bool = False

    def names(self, host: str, port: int) -> bool:
        """Whether this very pair was opened."""
        return (host.lower().rstrip(".").strip("[]"), port) in self.endpoints


NOTHING = Opened()


def read_opened(text: str, loopback: bool = False) -> Opened:
    """`10.1.0.0/16, rsshub.intern:1200, [fd00::5]:80` as a value. Raises ValueError naming the part that is neither."""
    networks, endpoints = [], set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        host, _, port = part.rpartition(":")
        if host and port.isdigit() and "/" not in part and (host.count(":") == 0 or host.startswith("[")):
            if not 0 < int(port) < 65_536:
                raise ValueError(f"{part}: no such port")
            endpoints.add((host.lower().strip("[]"), int(port)))
            continue
        try:
            network = ip_network(part)
        except ValueError as error:
            raise ValueError(f"{part} is neither a network such as 10.1.0.0/16 nor host:port") from error
        if network.prefixlen < _WIDEST[network.version]:
            raise ValueError(f"{part} is too wide: /{_WIDEST[network.version]} at most")
        networks.append(network)
    return Opened(tuple(networks), frozenset(endpoints), loopback)


def forbidden(text: str, opened: Opened = NOTHING) -> str:
    """Why no request may go to this IP address; empty when it may."""
    try:
        address = _unwrapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return f"{text} is no IP address"
    if any(address in net for net in opened.networks):
        return ""
    if address.is_loopback:
        return "" if opened.loopback else f"{text} is this machine"
    if not address.is_global or address.is_multicast or any(address in net for net in _SPECIAL):
        return f"{text} is not on the public internet"
    return ""


def forbidden_port(port: int) -> str:
    """Why no request may go to this port; empty when it may."""
    return f"port {port} is not one of the web" if port in _BAD_PORTS else ""


def private_name(host: str) -> bool:
    """Whether a name is one of a private network by its form: without a dot, or under an ending kept for that."""
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith(_PRIVATE_ENDINGS)


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
