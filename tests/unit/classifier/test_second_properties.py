"""Whatever a second reader answers, these hold: the property that bounds what an article may dictate."""

import contextlib
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.second_answer import Opinion, opinion_of
from services.classifier.domain.second_opinion import GIST_LENGTH, MOST_ADDED, MOST_GIST, merged
from services.classifier.domain.second_question import question_of, worded
from shared.messages.classified import EventFound
from shared.reader.question import WrongAnswer
from shared.watch import LABELS, STATUSES
from tests.unit.classifier.test_second_opinion import BAND, BODY, ENTITIES, TITLE, event

pytestmark = pytest.mark.unit

PLACES = (TITLE, *BODY)
QUOTES = st.one_of(
    st.sampled_from(PLACES),
    st.sampled_from(PLACES).flatmap(
        lambda place: st.tuples(st.integers(0, len(place)), st.integers(0, len(place))).map(
            lambda ends: place[min(ends) : max(ends)]
        )
    ),
    st.text(max_size=20),
)
LABEL = st.sampled_from([*list(LABELS)[:3], "takeover"])
STATUS = st.sampled_from([*STATUSES, "certain"])
ANSWERS = st.fixed_dictionaries(
    {
        "relevance": st.none() | st.fixed_dictionaries({"relevant": st.booleans(), "quote": QUOTES}),
        "events": st.lists(
            st.fixed_dictionaries(
                {
                    "number": st.integers(-1, 3),
                    "verdict": st.sampled_from(["confirm", "drop", "status"]),
                    "status": st.none() | STATUS,
                    "quote": QUOTES,
                }
            ),
            max_size=4,
        ),
        "added": st.lists(
            st.fixed_dictionaries(
                {
                    "label": LABEL,
                    "status": STATUS,
                    "entities": st.lists(st.sampled_from(["alibaba_health", "jd_health", "acme"]), max_size=3),
                    "quote": QUOTES,
                }
            ),
            max_size=5,
        ),
        "gist": st.lists(st.fixed_dictionaries({"text": st.text(max_size=40), "quote": QUOTES}), max_size=4),
    }
)
EVENTS = st.lists(
    st.builds(
        event,
        label=st.sampled_from(list(LABELS)[:2]),  # few, so that events meet
        status=st.sampled_from(STATUSES),
        confidence=st.sampled_from([0.1, 0.3, 0.5, 0.6, 0.95]),
    ),
    max_size=4,
    unique_by=lambda each: (each.label, each.status),
)


@st.composite
def judgements(draw: st.DrawFn) -> Judgement:
    """What the first reader may say: events only of a relevant article."""
    relevance = draw(st.sampled_from([0.1, 0.35, 0.55, 0.95]))
    relevant = relevance > 0.4
    events: tuple[EventFound, ...] = tuple(draw(EVENTS)) if relevant else ()
    return Judgement(relevant, ("rule",), ENTITIES[:1] if relevant else (), events, relevance)


@settings(max_examples=400, deadline=None)
@given(judgement=judgements(), answer=ANSWERS, gist=st.booleans())
def test_what_is_believed_stands_in_the_text_and_leaves_the_sure_alone(
    judgement: Judgement, answer: dict[str, object], gist: bool
) -> None:
    question = question_of(Article(TITLE, BODY, "zh-Hans", None), judgement, BAND, ENTITIES, gist)
    if question is None:
        return
    told, _ = merged(judgement, question, opinion_of(json.dumps(answer)), "some-model")
    sure = [each for each in judgement.events if not BAND.holds(each.confidence)]
    added = [each for each in told.events if each.reasons == ("second reader: added",)]
    assert [each for each in told.events if each in sure] == sure
    assert not sure or told.relevant
    assert BAND.holds(judgement.relevance) or told.relevant == judgement.relevant
    assert len(added) <= MOST_ADDED * question.unsure
    kept = [each for each in told.events if each not in added]
    assert not Counter(each.label for each in kept) - Counter(each.label for each in judgement.events)
    assert len({(each.label, each.status) for each in told.events}) == len(told.events)
    assert told.relevant or not (told.events or told.entities)
    for each in told.events:
        quote = each.evidence
        assert each.label in LABELS
        assert each.status in STATUSES
        assert PLACES[quote.paragraph][quote.start : quote.end] == quote.quote
        assert set(each.entities) <= {entity.entity for entity in told.entities}
    assert told.second is not None
    assert len(told.second.gist) <= MOST_GIST * question.gist
    assert all(len(part.text) <= GIST_LENGTH and part.citations[0] < len(PLACES) for part in told.second.gist)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner)).map(json.dumps))
def test_any_text_is_an_opinion_or_a_wrong_answer(text: str) -> None:
    with contextlib.suppress(WrongAnswer):
        assert isinstance(opinion_of(text), Opinion)


@given(title=st.text(), paragraphs=st.lists(st.text(), max_size=4))
def test_a_question_of_any_article_is_one_json_value_that_utf8_can_hold(title: str, paragraphs: list[str]) -> None:
    judgement = Judgement(True, (), (), (event(),), 0.9)
    question = question_of(Article(title, tuple(paragraphs), "zh-Hans", None), judgement, BAND, (), gist=False)
    assert question is not None
    prompt = worded(question)
    asked = json.loads(prompt.user.encode().decode())
    assert set(asked) == {"article", "relevance_unsure", "unsure_events", "entities", "gist_wanted"}
    assert asked["article"]["title"] == title.encode("utf-8", "replace").decode()
