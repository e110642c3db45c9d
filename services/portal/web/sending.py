"""Files that are sent as they are made, to readers that take them: whoever stops taking gives the place to the next."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

from shared.runtime.logs import get_logger

log = get_logger(__name__)

STALLED = 30.0
"""Seconds in which one part has to be taken."""
LONGEST = 3_600.0
"""Seconds in which a whole file has to be taken: 100 MB at 28 kB a second."""
PART = 64 * 1024
"""Bytes that are handed on at once: 2 kB a second is progress."""


class Sending(StreamingResponse):
    """Ends where a part is not taken in time, without the mark of a whole file, so that a program knows."""

    def __init__(
        self, pieces: AsyncIterator[bytes], headers: Mapping[str, str], media: str, stalled: float | None = None
    ) -> None:
        """`pieces` is closed in any case. `stalled` is in seconds."""
        self._pieces = pieces
        self._stalled = STALLED if stalled is None else stalled
        super().__init__(_parts(pieces), headers=headers, media_type=media)

    async def stream_response(self, send: Send) -> None:
        """Hand on part by part; whatever happens, the pieces are closed."""
        clock = asyncio.get_running_loop().time
        end = clock() + LONGEST

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(min(self._stalled, end - clock())):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            log.warning("a file was given up half-way: its reader takes no more of it")
        finally:
            close = getattr(self._pieces, "aclose", None)
            if close is not None:
                await close()


async def _parts(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        for start in range(0, len(piece), PART):
            yield piece[start : start + PART]
