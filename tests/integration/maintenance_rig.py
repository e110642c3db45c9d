"""A database with articles on their whole way, for the tests of maintenance."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from services.alerter.adapters.store import SqlStore
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming
from services.alerter.application.take_in import TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from services.crawler.adapters.queue import SqlQueue
from services.crawler.application.settle import settle
from services.crawler.domain.canonical import document_id
from services.maintenance.settings import MaintenanceSettings
from shared.messages.codec import encode
from tests.fakes.classified import classified, event
from tests.integration.crawler_rows import found, listed, new, store_of

NOW = datetime.now(UTC)
STORY = (
    "示例健康与{who}周五签署协议，第{number}期金额为{amount}亿元，{who}将出任项目负责人并负责{number}家医院的接入工作。"
)


def settings_of(url: str, servers: str = "") -> MaintenanceSettings:
    return MaintenanceSettings(database_url=url, kafka_bootstrap_servers=servers)


def publish(engine: Engine, number: int, who: str = "甲公司") -> str:
    """Listed, fetched, stored; gives the document_id."""
    queue, page = SqlQueue(engine), new(number)
    listed(queue, [page])
    (leased,) = queue.lease_pages(["wire"], [], 1)
    body = STORY.format(who=who, number=number, amount=number * 7.3) * 2
    assert settle(store_of(engine), leased, found(page.address, body)).outcome == "published"
    return document_id(page.address)


def tell(engine: Engine, number: int, who: str = "甲公司", firm: str = "") -> None:
    """Taken in by an alerter whose one team wants everything; nothing is sent."""
    plain = {"subscriptions": [{"name": "team", "channels": {"console": True}}]}
    index = RouteIndex(routes_of(Subscriptions.model_validate(plain).subscriptions))
    told = event("partnership", "announced", firm or f"firm{number}", quote=f"{who}签署协议{number}")
    title = f"{who}与示例健康签约{number}"
    message = classified(f"d{number}", title, told, seen=NOW, published=NOW)
    address = new(number).address
    message = message.model_copy(update={"document_id": document_id(address), "url": address})
    step = TakeIn(SqlStore(engine, "g"), lambda: index, Likeness(load_weights()), {}, lambda: NOW)
    step(Incoming("luming.classified.v1", 0, number, None, encode(message)))


def count(engine: Engine, table: str, where: str = "true") -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"select count(*) from {table} where {where}")).scalar_one())


def age(engine: Engine, days: int) -> None:
    """Everything there is happened so many days earlier, and is done with."""
    columns = (
        ("documents", "fetched"), ("classifications", "received"), ("thread_documents", "joined"),
        ("threads", "latest"), ("threads", "opened"), ("deliveries", "decided"), ("alert_decisions", "at"),
        ("crawl_decisions", "at"), ("listed_pages", "first_seen"), ("outbox", "created"), ("outbox", "sent"),
    )  # fmt: skip
    with engine.begin() as connection:
        connection.execute(text("update outbox set sent = created where sent is null"))
        connection.execute(
            text(
                "update deliveries set state = 'delivered', due = null, delivered = decided, announced = decided"
                " where due is not null"
            )
        )
        for table, column in columns:
            connection.execute(text(f"update {table} set {column} = {column} - make_interval(days => {days})"))
