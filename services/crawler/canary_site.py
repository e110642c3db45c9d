"""The site that the source `canary` reads: `python -m services.crawler canary-site`."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.crawler.domain.canary import FEED, article_at, feed


class CanarySite:
    """Serves feed and articles until it is closed; the crawler asks it as any other site."""

    def __init__(self, host: str, port: int, base: str = "") -> None:
        """`base`: the address that the feed's links begin with; the one that it was asked by if empty.

        Raises OSError when the port cannot be had.
        """

        class Handler(BaseHTTPRequestHandler):
            timeout = 30

            def do_GET(self) -> None:
                now, path = datetime.now(UTC), self.path.partition("?")[0]
                if path == FEED:
                    own = base or f"http://{self.headers.get('Host') or f'{host}:{port}'}"
                    self._answer(200, "application/rss+xml; charset=utf-8", feed(own, now))
                elif path in ("/healthz", "/readyz"):
                    self._answer(200, "text/plain; charset=utf-8", b"ok\n")
                elif (page := article_at(path, now)) is not None:
                    self._answer(200, "text/html; charset=utf-8", page)
                else:
                    self._answer(404, "text/plain; charset=utf-8", b"no such page\n")

            def _answer(self, status: int, content_type: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """The crawler logs what it asks; nobody else should."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        threading.Thread(target=self._server.serve_forever, name="canary-site", daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
