"""The encoder: what it is shown, what it answers, when it is asked; the shipped one and its stand-in alike."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from services.classifier.adapters.encoder import OnnxEncoder, OnnxEncoders
from services.classifier.domain.article import Article
from services.classifier.domain.encoded import ENCODED_LABELS, ENCODED_STATUSES
from services.classifier.domain.encoding import BUDGET, LONGEST, Encoder, pass_of, with_encoded
from services.classifier.domain.judge import BESIDE, MODEL_DIR, Asked, Judge, load_models
from services.classifier.domain.reading import Reading, read
from shared.errors import ConfigError
from shared.messages.common import Published
from tests.fakes.encoders import WordEncoder
from tests.unit.classifier.test_judge import CONFIG

pytestmark = pytest.mark.unit
DAY = datetime(2026, 5, 12, tzinfo=UTC)
RULES = Judge.load(CONFIG)


@pytest.fixture(scope="module", params=["zh", "en", "both", "fake"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    folder = MODEL_DIR / "encoder"
    if request.param == "fake":
        return WordEncoder("签约")
    return OnnxEncoders(folder) if request.param == "both" else OnnxEncoder(folder / request.param)


def reading(title: str, *paragraphs: str) -> Reading:
    article = Article(title, paragraphs, "zh-Hans", Published(at=DAY, precision="day"))
    return read(article, RULES.watcher, RULES.triggers)


@pytest.mark.parametrize(
    ("title", "paragraphs"),
    [
        ("", ()),
        ("只有标题", ()),
        ("", ("没有标题。只有正文。",)),
        ("阿里健康與醫院簽約", ("雙方今日簽約。", "", "\u202e倒\u200b行 <b>HTML</b>")),
        ("Long", ("word " * 30_000,)),
        ("很多句", tuple(f"第{number}句话在这里。" for number in range(2_000))),
        ("🙂" * 200, ("𠮷" * 500,)),
    ],
    ids=["nothing", "title", "text", "traditional", "long", "many", "astral"],
)
def test_any_article_has_an_answer_of_the_same_shape(encoder: Encoder, title: str, paragraphs: tuple[str, ...]) -> None:
    own = reading(title, *paragraphs)
    found = encoder.encode(own)
    rows = len(found.sentences)
    assert list(found.sentences) == sorted(set(found.sentences))
    assert set(found.sentences) <= {span.number for span in own.spans}
    assert found.current.shape == found.background.shape == (rows, len(ENCODED_LABELS))
    assert found.status.shape == (rows, len(ENCODED_STATUSES))
    assert found.article_current.shape == found.article_background.shape == (len(ENCODED_LABELS),)
    for odds in (found.current, found.background, found.status, found.article_current, found.article_background):
        assert np.isfinite(odds).all()
        assert ((odds >= 0) & (odds <= 1)).all()
    assert np.allclose(found.status.sum(axis=1), 1, atol=1e-4)
    assert 0 <= found.relevance <= 1
    again = encoder.encode(own)
    assert np.array_equal(found.current, again.current)
    assert found.relevance == again.relevance


def test_a_pass_keeps_its_budget_and_shows_what_matters_first() -> None:
    filler = "今天的天气很好，适合散步，也适合读书。" * 3
    own = reading("阿里健康的一天", *([filler] * 20), "阿里健康与临湖市第一医院签署战略合作协议。", filler)
    made = pass_of(own, lambda text: [7] * len(text), 1, 2)
    assert len(made.ids) <= BUDGET
    assert max(end - start for start, end in made.places) <= LONGEST
    shown = [own.text.folded[span.start : span.end] for span in made.spans]
    assert shown[0] == "阿里健康的一天"
    assert any("签署战略合作协议" in sentence for sentence in shown)
    assert [span.number for span in made.spans] == sorted(span.number for span in made.spans)


def test_an_english_article_is_read_by_the_english_encoder() -> None:
    folder = MODEL_DIR / "encoder"
    both, english = OnnxEncoders(folder), OnnxEncoder(folder / "en")
    article = Article("Alibaba Health buys a clinic chain", ("It paid 2 million yuan.",), "en", None)
    own = read(article, RULES.watcher, RULES.triggers)
    assert np.array_equal(both.encode(own).current, english.encode(own).current)
    chinese = reading("阿里健康收购诊所", "作价两百万元。")
    assert not np.array_equal(both.encode(chinese).article_current, english.encode(chinese).article_current)


def test_the_encoder_adds_sentences_without_a_trigger() -> None:
    own = reading("阿里健康的一天", "两家坐到了一张桌子旁。", "别的句子。")
    joined = with_encoded(own, WordEncoder("一张桌子").encode(own))
    added = [candidate for candidate in joined.candidates if candidate.hits[0].tier == "encoder"]
    assert [(one.label, joined.text.original[one.span.start : one.span.end]) for one in added] == [
        ("partnership", "两家坐到了一张桌子旁。")
    ]
    assert own.encoded is None


def test_it_is_asked_only_where_the_gate_is_open() -> None:
    fake = WordEncoder("一张桌子")
    judge = Judge(
        RULES.watcher, RULES.triggers, RULES.models, Asked(fake, load_models(MODEL_DIR / BESIDE, RULES.models.entity))
    )
    assert not judge.judge(Article("明天有雨", ("气温下降。",), "zh-Hans", None)).relevant
    assert fake.asked == []
    judge.judge(Article("阿里健康与医院合作", ("阿里健康与医院坐到了一张桌子旁。",), "zh-Hans", None))
    assert fake.asked == ["阿里健康与医院合作"]
    judge.judge(Article("宏达机械收购远航轴承", ("公告称。",), "zh-Hans", None, None, any_company=True))
    assert len(fake.asked) == 1


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)encoder\.onnx.*missing.*ENCODER=0"):
        OnnxEncoder(tmp_path)
    for name in ("encoder.onnx", "tokenizer.json", "heads.npz"):
        (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(ConfigError, match="no usable encoder"):
        OnnxEncoder(tmp_path)
