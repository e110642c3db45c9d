"""The stories that the chaos tests tell are understood, whoever they are about: their eighth equation counts on it."""

from functools import cache
from pathlib import Path

import pytest

from services.classifier.application.classify import Classify
from services.classifier.bootstrap import make_judge
from shared.messages import DocumentFound, Times
from shared.watch import load_watchlist
from tests.chaos.stories import FIRMS, PATTERNS
from tests.unit.portal.known import NOW

pytestmark = pytest.mark.contract

CONFIG = Path(__file__).parents[2] / "config"
TOLD = {"place": "杭州", "partner": "晨星", "sum": 300, "count": 12}


@cache
def classify(way: str) -> Classify:
    watchlist = load_watchlist(CONFIG / "watchlist.yaml")
    circles = {entity.id: entity.circle for entity in watchlist.entities}
    return Classify(make_judge(CONFIG, encoder=way == "encoder"), "shipped", circles)


@pytest.mark.parametrize("way", ["encoder", "rules"])
@pytest.mark.parametrize("firm", FIRMS)
def test_each_pattern_is_read_as_what_it_tells(firm: str, way: str) -> None:
    for label, status, title, text in PATTERNS:
        found = DocumentFound(
            document_id="0" * 32,
            revision=1,
            url="https://a.example/1",
            source="a",
            title=title.format(firm=firm, **TOLD),
            paragraphs=(text.format(firm=firm, **TOLD),),
            language="zh-Hans",
            times=Times(first_seen=NOW),
        )
        events = classify(way)(found, NOW).events
        assert {(event.label, event.status) for event in events} == {(label, status)}, title
