"""A way to a peer that can be taken away: refused, silent, without the way back, or cut again and again."""

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, TypeVar

Mode = Literal["whole", "reject", "drop", "swallow"]
"""reject: connections are closed as they come. drop: nothing passes any more. swallow: what is sent arrives, no answer
comes back."""


class Link:
    """Passes bytes between a client and its peer; `address` is what the client is told instead of the peer's."""

    def __init__(self, peer: int | Path) -> None:
        """`peer` is a port of this machine or a unix socket."""
        self.mode: Mode = "whole"
        self.address: int | Path = 0
        self.passed = 0
        self._peer = peer
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """End every connection that stands."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    def heal(self) -> None:
        """Whole again; what stood in the meantime is ended, as a router forgets it."""
        self.mode = "whole"
        self.cut()

    async def _cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "reject":
            writer.transport.abort()
            return
        try:
            if isinstance(self._peer, Path):
                back, forth = await asyncio.open_unix_connection(str(self._peer))
            else:
                back, forth = await asyncio.open_connection("127.0.0.1", self._peer)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, forth}
        try:
            await asyncio.gather(self._pass(reader, forth, back=False), self._pass(back, writer, back=True))
        finally:
            for one in (writer, forth):
                self._open.discard(one)
                one.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, back: bool) -> None:
        try:
            while data := await source.read(65_536):
                while self.mode == "drop":  # what stands hangs; `heal` ends it
                    await asyncio.sleep(0.05)
                if not (back and self.mode == "swallow"):
                    self.passed += len(data)
                    sink.write(data)
                    await sink.drain()
            sink.write_eof()
        except (OSError, RuntimeError):
            sink.transport.abort()

    async def _serve(self, started: threading.Event, listen: Path | None) -> None:
        if listen is None:
            server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
            self.address = int(server.sockets[0].getsockname()[1])
        else:
            server = await asyncio.start_unix_server(self._connected, str(listen))
            self.address = listen
        started.set()
        async with server:
            await asyncio.Event().wait()


L = TypeVar("L", bound=Link)


def link_to(peer: int | Path, listen: Path | None = None) -> AbstractContextManager["Link"]:
    """The link, until the block ends; on a free port, or on the unix socket `listen`."""
    return link_as(Link, peer, listen)


@contextmanager
def link_as(kind: type[L], peer: int | Path, listen: Path | None = None) -> Iterator[L]:
    """A link of that kind, until the block ends."""
    link, started = kind(peer), threading.Event()

    def run() -> None:
        asyncio.set_event_loop(link._loop)
        serving = link._loop.create_task(link._serve(started, listen))
        link._loop.run_forever()
        rest = [serving, *asyncio.all_tasks(link._loop)]
        for task in rest:
            task.cancel()
        link._loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        link._loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    if not started.wait(10):
        raise TimeoutError("the link did not start")
    try:
        yield link
    finally:
        link._loop.call_soon_threadsafe(link._loop.stop)
        thread.join(10)


def kill_sockets(port: int) -> bool:
    """Whether `ss -K` can end the connections of this machine to a port, and did."""
    tool = shutil.which("ss")
    if tool is None:
        return False
    done = subprocess.run([tool, "-K", "dst", "127.0.0.1", "dport", "=", f":{port}"], capture_output=True, check=False)
    return done.returncode == 0 and b"not supported" not in done.stderr
