"""Each service does its whole work with the rights it is given, and nothing beyond them, in PostgreSQL and on Kafka."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kafka.errors import KafkaError
from kafka.structs import TopicPartition
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from deploy.postgres.roles import FILE
from services.alerter.__main__ import app
from services.classifier.adapters.replayer import KafkaLetters
from shared.errors import LumingError
from shared.messages.topics import ALERTS, CLASSIFIED, DOCUMENTS, TOPICS
from shared.runtime.kafka import make_consumer, make_producer
from shared.store.engine import make_engine, migrate
from shared.store.rights import PREFIX, PRIVATE, SERVICES, grant_rights, grants
from tests.chaos.system import SERVICES as PROCESSES
from tests.chaos.system import System, system
from tests.integration.secured_broker import PARTITIONS, Secured, read_rights, secured_broker

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning"),
]

REFUSED = re.compile("authoriz", re.IGNORECASE)
RIGHTS = ("select", "insert", "update", "delete", "truncate", "references", "trigger")


def as_role(url: str, service: str) -> str:
    """The database's URL for a service's role."""
    return re.sub(r"^postgresql://\w+@", f"postgresql://{PREFIX}{service}@", url)


@pytest.fixture
def roles(database_url: str) -> Iterator[str]:
    """The database of this test after deploy/postgres/roles.sql; its roles may log in."""
    with psycopg.connect(database_url, autocommit=True) as db:
        for _ in range(2):  # it may be run again
            db.execute(FILE.read_bytes())
        for service in SERVICES:
            db.execute(f"alter role {PREFIX}{service} login".encode())
    yield database_url
    with psycopg.connect(database_url, autocommit=True) as db:
        for service in SERVICES:
            db.execute(f"drop owned by {PREFIX}{service}".encode())
            db.execute(f"drop role {PREFIX}{service}".encode())


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured_broker(tmp_path_factory.mktemp("rights")) as made:
        yield made


def test_each_role_has_exactly_the_rights_of_the_list(roles: str, engine: Engine) -> None:
    asked = text("select has_table_privilege(:role, :table, :right)")
    wanted = {(grant.service, grant.table, right) for grant in grants() for right in grant.rights}
    with engine.connect() as db:
        tables = [name for (name,) in db.execute(text("select tablename from pg_tables where schemaname = 'public'"))]
        tables = [name for name in tables if name != "alembic_version"]
        wanted |= {
            (service, name, "select")
            for service in SERVICES
            for name in tables
            if PRIVATE.get(name, service) == service
        }
        found = {
            (service, name, right)
            for service in SERVICES
            for name in tables
            for right in RIGHTS
            if db.execute(asked, {"role": PREFIX + service, "table": name, "right": right}).scalar_one()
        }
        mighty = "select count(*) from pg_roles where rolname like 'luming%' and (rolsuper or rolcreaterole)"
        assert db.execute(text(mighty)).scalar_one() == 0
    assert found == wanted


def test_of_the_portals_users_the_alerter_reads_what_askers_may_and_no_more(roles: str, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("insert into portal_users (id, name, role, teams, created, password) values"
                        " ('u1', 'li', 'editor', array['strategy'], now(), 'a hash'),"
                        " ('u2', 'wu', 'admin', array[]::text[], now(), 'a hash')"))  # fmt: skip
        db.execute(text("insert into desk_requests (kind, who, asker, content) values ('check', 'li', 'u1', '{}')"))
    with psycopg.connect(as_role(roles, "alerter"), autocommit=True) as db:
        assert db.execute("select * from desk_rights").fetchall() == [(1, "editor", ["strategy"])]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("select * from portal_users")
    for service in set(SERVICES) - {"alerter"}:
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(as_role(roles, service), autocommit=True) as db, refused:
            db.execute("select * from desk_rights")


@pytest.mark.parametrize("service", SERVICES)
def test_what_others_write_is_refused_to_it(roles: str, service: str) -> None:
    own = {grant.table for grant in grants() if grant.service == service}
    foreign = sorted({grant.table for grant in grants()} - own)
    assert foreign or service == "maintenance"
    with psycopg.connect(as_role(roles, service), autocommit=True) as db:
        for table in foreign:
            for attempt in (f"delete from {table}", f"truncate {table}", f"insert into {table} default values"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    db.execute(attempt.encode())
        for attempt in ("update audit_log set who = 'x'", "create table mine (a int)", "create role another superuser"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(attempt.encode())


def test_a_service_finds_nothing_to_migrate_and_needs_no_right_to_it(roles: str) -> None:
    for service in SERVICES:
        engine = make_engine(as_role(roles, service))
        migrate(engine)
        engine.dispose()


def test_the_owner_grants_to_the_roles_that_there_are(roles: str, engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("grant insert on outbox to luming_alerter"))
    assert grant_rights(engine) == [PREFIX + service for service in SERVICES]
    with engine.connect() as db:
        asked = text("select has_table_privilege('luming_alerter', 'outbox', 'insert')")
        assert db.execute(asked).scalar_one() is False


@contextmanager
def restricted(secured: Secured, roles: str, engine: Engine, folder: Path) -> Iterator[System]:
    """Every service under its own principal and its own role; the classifier has no database."""
    with system(secured.open, roles, engine, folder, PARTITIONS) as whole:
        for name in PROCESSES:
            group = {} if name == "crawler" else {"CONSUMER_GROUP": f"luming.{name}"}
            url = {} if name == "classifier" else {"DATABASE_URL": as_role(roles, name)}
            whole.start(name, **{**secured.environment(name), "DATABASE_URL": "", **url, **group})
        whole.wait_ready()
        yield whole


def test_news_pass_from_the_site_to_the_channels_with_these_rights(
    secured: Secured, roles: str, engine: Engine, tmp_path: Path
) -> None:
    with restricted(secured, roles, engine, tmp_path) as whole:
        whole.newsstand.release(6)
        whole.until(lambda: whole.number("select count(*) from documents") == 6, 90, "all documents stored")
        whole.until(lambda: whole.number("select count(*) from classifications") == 6, 90, "all taken in")
        told = "select count(*) from deliveries where delivered is null and due is not null"
        whole.until(lambda: whole.number("select count(*) from deliveries") > 0, 90, "something to tell")
        whole.until(lambda: whole.number(told) == 0, 90, "all told")
        assert whole.number("select count(*) from deliveries where state = 'delivered'") > 0
        logs = "\n".join(life.log.read_text("utf-8") for life in whole.lives.values())
    assert not re.search("permission denied|authorization|not authorized|AuthorizationFailed", logs, re.IGNORECASE), (
        logs
    )
    assert not any(password in logs for password in secured.passwords.values())


def test_operators_commands_work_as_the_alerters_role(roles: str, engine: Engine, config_dir: Path) -> None:
    url, runner = as_role(roles, "alerter"), CliRunner()
    for command in (
        ["pause", "slack", "--by", "li"],
        ["resume", "slack", "--by", "li"],
        ["config", "import", str(config_dir / "subscriptions.yaml"), "--who", "li"],
        ["config", "export", "--who", "li"],
        ["held"],
        ["audit", "--since", "1d"],
    ):
        ended = runner.invoke(app, command, env={"DATABASE_URL": url, "CONFIG_DIR": str(config_dir)})
        assert ended.exit_code == 0, (command, ended.output)
    with engine.connect() as db:
        assert set(db.execute(text("select role from audit_log")).scalars()) == {"luming_alerter"}


def test_replay_reads_letters_with_its_rights(secured: Secured) -> None:
    letters = KafkaLetters(secured.cluster("replay"))
    assert isinstance(list(letters.read()), list)
    assert isinstance(letters.replayed(), set)
    letters.close()


@pytest.mark.parametrize("principal", ["crawler", "classifier", "alerter", "replay", "scaler"])
def test_a_principal_writes_and_reads_no_topic_beyond_its_own(secured: Secured, principal: str) -> None:
    cluster = secured.cluster(principal)
    granted = secured_rights(principal)
    producer = make_producer(cluster, "test")
    for topic in TOPICS:
        if "Write" in granted.get(topic.name, ()):
            continue
        with pytest.raises(KafkaError, match=REFUSED):
            producer.send(topic.name, key=b"k", value=b"forged").get(timeout=20)
    producer.close(timeout=2)
    consumer = make_consumer(cluster, "luming.nobodys", "test")
    try:
        consumer.subscribe([CLASSIFIED.name, DOCUMENTS.name, ALERTS.name])
        with pytest.raises((KafkaError, LumingError), match=REFUSED):
            drained(consumer)
        refused = [topic for topic in TOPICS if "Read" not in granted.get(topic.name, ())]
        consumer.unsubscribe()
        consumer.assign([TopicPartition(topic.name, 0) for topic in refused])
        consumer.seek_to_beginning()
        with pytest.raises((KafkaError, LumingError), match=REFUSED):
            drained(consumer)
    finally:
        consumer.close(autocommit=False, timeout_ms=1000)


def drained(consumer: Any) -> None:
    """Poll for ten seconds; nothing may come."""
    for _ in range(20):
        assert not consumer.poll(timeout_ms=500)


def secured_rights(principal: str) -> dict[str, list[str]]:
    """What the list gives it."""
    topics: dict[str, list[str]] = read_rights()["principals"][principal].get("topics", {})
    return topics
