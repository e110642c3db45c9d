"""A way to the database that is cut when a transaction was committed and its writer has not heard so yet."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.link import Link, link_as

DONE = (b"COMMIT\x00", b"UPDATE 1\x00")
"""Tags of the server's CommandComplete (PostgreSQL's manual, 54.7): a transaction's end, and a statement's that may be
one by itself."""


class CommitLink(Link):
    """Passes bytes on; `cuts` answers more, chosen by dice, are kept back and their connection ended instead."""

    def __init__(self, peer: int | Path) -> None:
        """`peer` is the socket of the server."""
        super().__init__(peer)
        self.cuts = 0
        """How many answers are still to be kept back."""
        self.done: list[bytes] = []
        """The tags of those that were."""
        self.dice = random.Random(0)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, back: bool) -> None:
        if not back:
            await super()._pass(source, sink, back)
            return
        heard = asyncio.StreamReader()
        passing = asyncio.create_task(super()._pass(heard, sink, back))
        try:
            while data := await source.read(65_536):
                tag = next((one for one in DONE if one in data), None)
                if tag and self.cuts > 0 and self.dice.random() < 0.3:
                    self.cuts -= 1
                    self.done.append(tag)
                    sink.transport.abort()
                    return
                heard.feed_data(data)
        except OSError:
            sink.transport.abort()
        finally:
            heard.feed_eof()
            await passing


@contextmanager
def commit_link(socket: Path, dice: random.Random) -> Iterator[CommitLink]:
    """The link to the server behind `socket`, on a free port, until the block ends."""
    with link_as(CommitLink, socket) as link:
        link.dice = dice
        yield link
