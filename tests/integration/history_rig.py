"""A dozen stored documents of the last weeks, as an alerter took them in under the subscriptions of then."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.subscriptions_versions import SqlVersions
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.looking_back import current_rules
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from tests.fakes.classified import classified, event

NOW = datetime.now(UTC).replace(microsecond=0)
THEN = """
subscriptions:
  - name: strategy
    when: {entities: [ant_group, alibaba_health], importance: 3}
    channels: {console: true, email: [strategy@example.com]}
  - name: regulation
    when: {families: [regulatory_event]}
    channels: {console: true}
"""
WIDER = (
    THEN
    + """
  - name: peers
    when: {entities: [jd_health, wedoctor]}
    channels: {console: true}
"""
)


def ago(days: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=days)


def told(name: str, title: str, days: float, *events: dict[str, Any], **more: Any) -> DocumentClassified:
    """A document that arrived so many days ago."""
    return classified(name, title, *events, published=ago(days), seen=ago(days), **more)


BUYS = event("mergers_acquisitions", "rumoured", "ant_group", "haodf", quote="蚂蚁集团正洽购好大夫在线")
DENIES = event("mergers_acquisitions", "denied", "ant_group", "haodf", quote="双方否认洽购好大夫在线")
RESULTS = event("financial_results", "announced", "jd_health", quote="京东健康公布中期业绩")
LAUNCH = event("product_launch", "announced", "wedoctor", quote="WeDoctor launched a new service")
PENALTY = event("enforcement_penalty", "completed", "dingdang", quote="叮当快药被罚款")
STORED: Sequence[DocumentClassified] = (
    told("old", "微医推出新服务平台", 35, LAUNCH),
    told("rumour", "蚂蚁集团正洽购好大夫在线", 20, BUYS),
    told("again", "消息称蚂蚁集团洽购好大夫在线", 19.9, BUYS),
    told("results", "京东健康公布中期业绩", 15, RESULTS, importance=2),
    told("results-2", "京东健康中期业绩公布", 14.9, RESULTS, importance=2),
    told("denial", "蚂蚁集团否认洽购好大夫在线", 12, DENIES),
    told("launch", "WeDoctor launches a service for chronic patients", 9, LAUNCH, language="en"),
    told("penalty", "叮当快药因违规销售处方药被罚款", 8, PENALTY),
    told("weather", "今日天气", 7, relevant=False),
    told("note", "午评：医药股走强", 6, RESULTS, kind="market_note"),
    told("small", "阿里健康与药企合作", 5, event("partnership", "announced", "alibaba_health"), importance=2),
    told("past", "好大夫在线的十年", 4, event("mergers_acquisitions", "background", "haodf")),
)


def take_in(engine: Engine, *documents: DocumentClassified, delay: timedelta = timedelta()) -> None:
    """Take documents in, each when it was first seen, under the rules in force."""
    rules = current_rules(engine, Path("config/none.yaml"), Path("config"))
    clock = [NOW]
    step = TakeIn(SqlStore(engine, "test"), lambda: rules.index, Likeness(load_weights()), {}, lambda: clock[0])
    for document in documents:
        clock[0] = document.times.first_seen + delay
        with engine.begin() as db:
            offset = db.execute(text("select coalesce(max(next_offset), 0) from consumer_positions")).scalar_one()
        outcome = step(Incoming("classified", 0, int(offset), b"key", encode(document)))
        assert outcome.outcome not in (None, "failed"), outcome.reason


def fill(engine: Engine) -> None:
    """The dozen, taken in under THEN."""
    SqlVersions(engine).add(THEN, "command", "test", "")
    take_in(engine, *STORED)


def everything(engine: Engine) -> dict[str, list[str]]:
    """All rows of all tables that the alerter or the crawler writes, as text."""
    with engine.begin() as db:
        names = db.execute(
            text("select table_name from information_schema.tables where table_schema = 'public' order by 1")
        ).scalars()
        return {name: sorted(map(str, db.execute(text(f'select * from "{name}"')).all())) for name in list(names)}
