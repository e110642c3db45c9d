"""From a found document to a classified one, and from any bytes to something that can be sent."""

import base64
import json
import os
from datetime import UTC, datetime

import pytest

from services.classifier.application.classify import Classify
from services.classifier.application.explain import explain, read_article
from services.classifier.application.handle import Arrived, Handle, dead_letter, fitted, shortened
from services.classifier.application.progress import Offsets, Progress
from services.classifier.application.rarely import Rarely
from shared.errors import ConfigError, LaterVersion, PermanentError, UnreadableMessage
from shared.messages import DeadLetter, DocumentClassified, DocumentFound, EntityFound, Mention, Times
from shared.messages.codec import MAX_BYTES, decode, encode
from shared.messages.topics import CLASSIFIED, DEAD_LETTERS, DOCUMENTS, PARKED
from tests.fakes.judges import MarkerJudge

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CLASSIFY = Classify(MarkerJudge(), "markers")


def document(text: str = "阿里健康被罚款45万元。", title: str = "被罚") -> DocumentFound:
    return DocumentFound(
        document_id="0123456789abcdef" * 2,
        revision=2,
        url="https://example.com/a",
        source="some",
        outlet="某报",
        title=title,
        paragraphs=(text,),
        language="zh-Hans",
        times=Times(first_seen=NOW, sent=NOW),
    )


def arrived(value: bytes | None) -> Arrived:
    return Arrived(DOCUMENTS.name, 3, 42, b"key", value)


def test_a_document_becomes_a_classified_one() -> None:
    result = CLASSIFY(document(), NOW)
    assert result.document_id == document().document_id
    assert (result.revision, result.model, result.kind, result.importance) == (2, "markers", "news", 3)
    assert result.times.classified == NOW
    assert result.times.first_seen == NOW
    assert [fact.value for fact in result.events[0].facts] == ["450000"]
    assert result.summary[0].text == "阿里健康被罚款45万元。"
    assert result.lead == "阿里健康被罚款45万元。"


def test_the_same_document_gives_the_same_result() -> None:
    assert CLASSIFY(document(), NOW) == CLASSIFY(document(), NOW)


def test_a_market_note_keeps_its_events_and_weighs_one() -> None:
    result = CLASSIFY(document("阿里健康股价跌5%,报收4港元,成交额2亿港元,因罚款。", "港股异动|阿里健康跌超5%"), NOW)
    assert (result.kind, result.importance, len(result.events)) == ("market_note", 1, 1)


def test_circles_of_the_watchlist_count() -> None:
    told = Classify(MarkerJudge(), "markers", circles={"alibaba_health": "peer"})
    assert told(document(), NOW).importance == 3


@pytest.mark.parametrize("text", ["", "\x00\x01", "\u202eabc", "<p>html</p>", "字" * 2_000_000, "a " * 100_000])
def test_odd_texts_are_classified(text: str) -> None:
    outgoing = Handle(CLASSIFY)(arrived(encode(document(text))), NOW)
    assert outgoing.classified is not None
    assert not outgoing.classified.relevant


@pytest.mark.parametrize(
    "value",
    [
        b"",
        None,
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
        b'"text"',
        b"NaN",
        encode(document()).replace(b'"revision":2', b'"revision":NaN'),
        os.urandom(500),
    ],
    ids=[
        "empty",
        "tombstone",
        "no-utf8",
        "brackets",
        "no-version",
        "string",
        "nan",
        "nan-inside",
        "random",
    ],
)
def test_what_cannot_be_read_is_kept_whole(value: bytes | None) -> None:
    outgoing = Handle(CLASSIFY)(arrived(value), NOW)
    assert outgoing.topic == DEAD_LETTERS.name
    assert outgoing.key == b"key"
    letter = decode(DeadLetter, outgoing.value)
    assert letter.value == value
    assert letter.key == b"key"
    assert (letter.topic, letter.partition, letter.offset) == (DOCUMENTS.name, 3, 42)
    assert (letter.service, letter.error, letter.attempts) == ("classifier", UnreadableMessage.__name__, 1)
    assert letter.reason
    assert letter.failed == NOW


def test_a_message_of_a_later_version_is_parked_whole() -> None:
    value = encode(document()).replace(b'"version":1', b'"version":2')
    outgoing = Handle(CLASSIFY)(arrived(value), NOW)
    assert (outgoing.topic, outgoing.key, outgoing.parked) == (PARKED.name, b"key", True)
    letter = decode(DeadLetter, outgoing.value)
    assert (letter.value, letter.error, letter.offset) == (value, LaterVersion.__name__, 42)


def test_a_letter_counts_the_failures_before_it_was_replayed() -> None:
    again = Arrived(DOCUMENTS.name, 3, 43, b"key", b"garbage", failures=2)
    assert decode(DeadLetter, Handle(CLASSIFY)(again, NOW).value).attempts == 3


def test_what_happens_often_is_told_rarely() -> None:
    rarely = Rarely(60)
    assert [rarely.count(now) for now in (0, 1, 59, 60, 61, 200)] == [1, 0, 0, 3, 0, 2]


def test_an_article_that_raises_is_kept_with_its_document_id() -> None:
    value = encode(document("RAISE"))
    outgoing = Handle(CLASSIFY)(arrived(value), NOW)
    letter = decode(DeadLetter, outgoing.value)
    assert letter.document_id == document().document_id == outgoing.document_id
    assert (letter.error, letter.reason, letter.value) == ("ValueError", "the text asks for it", value)


def test_a_reason_with_a_lone_surrogate_can_be_sent() -> None:
    outgoing = dead_letter(arrived(b"x"), ValueError("\ud800"), None, NOW)
    assert "ud800" in decode(DeadLetter, outgoing.value).reason


def test_of_a_huge_message_the_beginning_is_kept_and_the_reason_says_so() -> None:
    huge = arrived(b"x" * 1_000_000)
    whole = dead_letter(huge, PermanentError("too large"), None, NOW)
    assert whole.dead
    letter = decode(DeadLetter, shortened(huge, whole, whole.dead).value)
    assert letter.value == b"x" * 300_000
    assert letter.of_bytes == 1_000_000
    assert letter.error == "PermanentError"
    assert "of 1000000 bytes the first 300000" in letter.reason
    assert "/3/42" in letter.reason
    assert len(base64.b64encode(letter.value)) < MAX_BYTES


def classified(mentions: int, title: str = "题") -> DocumentClassified:
    mention = Mention(text="阿里健康", paragraph=1, start=0, end=4)
    entity = EntityFound(entity="alibaba_health", mentions=(mention,) * mentions)
    return CLASSIFY(document(title=title), NOW).model_copy(update={"entities": (entity,)})


def test_a_result_that_is_too_large_keeps_what_matters() -> None:
    assert decode(DocumentClassified, fitted(classified(10))) == classified(10)
    smaller = decode(DocumentClassified, fitted(classified(40_000)))
    assert len(smaller.entities[0].mentions) == 3
    assert smaller.events == classified(1).events
    with pytest.raises(PermanentError, match="bytes"):
        fitted(classified(1, title="题" * 400_000))


def test_a_result_that_cannot_be_made_small_becomes_a_dead_letter() -> None:
    outgoing = Handle(lambda found, now: classified(1, title="题" * 400_000))(arrived(encode(document())), NOW)
    assert outgoing.topic == DEAD_LETTERS.name
    assert outgoing.document_id == document().document_id


def test_a_good_result_goes_out_under_the_documents_id() -> None:
    outgoing = Handle(CLASSIFY)(arrived(encode(document())), NOW)
    assert (outgoing.topic, outgoing.key) == (CLASSIFIED.name, document().document_id.encode())
    assert decode(DocumentClassified, outgoing.value) == outgoing.classified


def test_progress_is_judged_against_what_waits() -> None:
    progress = Progress(patience=90)
    stuck, moved = Offsets({0: 5, 1: 0}, {0: 9, 1: 3}), Offsets({0: 6, 1: 0}, {0: 9, 1: 3})
    assert progress.look(0, stuck, {0}) == ""
    assert progress.look(89, stuck, {0}) == ""
    assert "4 messages wait" in progress.look(90, stuck, {0})
    assert progress.look(95, moved, {0}) == ""
    assert progress.look(184, moved, {0}) == ""
    assert progress.look(185, moved, {0}) != ""
    assert progress.look(190, Offsets({0: 9}, {0: 9}), {0}) == ""


def test_a_worker_without_partitions_is_judged_by_the_group_and_an_outage_starts_patience_anew() -> None:
    progress = Progress(patience=10)
    assert Offsets({0: 5}, {0: 9, 1: 3}).lag() == 7
    assert progress.look(0, Offsets({0: 5}, {0: 9, 1: 3}), set()) == ""
    assert progress.look(11, Offsets({0: 6}, {0: 9, 1: 3}), set()) == ""
    progress.pause(20)
    assert progress.look(25, Offsets({0: 6}, {0: 9, 1: 3}), set()) == ""
    assert "6 messages wait" in progress.look(30, Offsets({0: 6}, {0: 9, 1: 3}), set())


def test_an_article_is_explained() -> None:
    raw = json.dumps(
        {"title": "被罚", "text": "阿里健康被罚款45万元。", "lang": "zh", "published": "2026-11-22"}
    ).encode()
    text = explain(CLASSIFY, read_article(raw, "-", NOW), NOW)
    for part in ("alibaba_health", "enforcement_penalty/completed", "450000 CNY", "names a watched company", "[1]"):
        assert part in text


@pytest.mark.parametrize(
    ("article", "language"),
    [
        ({"text": "Alibaba Health", "lang": "en"}, "en"),
        ({"text": "阿里健康的醫療藥品服務", "lang": "zh"}, "zh-Hant"),
        ({"text": "阿里健康的医疗药品服务"}, "zh-Hans"),
        ({"text": "x", "lang": "zh-Hant", "published": "2026", "published_precision": "year"}, "zh-Hant"),
        ({"text": "x", "published": "2026-11-22T08:00:00+08:00", "published_precision": "minute"}, "en"),
    ],
)
def test_articles_as_people_hand_them_in(article: dict[str, str], language: str) -> None:
    assert read_article(json.dumps(article).encode(), "-", NOW).language == language


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"title": "x"}', b'{"text": "x", "published": "soon"}', b"[" * 100_000])
def test_what_is_no_article_is_said(raw: bytes) -> None:
    with pytest.raises(ConfigError):
        read_article(raw, "the article", NOW)
