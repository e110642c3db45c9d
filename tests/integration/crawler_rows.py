"""What the tests of the crawler's tables put into them and read from them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from services.crawler.adapters.queue import SqlQueue
from services.crawler.adapters.store import SqlStore
from services.crawler.application.values import Found, NewPage, Origin
from services.crawler.domain.canonical import document_id
from services.crawler.domain.fingerprint import content_hash, keys, units
from shared.messages.common import Role
from tests.unit.crawler.fakes import again_in

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STORY = "示例健康周五晚间公告，公司已与东海省三家医院签署合作协议，共同建设互联网医院平台，协议总金额为2.06亿元。" * 2


def new(number: int, marker: str = "a", host: str = "example.com") -> NewPage:
    """One article of a listing; a higher number is an older one."""
    address = f"https://{host}/{number}"
    return NewPage(address, host, marker, {"title": f"第{number}篇"}, NOW - timedelta(hours=number))


def listed(queue: SqlQueue, pages: Sequence[NewPage], source: str = "wire") -> tuple[int, int]:
    """One poll that listed these: how many were new and how many changed."""
    queue.enrol([source])
    (lease,) = queue.lease_sources([source], 1)
    return queue.polled(lease, pages, {}, again_in(0.0))


def found(address: str, body: str = STORY, role: Role = "alert") -> Found:
    """A document as a look finds it."""
    origin = Origin(source="wire", outlet=None, role=role, rights="full", pace=0.0)
    return Found(
        document_id=document_id(address),
        url=address,
        origin=origin,
        outlet=None,
        title="标题",
        paragraphs=(body,),
        language="zh-Hans",
        author=None,
        published=None,
        matched=(),
        content_hash=content_hash("标题", [body]),
        keys=keys(units(body)),
        first_seen=NOW,
        fetched=NOW,
    )


def store_of(engine: Engine, woken: Callable[[], None] = lambda: None) -> SqlStore:
    """The store; `woken` is called after each commit."""
    return SqlStore(engine, woken)


def scalar(engine: Engine, query: str) -> object:
    """The first value of the query's first row."""
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()
