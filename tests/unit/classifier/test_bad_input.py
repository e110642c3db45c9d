"""Bad input: each piece has its recorded outcome, and none takes long."""

import time
from pathlib import Path

import pytest

from services.classifier.adapters.metrics import Metrics
from services.classifier.application.classify import Classify
from services.classifier.application.handle import Arrived, Handle, Outgoing
from services.classifier.application.oddities import ODDITIES, REMARK
from services.classifier.domain.judge import Judge
from shared.messages import DeadLetter, DocumentClassified
from shared.messages.codec import MAX_BYTES, decode
from shared.messages.topics import CLASSIFIED, DOCUMENTS
from tests.fakes.bad_documents import BAD_DOCUMENTS, FINED, FUTURE, LANGUAGE, NOW, Bad

pytestmark = pytest.mark.unit

BY_NAME = {each.name: each for each in BAD_DOCUMENTS}
SECONDS = 10.0
"""Of the processor: the session of a worker that does not answer the broker ends after as many."""


@pytest.fixture(scope="module")
def handle(project_root: Path) -> Handle:
    judge = Judge.load(project_root / "config")
    return Handle(Classify(judge, judge.name))


def worked_on(handle: Handle, each: Bad) -> Outgoing:
    return handle(Arrived(DOCUMENTS.name, 0, 7, b"k", each.value), NOW)


def classified(handle: Handle, name: str) -> DocumentClassified:
    return decode(DocumentClassified, worked_on(handle, BY_NAME[name]).value)


@pytest.mark.parametrize("each", BAD_DOCUMENTS, ids=lambda each: each.name)
def test_each_has_its_recorded_outcome(handle: Handle, each: Bad) -> None:
    began = time.process_time()
    outgoing = worked_on(handle, each)
    assert time.process_time() - began < SECONDS
    assert (outgoing.topic, outgoing.odd) == (each.topic, each.odd)
    assert len(outgoing.value) <= MAX_BYTES
    if each.topic != CLASSIFIED.name:
        assert decode(DeadLetter, outgoing.value).value == each.value
        return
    result = decode(DocumentClassified, outgoing.value)
    remarks = tuple(reason.removeprefix(REMARK) for reason in result.relevance_reasons if reason.startswith(REMARK))
    assert (result.document_id, remarks) == (each.document_id, each.odd)
    metrics = Metrics()
    metrics.handled(outgoing, 0.1, None)
    for odd in each.odd:
        assert metrics.registry.get_sample_value("luming_classifier_oddities_total", {"oddity": odd}) == 1


def test_every_oddity_is_met(handle: Handle) -> None:
    assert {odd for each in BAD_DOCUMENTS for odd in each.odd} == set(ODDITIES)


@pytest.mark.parametrize("name", ["a line of 2 MB", "mixed scripts", "right to left", "markup", "a date in the future"])
def test_what_the_text_says_is_found_all_the_same(handle: Handle, name: str) -> None:
    result = classified(handle, name)
    assert result.relevant
    assert "enforcement_penalty" in {event.label for event in result.events}


def test_quotes_keep_their_places_where_control_characters_stood(handle: Handle) -> None:
    result = classified(handle, "control characters")
    assert "\x00" not in result.model_dump_json() + result.title
    event = next(event for event in result.events if event.evidence.paragraph == 1)
    paragraph = f" [1m{FINED}  "
    assert event.evidence.quote == paragraph[event.evidence.start : event.evidence.end]


def test_a_date_in_the_future_is_kept_and_not_reckoned_with(handle: Handle) -> None:
    result = classified(handle, "a date in the future")
    assert result.published
    assert result.published.at.year == 2031
    assert REMARK + FUTURE in result.relevance_reasons
    assert [event.status for event in result.events] == ["completed"]


@pytest.mark.parametrize("name", ["another language", "a language that no version names"])
def test_of_a_language_that_is_not_read_nothing_is_guessed(handle: Handle, name: str) -> None:
    result = classified(handle, name)
    assert result.language == "other"
    assert (result.events, result.lines, result.points, result.summary, result.importance) == ((), (), (), (), 1)
    assert REMARK + LANGUAGE in result.relevance_reasons
    assert result.title


def test_a_usual_document_bears_no_remark(handle: Handle) -> None:
    assert not worked_on(handle, BY_NAME["mixed scripts"]).odd
