"""Which requests go over a company's proxy: HTTPS_PROXY, HTTP_PROXY and NO_PROXY as curl and others read them."""

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Proxy:
    """One proxy; its password is not shown where the value is printed."""

    scheme: str
    host: str
    port: int
    login: tuple[str, str] | None = None

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.host}:{self.port})"


@dataclass(frozen=True)
class Routes:
    """The proxies by scheme of the address asked, and where none is used."""

    https: Proxy | None = None
    http: Proxy | None = None
    direct: tuple[str, ...] = ()

    def proxy_for(self, scheme: str, host: str, port: int) -> Proxy | None:
        """The proxy for a request; None: straight to the host."""
        proxy = self.https if scheme == "https" else self.http
        if proxy is None or any(_is_named(entry, host.lower().strip("[]").rstrip("."), port) for entry in self.direct):
            return None
        return proxy


STRAIGHT = Routes()


def read_routes(https: str, http: str, no_proxy: str) -> Routes:
    """The three variables as a value; empty ones mean none. Raises ValueError with the cause, without a password."""
    direct = tuple(filter(None, (one.strip().lower() for one in no_proxy.split(","))))
    return Routes(read_proxy(https), read_proxy(http), direct)


def read_proxy(text: str) -> Proxy | None:
    """`http://user:password@proxy.example:3128` as a value, None for nothing. Raises ValueError, not telling it."""
    if not text.strip():
        return None
    parts = urlsplit(text.strip() if "://" in text else f"http://{text.strip()}")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise ValueError("no port that there is") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("no proxy such as http://proxy.example:3128 (http and https are known)")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(parts.scheme, parts.hostname, port, login)


def _is_named(entry: str, host: str, port: int) -> bool:
    """Whether one entry of NO_PROXY means this host: `*`, a name with all below it, an address, a network, a port."""
    if entry == "*":
        return True
    name, _, digits = entry.rpartition(":")
    if name and re.fullmatch(r"[0-9]+", digits) and (":" not in name or name.endswith("]")):
        return int(digits) == port and _is_named(name, host, port)
    entry = entry.strip("[]")
    try:
        return ip_address(host) in ip_network(entry)
    except ValueError:
        bare = entry.lstrip("*.")
        return bool(bare) and (host == bare or host.endswith(f".{bare}"))
