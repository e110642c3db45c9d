"""NUL, lone surrogates and five megabytes in every text field: stored, cut or a dead letter, and never lost."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.alerter.adapters.ledger import SqlLedger
from services.alerter.adapters.wire import KafkaWire
from services.alerter.domain.content import Alert
from services.classifier.application.handle import Arrived, Handle
from services.classifier.bootstrap import make_classify
from shared.errors import PermanentError, TransientError, UnknownOutcome
from shared.messages import DeadLetter, DocumentClassified, DocumentFound
from shared.messages.codec import MAX_BYTES, decode, encode
from shared.messages.topics import DEAD_LETTERS
from shared.runtime.kafka import make_producer
from tests.chaos.crawl_rig import STORY, Desk, page
from tests.chaos.delivery_rig import House, now, story
from tests.chaos.recorded import read_topics
from tests.chaos.tally import Account
from tests.fakes.alerter_ledger import FakeChannel
from tests.integration.classifier_rig import document
from tests.integration.conftest import Kafka
from tests.integration.crawler_site import serve

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.fault(28, "NUL, lone surrogates, 5 MB in every text field"),
    pytest.mark.timeout(240),
]

HUGE = 5_000_000
"""Bytes."""
EVIL = {
    "NUL": "a\\u0000b", "lone surrogate": "a\\ud800b", "reversed pair": "\\udc00\\ud83d", "5 MB": "長" * (HUGE // 3),
}  # fmt: skip
"""As they stand in JSON."""


def leaves(plain: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The way to each text in a message."""
    if isinstance(plain, str):
        yield at
    elif isinstance(plain, dict):
        for name, value in plain.items():
            yield from leaves(value, (*at, name))
    elif isinstance(plain, list):
        for number, value in enumerate(plain):
            yield from leaves(value, (*at, number))


def with_text(message: bytes, way: tuple[object, ...], text: str) -> bytes:
    """The message with that text, written as JSON writes it, in that place."""
    plain = json.loads(message)
    place: Any = plain
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = "@evil@"
    return json.dumps(plain, ensure_ascii=False).replace('"@evil@"', f'"{text}"').encode()


def evil_of(make: Callable[[int], bytes]) -> list[bytes]:
    """A message of its own for each text field and each kind of text."""
    ways = list(leaves(json.loads(make(0))))
    cases = [(way, text) for text in EVIL.values() for way in ways]
    return [with_text(make(number), way, text) for number, (way, text) in enumerate(cases)]


def found_message(number: int) -> bytes:
    """What the crawler sends, each field filled."""
    more = {"outlet": "Test Wire", "author": "记者", "matched": ("alihealth",), "reliability": "B",
            "published": {"at": "2026-11-22T08:00:00Z", "precision": "minute"}}  # fmt: skip
    return encode(DocumentFound.model_validate(document(number).model_dump() | more))


def classified_message(number: int) -> bytes:
    """What the classifier sends, with facts."""
    plain = story(number).model_dump(mode="json")
    fact = {"kind": "amount", "value": "450000", "unit": "CNY", "evidence": plain["events"][0]["evidence"]}
    plain["events"][0]["facts"] = [fact]
    return encode(DocumentClassified.model_validate(plain))


def test_the_classifier_has_one_result_for_each_and_all_of_them_fit(config_dir: Path, account: Account) -> None:
    handle = Handle(make_classify(config_dir, None))
    values = evil_of(found_message)
    results = letters = 0
    for offset, value in enumerate(values):
        outgoing = handle(Arrived("documents.found", 0, offset, b"k", value), now())
        if outgoing.classified is not None:
            results += 1
            assert len(outgoing.value) <= MAX_BYTES
        else:
            letters += 1
            assert outgoing.dead is not None
            assert outgoing.dead.value == value
            assert outgoing.dead.reason.encode()
    account.counted(went_in=len(values), came_out=results + letters, lost=len(values) - results - letters)
    assert results
    assert letters


def test_the_alerter_has_one_decision_or_letter_for_each_and_goes_on(
    kafka: Kafka, engine: Engine, account: Account
) -> None:
    values = [*evil_of(classified_message), encode(story(9_000))]
    house = House(engine, {"email": ["a@example.com"]})
    house.read(*values)
    wire = KafkaWire(lambda: make_producer(kafka.servers, "text"))
    ledger = SqlLedger(engine, "one")
    for _ in range(len(values)):
        if not ledger.bury(100, lambda found: wire.send(DEAD_LETTERS.name, found)):
            break
    wire.close()
    letters = [decode(DeadLetter, value) for value in read_topics(kafka.servers)[DEAD_LETTERS.name]]
    decided = house.rows("select count(*), count(distinct (document_id, revision)) from alert_decisions")
    places = {letter.offset for letter in letters}
    came = int(decided[0][0]) + len(places)
    account.counted(
        went_in=len(values), came_out=came, lost=max(0, len(values) - came),
        twice=len(letters) - len(places) + int(decided[0][0]) - int(decided[0][1]),
    )  # fmt: skip
    assert house.rows("select count(*) from alerter_dead_letters where sent is null") == [(0,)]
    assert house.rows("select next_offset from consumer_positions") == [(len(values),)]
    assert came == len(values)
    assert len(letters) == len(places)
    for letter in letters:
        value = values[letter.offset]
        assert letter.value == value or (letter.value == value[: len(letter.value or b"")] and letter.of_bytes)


class Answers(FakeChannel):
    """Each message has its answer, however late it comes; a second send of it is taken."""

    def __init__(self, answers: list[str | Exception]) -> None:
        super().__init__(answers, kind="email")
        self.taken: list[str] = []
        self._met: set[str] = set()

    def send(self, target: str, alert: Alert, now: datetime) -> str:
        again = alert.delivery_key in self._met
        self._met.add(alert.delivery_key)
        answer: str | Exception = "there" if again else self.answers.pop(0)
        if isinstance(answer, str | UnknownOutcome):
            self.taken.append(alert.delivery_key)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_what_channels_answer_is_written_down_whatever_it_is(engine: Engine, account: Account) -> None:
    house = House(engine, {"email": ["a@example.com"]})
    texts = ["a\x00b", "a\ud800b", "長" * (HUGE // 3)]
    errors = [kind(text) for kind in (TransientError, PermanentError, UnknownOutcome) for text in texts]
    house.take_in(*(story(number) for number in range(len(texts) + len(errors))))
    channel = Answers([*texts, *errors])
    for _ in range(4):
        house.send_due(channel)
        house.pass_time(7200)
    house.conserved(account, channel.taken)
    ends = house.states()
    assert ends["delivered"] == len(texts) + 3 + 3, ends
    assert ends["permanent"] == 3, ends


def test_a_page_with_such_text_is_stored_or_refused_and_the_next_is_read(engine: Engine, account: Account) -> None:
    raw = {"nul": "a\x00b&#0;", "surrogate": "a&#xD800;b&#xDC00;\x0b", "huge": "長" * (HUGE // 3)}
    fields: dict[str, Callable[[str], str]] = {
        "title": lambda text: page(f"阿里健康{text}"),
        "paragraph": lambda text: page("阿里健康签约", f"{STORY}</p><p>{text}。"),
        "author": lambda text: page("阿里健康任命", head=f'<meta name="author" content="{text}">'),
        "outlet": lambda text: page("阿里健康发布", head=f'<meta property="og:site_name" content="{text}">'),
        "canonical": lambda text: page("阿里健康财报", head=f'<link rel="canonical" href="/{text}">'),
    }
    with serve() as site:
        addresses = []
        for name, make in fields.items():
            for kind, text in raw.items():
                site.add(f"/{name}-{kind}", make(text))
                addresses.append(site.url(f"/{name}-{kind}"))
        site.add(
            "/good",
            page("京东健康签约", "京东健康与七家药店签约，金额为三千万元，自明年五月起供货，由第二事业部负责。" * 3),
        )
        addresses.append(site.url("/good"))
        desk = Desk(engine)
        verdicts = desk.look(*addresses)
    account.counted(went_in=len(addresses), came_out=len(verdicts))
    assert verdicts[-1].outcome == "published"
    assert {one.outcome for one in verdicts} <= {"published", "duplicate", "failed", "unchanged", "irrelevant"}
    assert all(one.reason for one in verdicts)
    assert desk.rows("select count(*) from listed_pages where lease_by is not null") == [(0,)]
    for title, author, outlet in desk.rows("select title, author, outlet from documents"):
        assert all(len(one or "") <= 2_000 and (one or "").isprintable() for one in (title, author, outlet))
