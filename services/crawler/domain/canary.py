"""The canary: an article of our own, a new one every hour, that goes the whole way from a source to a test channel.

It names a watched company, so that the watchlist lets it through, and says that nothing has happened. Its figures
change with the hour, so that no article counts as a reprint of another.
"""

import re
from datetime import UTC, datetime, timedelta
from html import escape

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Articles are numbered in hours from here."""
SHOWN = 24
"""Hours whose articles the feed lists; what is older is gone."""
FEED = "/feed.xml"
_PATH = re.compile(r"/hours/(\d{1,9})\.html")


def number_at(now: datetime) -> int:
    """The number of the article of that hour."""
    return int((now - EPOCH) / timedelta(hours=1))


def feed(base: str, now: datetime) -> bytes:
    """The feed (RSS 2.0) of the last hours, newest first; `base` is the site's address."""
    newest = number_at(now)
    items = "".join(_item(base, number) for number in range(newest, max(0, newest - SHOWN), -1))
    head = f"<title>Luming canary</title><link>{escape(base)}/</link><description>Tests, no news.</description>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def article_at(path: str, now: datetime) -> bytes | None:
    """The page at that path; None where there is none at `now`: no other, nor one of an hour to come."""
    found = _PATH.fullmatch(path)
    newest = number_at(now)
    if found is None or not newest - SHOWN < int(found[1]) <= newest:
        return None
    return _page(int(found[1]))


def _item(base: str, number: int) -> str:
    link = f"{escape(base)}/hours/{number}.html"
    hour = _hour(number)
    return (
        f"<item><title>{_title(number)}</title><link>{link}</link>"
        f"<pubDate>{hour:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
    )


def _page(number: int) -> bytes:
    hour = _hour(number)
    paragraphs = (
        f"这是鹿鸣监测系统的第 {number} 号自检文章，时间为世界标准时间 {hour:%Y年%m月%d日%H时}。"
        "它每小时产生一篇，走完从来源到测试频道的全程，用来证明整个系统仍在工作。",
        f"文中提到阿里健康，只是为了让监测名单收下第 {number} 号文章；阿里健康没有发布任何消息，也没有发生任何事情。",
        f"第 {number} 号文章不会发给任何读者，不计入摘要，也不计入召回率。看到它的人可以放心忽略。",
        f"Self-test {number} of {hour:%Y-%m-%dT%H:00Z}: an article of our own that names Alibaba Health so that the "
        "watchlist takes it. Nothing has happened, and nobody but the test channel is told.",
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    stamp = f'<meta property="article:published_time" content="{hour.isoformat()}">'
    title = _title(number)
    head = f'<meta charset="utf-8"><title>{title}</title>{stamp}'
    article = f"<article><h1>{title}</h1>{body}</article>"
    return f'<!doctype html><html lang="zh-Hans"><head>{head}</head><body>{article}</body></html>'.encode()


def _title(number: int) -> str:
    return f"鹿鸣自检第 {number} 号：阿里健康没有任何消息（canary {_hour(number):%Y-%m-%d %H:00} UTC）"


def _hour(number: int) -> datetime:
    return EPOCH + timedelta(hours=number)
