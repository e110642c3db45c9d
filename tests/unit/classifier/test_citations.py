"""What cites a paragraph stands in it: gist, key points and lines, over documents put together by chance."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.classifier.application.classify import Classify
from services.classifier.domain.judge import Judge
from services.classifier.domain.lines import line_of
from services.classifier.domain.naming import Names
from services.classifier.domain.points import GROUPS, LONGEST, MOST, MOST_IN_A_GROUP
from services.classifier.domain.reading import bounded
from shared.messages import DocumentFound, Published, Times
from shared.messages.common import Language

pytestmark = pytest.mark.unit

CONFIG = Path(__file__).parents[3] / "config"
NOW = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)
JUDGE = Judge.load(CONFIG)
NAMES = Names.of(JUDGE.watcher.watchlist)
CLASSIFY = Classify(JUDGE, "rules", names=NAMES)

SENTENCES: dict[Language, tuple[str, ...]] = {
    "zh-Hans": (
        "蚂蚁集团完成对好大夫在线的收购，作价2.06亿元，持股比例达到100%。",
        "杭州市市场监督管理局对阿里健康作出行政处罚，罚款45万元，文号为杭市监处罚〔2026〕12号。",
        "国家药监局发布《药品网络销售监督管理办法》，自2026年3月1日起施行。",
        "京东健康与卓正医疗签署战略合作协议。",
        "平安好医生宣布，任命何明为首席执行官，自2026年2月1日起生效。",
        "此前，微医曾于2021年完成4亿美元融资。",
        "叮当健康上半年收入23.4亿元，同比增长12%，亏损收窄。",
        "知情人士称，美团买药正洽购一家连锁药店，公司对此予以否认。",
        "今天天气很好。",
        "免责声明：本文不构成投资建议。",
    ),
    "zh-Hant": (
        "螞蟻集團收購好大夫在線，作價2.06億元。",
        "國家藥監局對京東健康立案調查。",
        "阿里健康與醫院簽署合作協議，涉及3,000萬港元。",
        "今天天氣很好。",
    ),
    "en": (
        "Ant Group completed the acquisition of Haodf for RMB 206 million, business registration records show.",
        "Alibaba Health was fined 450,000 yuan by the Hangzhou Administration for Market Regulation.",
        "JD Health said revenue rose 24.5% to RMB 35.3 billion, and profit was RMB 2.6 billion.",
        "The National Medical Products Administration published draft rules, effective March 1, 2026.",
        "WeDoctor is in talks to sell a stake, people familiar with the matter said.",
        "The weather was fine.",
    ),
}


@st.composite
def documents(draw: st.DrawFn) -> DocumentFound:
    """Paragraphs of known sentences in any order, with odd blanks and stray characters between them."""
    language = draw(st.sampled_from(sorted(SENTENCES)))
    sentence = st.sampled_from(SENTENCES[language])
    stray = st.text(alphabet=" \u3000\t\u200f<>&。,a1中", max_size=4)
    paragraph = st.lists(st.tuples(sentence, stray), min_size=0, max_size=3).map(
        lambda parts: "".join(text + between for text, between in parts)
    )
    return DocumentFound(
        document_id="0" * 32,
        revision=1,
        url="https://news.example/1",
        source="newsstand",
        title=draw(sentence).rstrip("。."),
        paragraphs=tuple(draw(st.lists(paragraph, max_size=5))),
        language=language,
        published=Published(at=NOW, precision="day"),
        times=Times(first_seen=NOW),
    )


def places_of(document: DocumentFound) -> tuple[str, ...]:
    return (document.title, *bounded(document.paragraphs))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(documents())
def test_what_is_cited_stands_in_the_paragraph(document: DocumentFound) -> None:
    result = CLASSIFY(document, NOW)
    places = places_of(document)
    points = [point for group in result.points or () for point in group.points]
    for sentence in (*result.summary, *points):
        (place,) = sentence.citations
        assert sentence.text in places[place]
    lines = result.lines or ()
    assert len(lines) == len(result.events)
    for line in lines:
        (event,) = (one for one in result.events if (one.label, one.status) == (line.label, line.status))
        spans = [event.evidence, *(fact.evidence for fact in event.facts)]
        assert event.evidence.paragraph in line.citations
        titled = {0} if line.label == "mergers_acquisitions" else set[int]()  # who buys whom may stand in the title
        assert set(line.citations) <= {span.paragraph for span in spans} | titled
        for span in spans:
            assert places[span.paragraph][span.start : span.end] == span.quote


@settings(max_examples=80, deadline=None, derandomize=True)
@given(documents())
def test_a_figure_in_a_line_comes_from_a_fact(document: DocumentFound) -> None:
    result = CLASSIFY(document, NOW)
    for event in result.events:
        bare = line_of(event.model_copy(update={"facts": ()}), result.entities, NAMES)
        assert not re.search(r"\d", re.sub(r"《[^》]*》", "", bare.zh + bare.en))
        assert bare.citations == (event.evidence.paragraph,)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(documents())
def test_the_gist_is_short_and_points_are_few_and_told_once(document: DocumentFound) -> None:
    result = CLASSIFY(document, NOW)
    groups = [group.group for group in result.points or ()]
    points = [point.text for group in result.points or () for point in group.points]
    assert len(result.summary) <= 2
    assert groups == [group for group in GROUPS if group in groups]
    assert len(points) <= MOST
    assert all(0 < len(group.points) <= MOST_IN_A_GROUP for group in result.points or ())
    assert all(len(point) <= LONGEST for point in points)
    assert not any(one in other for one in points for other in points if one is not other)
