"""Ten made-up outlets on loopback whose feeds grow evenly: `python -m bench.load.site PAGES-A-SECOND WATCHED-SHARE`.

Tells its port on standard output; the feeds begin to grow with the first GET of /open, and stop with /close, which
answers how many pages are out. An item stands in three answers of its feed, so that none is missed.
"""

import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from itertools import accumulate

from bench.crawling.site import surroundings, text_of

OUTLETS = 10
"""Feeds, so that each lists some dozens of new pages a poll, as a busy outlet does."""
LISTED = 3
"""Answers of its feed that an item stands in."""
FIRMS = ("阿里健康", "京东健康", "平安好医生", "叮当健康", "微医", "智云健康", "好大夫在线")
PATTERNS = (
    "{firm}因违法发布药品广告被{place}市监局罚款{sum}万元",
    "{firm}与{partner}医院集团签署战略合作协议，首期投入{sum}万元",
    "{firm}宣布完成{sum}万元融资，{partner}资本领投",
    "{firm}发布{partner}问诊大模型，研发投入{sum}万元",
)
_MAKING = random.Random("words")  # noqa: S311  # made-up words
_WORDS = ["".join(chr(0x4E00 + 7 * _MAKING.randrange(1, 2400)) for _ in range(2)) for _ in range(3000)]
_RANKED = list(accumulate(1 / rank for rank in range(1, len(_WORDS) + 1)))
"""Zipf's law: a word is as frequent as its rank says."""
PLACES = ("杭州", "成都", "西安", "青岛", "广州", "苏州", "武汉", "厦门", "昆明", "沈阳")
PARTNERS = ("晨星", "海桥", "白塔", "云杉", "松原", "锦河", "天澜", "石榴", "远帆", "竹溪")


def is_watched(number: int, share: float) -> bool:
    """Whether the page tells of a watched company: every so-many-th does."""
    return int((number + 1) * share) > int(number * share)


def _written(made: random.Random) -> str:
    """A paragraph in words, of which some come again and again: who remembers texts by their words has few new ones a
    text, as with real news (430 words of 860 letters have some 500 different pairs of letters)."""
    return "".join(made.choices(_WORDS, cum_weights=_RANKED, k=made.randint(30, 100))) + "。"


@lru_cache(maxsize=4096)
def story(number: int, share: float) -> tuple[str, list[str]]:
    """Title and paragraphs of a page; made once for the listings and the page that tell it: it shares the processor."""
    # Reprints of its neighbour would come to another end than the rest: the number is moved off them.
    title, paragraphs = text_of(number * 20 + number % 19)
    made = random.Random(f"story {number}")  # noqa: S311  # made-up news
    if title[0] > "z":
        paragraphs = [_written(made) for _ in paragraphs]
    if not is_watched(number, share):
        return title, paragraphs
    told = made.choice(PATTERNS).format(
        firm=made.choice(FIRMS), place=made.choice(PLACES), partner=made.choice(PARTNERS), sum=made.randint(10, 99_999)
    )
    return f"{told}（{number}）", [f"{told}。", *paragraphs]


@lru_cache(maxsize=64)
def page(number: int, share: float, published: datetime) -> bytes:
    """The page as it is served."""
    title, paragraphs = story(number, share)
    head, above, below = surroundings(number % 8)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    top = (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="article:published_time" content="{published.isoformat(timespec="seconds")}">'
    )
    return f'{top}{head}{above}<h1>{title}</h1><div class="content">{body}</div>{below}</body></html>'.encode()


class Stand:
    """What is out, and how often each item was listed."""

    def __init__(self, rate: float, share: float) -> None:
        self._rate = rate
        self._share = share
        self._opened: float | None = None
        self._opened_at = datetime.now(UTC)
        self._closed: float | None = None
        self._from: dict[int, int] = defaultdict(int)
        self._shown: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def out(self) -> int:
        """Pages that are out."""
        if self._opened is None:
            return 0
        return int(((self._closed or time.monotonic()) - self._opened) * self._rate)

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Kind and body of the answer; None where there is no such page."""
        if path == "/open" and self._opened is None:
            self._opened, self._opened_at = time.monotonic(), datetime.now(UTC)
        if path == "/close":
            self._closed = self._closed or time.monotonic()
        if path in ("/open", "/close"):
            return "text/plain", str(self.out()).encode()
        if path == "/robots.txt":
            return "text/plain", b"User-agent: *\nDisallow: /private/\n"
        name = path.rpartition("/")[2].partition(".")[0]
        if path.startswith("/feed/") and name.isdecimal() and int(name) < OUTLETS:
            return "application/rss+xml; charset=utf-8", self._feed(int(name))
        if path.startswith("/a/") and name.isdecimal() and int(name) < self.out():
            return "text/html; charset=utf-8", page(int(name), self._share, self._published(int(name)))
        return None

    def _published(self, number: int) -> datetime:
        """When the page came out; as every outlet's, its date stays."""
        return self._opened_at + timedelta(seconds=number // self._rate)

    def _feed(self, outlet: int) -> bytes:
        first, end = self._from[outlet], self.out()
        self._from[outlet] = end
        self._shown[outlet] = [(first, end), *self._shown[outlet]][:LISTED]
        items = "".join(
            f"<item><title>{story(number, self._share)[0]}</title><link>/a/{number}.html</link>"
            f"<pubDate>{format_datetime(self._published(number))}</pubDate></item>"
            for number in self._listed(outlet)
        )
        head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{outlet}</title>'
        return f"{head}{items}</channel></rss>".encode()

    def _listed(self, outlet: int) -> Iterator[int]:
        for first, end in self._shown[outlet]:
            yield from (number for number in range(first, end) if number % OUTLETS == outlet)


class Serving(asyncio.Protocol):
    """HTTP/1.1 with connections that stay open, for GET alone."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # TCP transports write

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._left += data
        while b"\r\n\r\n" in self._left:
            request, _, self._left = self._left.partition(b"\r\n\r\n")
            found = self._stand.answer(request.split(b" ", 2)[1].decode("ascii", "replace"))
            status, kind, body = ("200 OK", *found) if found else ("404 Not Found", "text/plain", b"no such page")
            head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


async def serve(rate: float, share: float) -> None:
    """Serve on a free port of 127.0.0.1, telling it on standard output, until killed."""
    stand = Stand(rate, share)
    server = await asyncio.get_running_loop().create_server(lambda: Serving(stand), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), float(sys.argv[2])))
