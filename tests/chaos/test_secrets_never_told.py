"""Every secret a canary: none stands in a log, a metric, a message, a row of the database or a command line."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import Engine, text

from services.alerter.channels import all_channels
from shared.errors import ConfigError, LumingError
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS, TOPICS
from shared.runtime.kafka import make_producer
from shared.runtime.secrets import read_secrets
from shared.runtime.settings import load_settings
from tests.chaos.canaries import SERVICES, TARGET, Canaries, command_lines, declared, echoing
from tests.chaos.forms import FULL
from tests.chaos.system import System, system
from tests.integration.conftest import Kafka

pytestmark = pytest.mark.chaos

TOLD = pytest.mark.fault(62, "every secret a canary")
CHANNELS = """
subscriptions:
  - name: everything
    rhythm: {budget: 100000}
    only_if: the news is about health
    channels: {slack: "#a", email: [a@example.com], console: true, telegram: "-100123", dingtalk: ops, feishu: ops,
               wecom: ops, teams: ops, slack_webhook: ops, webhook: ops, apprise: ops}
"""
PROXIED = """
  - {name: keyed, kind: feed, address: "https://feeds.example/news.xml?key=${FEED_KEY}", outlet: 社, rights: full,
     language: zh-Hans, terms: {verdict: allowed}}
"""
NOT_LOGGED_IN = ("KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD")
"""The session's broker knows no logins; the second test tries one on it."""


def told_by(whole: System) -> dict[str, str | bytes]:
    """All places where somebody could read: by their names."""
    places: dict[str, str | bytes] = {f"log of {life.name}": life.log.read_bytes() for life in whole.lives.values()}
    for life in whole.lives.values():
        for path in ("metrics", "healthz", "readyz"):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{life.port}/{path}", timeout=10) as answer:
                    places[f"{path} of {life.name}"] = answer.read()
            except urllib.error.HTTPError as error:
                places[f"{path} of {life.name}"] = error.read()
    places["command lines"] = command_lines()
    with whole.engine.connect() as db:
        names = db.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
        for name in names:
            rows = db.execute(text(f"select t::text from {name} t")).scalars()
            places[f"table {name}"] = "\n".join(rows)
    return places


def messages(servers: str) -> dict[str, bytes]:
    """Every message of every topic."""
    consumer: Any = KafkaConsumer(bootstrap_servers=servers.split(","), enable_auto_commit=False)
    found = dict.fromkeys((f"topic {topic.name}" for topic in TOPICS), b"")
    places = [TopicPartition(t.name, number) for t in TOPICS for number in consumer.partitions_for_topic(t.name)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    ends = consumer.end_offsets(places)
    while any(consumer.position(place) < ends[place] for place in places):
        for place, records in consumer.poll(timeout_ms=200).items():
            found[f"topic {place.topic}"] += b"\n".join(record.value or b"" for record in records)
    consumer.close()
    return found


@TOLD
@pytest.mark.timeout(400)
def test_no_secret_is_told_by_running_services_and_failing_peers(
    kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    canaries = Canaries.hatch()
    with echoing() as (web, mail), system(kafka.servers, database_url, engine, tmp_path) as whole:
        (tmp_path / "subscriptions.yaml").write_text(CHANNELS, "utf-8")
        sources = (tmp_path / "sources.yaml").read_text("utf-8")
        (tmp_path / "sources.yaml").write_text(sources + PROXIED, "utf-8")
        environment = canaries.environment(web, mail, database_url) | {"LOG_LEVEL": "DEBUG"}
        for name in NOT_LOGGED_IN:
            del environment[name]
        for name in ("classifier", "alerter", "crawler"):
            whole.start(name, **environment)
        whole.wait_ready()
        whole.newsstand.release(4)
        producer = make_producer(kafka.servers, "test")
        for topic in (DOCUMENTS, CLASSIFIED):
            producer.send(topic.name, key=b"k", value=b"no message").get(timeout=20)
        producer.close()
        whole.until(lambda: tried(whole) >= 11, 120, "every channel tried")
        with engine.begin() as db:
            others = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
            db.execute(text(f"{others} and datname = current_database()"))
        whole.until(lambda: b"keyed" in whole.lives["crawler"].log.read_bytes(), 60, "the source with a key failed")
        places = told_by(whole)
    places |= messages(kafka.servers)
    assert places[f"topic {DEAD_LETTERS.name}"], "there are dead letters to look into"
    assert {name: hits for name, told in places.items() if (hits := canaries.found_in(told))} == {}


def tried(whole: System) -> int:
    """Channels at which at least one send was tried."""
    return whole.number("select count(distinct channel_kind) from deliveries where attempts > 0")


@TOLD
@pytest.mark.parametrize("service", ["crawler", "classifier", "alerter"] if FULL else ["alerter"])
def test_no_secret_is_told_at_a_start_that_fails(
    kafka: Kafka, database_url: str, engine: Engine, tmp_path: Path, service: str
) -> None:
    """A broker that knows no login, a database that refuses, a service that waits for both."""
    canaries = Canaries.hatch()
    with echoing() as (web, mail), system(kafka.servers, database_url, engine, tmp_path) as whole:
        environment = canaries.environment(web, mail, database_url) | {"LOG_LEVEL": "DEBUG"}
        life = whole.start(service, **environment, KAFKA_SECURITY_PROTOCOL="SASL_PLAINTEXT")
        whole.until(lambda: b"waiting for the broker" in life.log.read_bytes(), 60, "it waits for the broker")
        if service != "classifier":
            refused = f"postgresql://luming:{canaries.words['DATABASE_URL']}@127.0.0.1:1/luming"
            other = whole.start(f"{service}-2", **{**environment, "DATABASE_URL": refused, "KAFKA_SASL_USERNAME": ""})
            whole.until(lambda: b"waiting for the database" in other.log.read_bytes(), 60, "it waits for the database")
        logs = b"".join(each.log.read_bytes() for each in whole.lives.values()) + command_lines()
    assert canaries.found_in(logs) == []


@TOLD
@pytest.mark.parametrize("variable", sorted(declared()))
def test_a_secret_that_cannot_be_used_is_not_repeated(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a wrong form, twice, or in a file that is none: what is said names the variable at most."""
    canaries = Canaries.hatch()
    word = canaries.words[variable]
    (tmp_path / "secret").write_text(word)
    for name, value in {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "CRAWLER_CONTACT": "a@example.com"}.items():
        monkeypatch.setenv(name, value)
    said = []
    for wrong in (word, f" {word}\x7f 密", f"http://{word}:x/", f"ftp://{word}@h/", f"http://h:{word}/", ""):
        monkeypatch.setenv(variable, wrong)
        said += list(complaints())
    for told in ({variable: word, f"{variable}_FILE": str(tmp_path / "secret")}, {f"{variable}_FILE": f"/{word}\x01"}):
        try:
            read_secrets(told)
        except ConfigError as error:
            said.append(str(error).replace(f"/{word}", "/…") if variable not in told else str(error))
    assert len(said) >= 2
    assert canaries.found_in("\n".join(said)) == []


def complaints() -> Iterator[str]:
    """What each settings class and channel says of this environment, with what it would print of itself."""
    for kind in SERVICES:
        try:
            yield f"{load_settings(kind).kafka!r}"
        except ConfigError as error:
            yield f"{error} {error.__context__!r}" if error.__suppress_context__ is False else str(error)
    for name, channel in all_channels().items():
        try:
            made = channel.start()
            yield f"{made!r} {vars(made)!r}"
            made.check_ready(TARGET if channel.target_settings else "a@example.com")
        except LumingError as error:
            yield f"{name}: {error}"
