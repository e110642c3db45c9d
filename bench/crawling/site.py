"""A site of any number of articles on loopback, the same at every run: `python -m bench.crawling.site PAGES`.

Listing pages of 250 links each, articles of some 60 kB: navigation, scripts, styles and related links around 600 to
2,000 characters of made-up text; one page in twenty is a reprint of the one before under another header.
"""

import asyncio
import random
import sys
from functools import cache

A_LISTING = 250
"""Links of one listing page."""
REPRINT_EVERY = 20
PAGE_BYTES = 60_000
"""Aimed at for an article; the median of saved news pages is of this order."""

_COMMON = "".join(chr(0x4E00 + 7 * number) for number in range(1, 2400))
_WORDS = [a + b + c for a in "bdfghjklmnprstv" for b in "aeiou" for c in ("lan", "mer", "tion", "s")]
_CODE = "".join(f"function f{number}(a){{return a<{number}&&a.b?{{c:a.b}}:null}};" for number in range(2000))
_HEAD = (
    '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_示例新闻网</title>'
    '<meta property="article:published_time" content="2026-11-{day:02}T09:30:00+08:00">'
    '<meta name="author" content="记者 甲"><link rel="canonical" href="{path}">'
)


def text_of(number: int) -> tuple[str, list[str]]:
    """Title and paragraphs of an article; every twentieth repeats the one before with a line in front."""
    if number % REPRINT_EVERY == REPRINT_EVERY - 1:
        title, paragraphs = text_of(number - 1)
        return f"转载：{title}", [f"来源：示例转载第{number}号。", *paragraphs]
    made = random.Random(number)  # noqa: S311  # made-up text, no secret
    if number % 5 == 4:
        title = " ".join(made.choices(_WORDS, k=9)).capitalize()
        return title, [" ".join(made.choices(_WORDS, k=made.randint(40, 90))) + "." for _ in range(made.randint(5, 12))]
    title = "".join(made.choices(_COMMON, k=18))
    return title, ["".join(made.choices(_COMMON, k=made.randint(60, 200))) + "。" for _ in range(made.randint(8, 16))]


@cache
def surroundings(kind: int) -> tuple[str, str, str]:
    """What stands in the head, above and below the article: one of eight page designs."""
    made = random.Random(f"design {kind}")  # noqa: S311  # made-up text, no secret
    code = "".join(f"var v{made.randrange(10**6)}=function(a,b){{return a+b*{made.random()};}};" for _ in range(420))
    style = "".join(
        f".c{number}{{margin:{made.randrange(40)}px;color:#{made.randrange(16**6):06x}}}" for number in range(160)
    )
    menu = "".join(
        f'<li class="c{number}"><a href="/channel/{number}/">{"".join(made.choices(_COMMON, k=4))}</a></li>'
        for number in range(70)
    )
    related = "".join(
        f'<li><a class="c{number}" href="/a/{made.randrange(5000)}.html" title="x">'
        f"{''.join(made.choices(_COMMON, k=16))}</a><span>11-{number % 28 + 1:02}</span></li>"
        for number in range(60)
    )
    head = f"<style>{style}</style><script>{code}</script></head>"
    above = f'<body><div class="header"><ul class="nav">{menu}</ul></div><div class="main"><div class="article">'
    below = f'</div><div class="related"><h3>相关新闻</h3><ul>{related}</ul></div></div>'
    return head, above, below


def article(number: int) -> bytes:
    """The page of one article."""
    title, paragraphs = text_of(number)
    head, above, below = surroundings(number % 8)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    top = _HEAD.format(title=title, day=number % 20 + 1, path=f"/a/{number}.html")
    told = f'<h1>{title}</h1><div class="info"><span class="time">2026-11-{number % 20 + 1:02} 09:30</span></div>'
    page = f'{top}{head}{above}{told}<div class="content">{body}</div>{below}'
    filler = f"<script>{_CODE[: max(0, PAGE_BYTES - len(page.encode()) - 70)]}</script>"
    return f'{page}<div class="footer">版权所有</div>{filler}</body></html>'.encode()


def listing(number: int, pages: int) -> bytes:
    """A listing page."""
    links = "".join(
        f'<li><a href="/a/{at}.html">{text_of(at)[0]}</a></li>'
        for at in range(number * A_LISTING, min(pages, (number + 1) * A_LISTING))
    )
    head = '<!DOCTYPE html><html><head><meta charset="utf-8"></head>'
    return f'{head}<body><ul class="list">{links}</ul></body></html>'.encode()


def listings(pages: int) -> int:
    """How many listing pages a site of `pages` articles has."""
    return -(-pages // A_LISTING)


class Serving(asyncio.Protocol):
    """HTTP/1.1 with connections that stay open, for GET alone; as little work as can be, for it shares the machine."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # TCP transports write

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._left += data
        while b"\r\n\r\n" in self._left:
            request, _, self._left = self._left.partition(b"\r\n\r\n")
            self._transport.write(self._answers.get(request.split(b" ", 2)[1], self._answers[b"404"]))


def answers(pages: int) -> dict[bytes, bytes]:
    """Every answer of the site by path."""
    made = {f"/a/{number}.html".encode(): _answer(article(number)) for number in range(pages)}
    made |= {f"/list/{number}.html".encode(): _answer(listing(number, pages)) for number in range(listings(pages))}
    made[b"/robots.txt"] = _answer(b"User-agent: *\nDisallow: /private/\n", "text/plain")
    made[b"404"] = _answer(b"there is no such page", "text/plain", "404 Not Found")
    return made


def _answer(body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def serve(pages: int) -> None:
    """Serve on a free port of 127.0.0.1, telling it on standard output, until killed."""
    made = answers(pages)
    server = await asyncio.get_running_loop().create_server(lambda: Serving(made), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
