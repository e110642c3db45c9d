"""A small site on this machine whose pages do what they are told, also what no site should."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, Mapping[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """Pages by path: an answer, or a function that writes to the connection itself."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.hits: list[tuple[str, dict[str, str]]] = []
        self.log: list[tuple[float, str, str]] = []
        """When, by the monotonic clock, which path, and the User-Agent that asked for it."""
        self.stop = threading.Event()
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.hits]

    def add(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {**HTML, **named}, data)

    def redirect(self, path: str, target: str) -> None:
        self.pages[path] = (302, {"Location": target}, b"")


@contextmanager
def serve() -> Iterator[Site]:
    """The site on a free port until the block ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.hits.append((self.path, dict(self.headers)))
            site.log.append((time.monotonic(), self.path, str(self.headers.get("User-Agent"))))
            page = site.pages.get(self.path, (404, HTML, b"not here"))
            try:
                if callable(page):
                    self.close_connection = True
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the client hung up, as it should

        do_POST = do_GET  # noqa: N815  # the name that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()


def drip(site: Site) -> Callable[[BaseHTTPRequestHandler], None]:
    """One byte now and then, for ever."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while not site.stop.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return page


def never(site: Site) -> Callable[[BaseHTTPRequestHandler], None]:
    """No answer at all."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        site.stop.wait(30)

    return page


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Megabytes without end and without a length."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        handler.wfile.write(b"x" * 100_000)


def bomb(size: int) -> bytes:
    """`size` zero bytes, packed."""
    return gzip.compress(bytes(size), 9)
