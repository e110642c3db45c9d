"""httpx's transport over the guarded dialer: straight to hosts, or over a company's proxy.

A proxy connects by itself, so the crawler looks at the target first: a name that stands for a private address is
refused before the proxy is asked. A name that only the proxy can resolve (many companies answer no public names inside)
is left to it, unless its form is that of a private one.
"""

import ssl
from ipaddress import ip_address
from pathlib import Path

import httpcore
import httpx

from services.crawler.adapters.dialer import ForbiddenAddress, GuardedBackend, checked
from services.crawler.domain.addresses import Opened, private_name
from services.crawler.domain.routes import STRAIGHT, Proxy, Routes

KEPT_OPEN = 30.0
"""Seconds for which an idle connection is kept."""


def trust(bundle: Path | None = None) -> ssl.SSLContext:
    """The certificates that are believed: the public ones (certifi), and those of `bundle`, a company's.

    Raises OSError or ssl.SSLError when the bundle cannot be read.
    """
    context = httpx.create_ssl_context(trust_env=False)
    if bundle is not None:
        context.load_verify_locations(cafile=bundle)
    return context


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends each request on its way; no way leads to a forbidden address."""

    def __init__(
        self, opened: Opened, connections: int, routes: Routes = STRAIGHT, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._opened = opened
        self._routes = routes
        self._trusted = trusted or trust()
        self._connections = connections
        self._direct = _Pooled(self._pool(GuardedBackend(opened)))
        self._proxied: dict[Proxy, _Pooled] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises ForbiddenAddress, and httpx's errors."""
        host, port = request.url.raw_host.decode("ascii"), request.url.port or _port_of(request.url.scheme)
        proxy = self._routes.proxy_for(request.url.scheme, host, port)
        if proxy is None:
            return await self._direct.handle_async_request(request)
        if await self._is_here(host, port, request.extensions.get("timeout", {}).get("connect")):
            return await self._direct.handle_async_request(request)
        if proxy not in self._proxied:
            self._proxied[proxy] = _Pooled(self._proxy_pool(proxy))
        return await self._proxied[proxy].handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        for pooled in (self._direct, *self._proxied.values()):
            await pooled.aclose()

    async def _is_here(self, host: str, port: int, timeout: float | None) -> bool:
        """Whether the host is this machine, which no proxy knows. Raises ForbiddenAddress for one that is refused."""
        try:
            addresses = await checked(host, port, self._opened, timeout)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            if private_name(host) and not self._opened.names(host, port):
                raise ForbiddenAddress(f"refused: {host} is a name of a private network") from error
            return False
        return all(ip_address(address.partition("%")[0]).is_loopback for address in addresses)

    def _pool(self, backend: GuardedBackend) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._trusted,
            max_connections=self._connections,
            max_keepalive_connections=self._connections,
            keepalive_expiry=KEPT_OPEN,
            http2=True,
            network_backend=backend,
        )

    def _proxy_pool(self, proxy: Proxy) -> httpcore.AsyncHTTPProxy:
        # The proxy's own address is usually a private one; this pool dials nothing else.
        only = Opened(endpoints=frozenset({(proxy.host.lower(), proxy.port)}))
        return httpcore.AsyncHTTPProxy(
            proxy_url=httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target=b"/"),
            proxy_auth=proxy.login,
            proxy_ssl_context=self._trusted if proxy.scheme == "https" else None,
            ssl_context=self._trusted,
            max_connections=self._connections,
            max_keepalive_connections=self._connections,
            keepalive_expiry=KEPT_OPEN,
            http2=True,
            network_backend=GuardedBackend(only),
        )


class _Pooled(httpx.AsyncHTTPTransport):
    """httpx's transport with a pool of our own: httpx has no argument for the network backend."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool


def _port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80
