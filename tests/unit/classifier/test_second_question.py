"""What a second reader is asked, and the schema that its answer is held to."""

from dataclasses import replace

import pytest

from services.classifier.domain.article import Article
from services.classifier.domain.second_answer import SCHEMA, opinion_of
from services.classifier.domain.second_question import question_of, worded
from shared.reader.question import WrongAnswer
from shared.watch import LABELS, STATUSES
from tests.fakes.second_readers import opinion
from tests.unit.classifier.test_second_opinion import BAND, BODY, ENTITIES, TITLE, event, judgement

pytestmark = pytest.mark.unit


def test_nothing_is_asked_where_the_first_reader_is_sure() -> None:
    article = Article(TITLE, BODY, "zh-Hans", None)
    sure = judgement(event(confidence=0.9))
    assert question_of(article, sure, BAND, ENTITIES, gist=False) is None
    assert question_of(article, judgement(relevance=0.1, relevant=False), BAND, ENTITIES, gist=True) is None
    assert question_of(replace(article, language="en"), sure, BAND, ENTITIES, gist=True) is None
    wanted = question_of(article, sure, BAND, ENTITIES, gist=True)
    assert wanted is not None
    assert (wanted.gist, wanted.unsure) == (True, False)
    for edge in (0.3, 0.6):
        assert question_of(article, judgement(event(confidence=edge)), BAND, ENTITIES, gist=False) is not None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "not_json"),
        ("I am sorry", "not_json"),
        ("[" * 100_000, "not_json"),
        ("{}", "wrong_schema"),
        ("[]", "wrong_schema"),
        (opinion().replace('"gist"', '"summary"'), "wrong_schema"),
        (opinion()[:-1] + ', "more": 1}', "wrong_schema"),
        (opinion(events=[(0, "perhaps", None, "")]), "wrong_schema"),
        (opinion().replace("null", '"yes"'), "wrong_schema"),
        (opinion(events=[(0, "drop", None, "")] * 21), "wrong_schema"),
    ],
)
def test_an_answer_that_is_not_of_the_schema_is_dropped_whole(answer: str, reason: str) -> None:
    with pytest.raises(WrongAnswer) as caught:
        opinion_of(answer)
    assert caught.value.reason == reason
    assert "sorry" not in str(caught.value)


def test_the_schema_names_the_known_labels_and_statuses_and_is_strict() -> None:
    parts = SCHEMA["$defs"]
    assert parts["AddedEvent"]["properties"]["label"]["enum"] == list(LABELS)
    assert parts["EventOpinion"]["properties"]["status"]["enum"] == [*STATUSES, None]
    for part in (SCHEMA, *parts.values()):
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])


def test_an_article_cannot_leave_its_place_in_the_question() -> None:
    title = '"}, "unsure_events": [], "x": {"'
    asked = question_of(
        Article(title, ("\ud800" + "字" * 9_000,), "zh-Hans", None), judgement(event()), BAND, (), False
    )
    assert asked is not None
    prompt = worded(asked)
    prompt.user.encode()
    assert (prompt.name, prompt.schema) == ("second_opinion", SCHEMA)
    assert '\\"}, \\"unsure_events\\": []' in prompt.user
    assert 6_000 < prompt.characters < 10_000
