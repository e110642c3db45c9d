"""A company's network on this machine: a proxy that says what it was asked, certificates of an own authority, a server
that speaks HTTP/2."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest


@dataclass(frozen=True)
class Certificates:
    """The authority's certificate, and a server's with its key."""

    authority: Path
    chain: Path
    key: Path

    def server_side(self, protocol: str = "http/1.1") -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        context.set_alpn_protocols([protocol])
        return context


def make_certificates(folder: Path, name: str) -> Certificates:
    """A new authority and a certificate for `name`. Skips the test where openssl is not here."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the test's certificates, is not here")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
    new = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    openssl("req", "-x509", *new, "-subj", "/CN=Company", "-keyout", "authority.key", "-out", "authority.pem")
    openssl("req", *new[:3], "-subj", f"/CN={name}", "-keyout", "server.key", "-out", "server.csr")
    signed = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2")
    openssl("x509", "-req", "-in", "server.csr", *signed, "-extfile", "names", "-out", "server.pem")
    return Certificates(folder / "authority.pem", folder / "server.pem", folder / "server.key")


@dataclass
class Proxy:
    """What was asked of it: first lines and headers."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    answer: bytes = b""
    """Said instead of passing on, where it is not empty."""


@contextmanager
def serve_proxy(target_port: int) -> Iterator[Proxy]:
    """A proxy that sends whatever it is asked for to one port of this machine."""
    proxy = Proxy()
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy.port = server.getsockname()[1]
        server.settimeout(0.1)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                client.settimeout(5)
                threading.Thread(target=_pass_on, args=(proxy, client, target_port), daemon=True).start()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield proxy
        finally:
            stop.set()
            thread.join()


def _pass_on(proxy: Proxy, client: socket.socket, target_port: int) -> None:
    with client, socket.create_connection(("127.0.0.1", target_port)) as target:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := client.recv(65_536)):
                return
            head += more
        proxy.asked.append(head.decode("latin-1"))
        if proxy.answer:
            client.sendall(proxy.answer)
            return
        method, address, _ = head.split(b" ", 2)
        if method == b"CONNECT":
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            path = b"/" + address.split(b"/", 3)[3]
            target.sendall(head.replace(address, path, 1).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        back = threading.Thread(target=_copy, args=(target, client), daemon=True)
        back.start()
        _copy(client, target)
        back.join(5)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one side hung up


@contextmanager
def serve_http2(certificates: Certificates, body: bytes, asked: list[str]) -> Iterator[int]:
    """A server that speaks HTTP/2 alone and answers every address with `body`; robots.txt with 404."""
    started = threading.Event()
    state: dict[str, Any] = {}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await _read(reader):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    path = next(value for name, value in event.headers or () if name == b":path").decode()
                    asked.append(path)
                    status = "404" if path == "/robots.txt" else "200"
                    connection.send_headers(event.stream_id, [(":status", status), ("content-type", "text/html")])
                    connection.send_data(event.stream_id, body, end_stream=True)
            writer.write(connection.data_to_send())
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=certificates.server_side("h2"))
        state["loop"], state["stop"] = asyncio.get_running_loop(), asyncio.Event()
        state["port"] = server.sockets[0].getsockname()[1]
        started.set()
        await state["stop"].wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    started.wait(5)
    try:
        yield int(state["port"])
    finally:
        state["loop"].call_soon_threadsafe(state["stop"].set)
        thread.join(5)


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65_536)
    except OSError:
        return b""  # the client hung up, as it does over a certificate that it does not believe
