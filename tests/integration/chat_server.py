"""A chat endpoint on this machine that does what it is told, also what no endpoint should."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.second_readers import Said

Act = Callable[[BaseHTTPRequestHandler], None]


class ChatServer:
    """Answers each request with the next act of its script, the last one again and again; keeps what it was asked."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        """Path, headers (names in lower case) and body of each request."""
        self.bodies: list[bytes] = []
        """The same bodies as they came."""
        self.stop = threading.Event()
        self.port = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def next_act(self) -> Act:
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]


@contextmanager
def chatting(*acts: Act, tls: ssl.SSLContext | None = None) -> Iterator[ChatServer]:
    """The server on a free port until the block ends; with `tls` it speaks TLS."""
    server = ChatServer()
    server.acts = list(acts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.bodies.append(body)
            server.asked.append((self.path, headers, json.loads(body)))
            self.close_connection = True
            try:
                server.next_act()(self)
            except OSError:
                """The client hung up, as it should."""

        def do_GET(self) -> None:
            server.asked.append((self.path, {}, {}))
            answer(self, 200, b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: a client that believes no certificate hangs up."""

    web = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        web.socket = tls.wrap_socket(web.socket, server_side=True)
    web.daemon_threads, web.block_on_close = True, False
    server.port = web.server_port
    thread = threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        web.shutdown()
        web.server_close()
        thread.join()


def completion(content: object, **choice: object) -> bytes:
    """A chat completion with this content."""
    told = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop", **choice}
    return json.dumps({"id": "x", "object": "chat.completion", "choices": [told]}).encode()


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """A whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def saying(said: Said) -> Act:
    """What the fake reader would say, over HTTP."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(said.takes)
        headers = {} if said.retry_after is None else {"Retry-After": f"{said.retry_after:g}"}
        answer(handler, said.status, completion(said.content), **headers)

    return act


def raw(body: bytes, status: int = 200, **headers: str) -> Act:
    """These bytes as the whole body."""
    return lambda handler: answer(handler, status, body, **headers)


def never(server_stop: threading.Event) -> Act:
    """No answer at all."""
    return lambda handler: void(server_stop.wait(20))


def void(_: object) -> None:
    """Nothing."""


def drip(server_stop: threading.Event, head: bool) -> Act:
    """One byte now and then, for ever: of the head, or of the body."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        if not head:
            handler.send_response(200)
            handler.end_headers()
        while not server_stop.wait(0.05):
            handler.wfile.write(b"H" if head else b" ")
            handler.wfile.flush()

    return act


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Megabytes without end and without a length."""
    handler.send_response(200)
    handler.end_headers()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        handler.wfile.write(b" " * 100_000)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends before an answer."""
