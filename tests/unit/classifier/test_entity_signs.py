"""Signs of one entity in its article: length of the news, others named, whether it acts. Invented reports."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.classifier.domain.article import Article
from services.classifier.domain.entities import entity_features, named_entities
from services.classifier.domain.entity_signs import SHORT, is_short, size
from services.classifier.domain.judge import MODEL_DIR, Judge, load_models
from services.classifier.domain.model import Features
from services.classifier.domain.reading import Reading, read
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.watch import Watcher, load_watchlist

pytestmark = pytest.mark.unit
CONFIG = Path(__file__).resolve().parents[3] / "config"
FILLER = "与会者谈到行业的过去与将来。"


@pytest.fixture(scope="module")
def watcher() -> Watcher:
    return Watcher(load_watchlist(CONFIG / "watchlist.yaml"))


@pytest.fixture(scope="module")
def triggers() -> Triggers:
    return Triggers(load_taxonomy(CONFIG / "taxonomy.yaml"))


def reading_of(watcher: Watcher, triggers: Triggers, title: str, text: str) -> Reading:
    return read(Article(title, (text,), "en" if text.isascii() else "zh-Hans", None, None), watcher, triggers)


def signs(reading: Reading, entity: str) -> Features:
    return entity_features(reading, entity, named_entities(reading)[entity], [])


def test_three_latin_letters_tell_about_as_much_as_a_character() -> None:
    assert size("京东健康") == 4
    assert size("jd health ") == pytest.approx(3.5)


def test_short_news_is_marked_and_its_place_is_read_apart(watcher: Watcher, triggers: Triggers) -> None:
    short = reading_of(watcher, triggers, "京东健康换帅", "京东健康宣布任命新的首席执行官。")
    long = reading_of(watcher, triggers, "京东健康换帅", "京东健康宣布任命新的首席执行官。" + FILLER * SHORT)
    assert is_short(short)
    assert not is_short(long)
    assert {"short company", "short in title"} <= signs(short, "jd_health").keys()
    assert not {name for name in signs(long, "jd_health") if name.startswith("short")}
    assert signs(short, "jd_health").get("length", 0.0) < signs(long, "jd_health")["length"]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("京东健康宣布任命新的首席执行官。", True),
        ("会上有人谈到京东健康。", False),
        ("昨日,国家卫健委约谈京东健康。", False),
        ("Analysts met. JD Health said it would open a pharmacy.", True),
        ("A clinic opened near the offices of JD Health.", False),
    ],
)
def test_who_begins_a_sentence_and_does_something_acts(
    watcher: Watcher, triggers: Triggers, text: str, acts: bool
) -> None:
    found = signs(reading_of(watcher, triggers, "", text), "jd_health")
    assert ("company acts" in found) is acts


def test_one_company_alone_and_an_authority_alone(watcher: Watcher, triggers: Triggers) -> None:
    alone = reading_of(watcher, triggers, "", "京东健康被国家药监局约谈。")
    rivals = reading_of(watcher, triggers, "", "京东健康、平安好医生被国家药监局约谈。")
    rule = reading_of(watcher, triggers, "", "国家药监局发布网售处方药新规。")
    assert "only company" in signs(alone, "jd_health")
    assert "only company" not in signs(rivals, "jd_health")
    assert "no company" in signs(rule, "regulator_nmpa")
    assert "no company" not in signs(alone, "regulator_nmpa")


def test_the_cut_of_short_news_is_its_own(watcher: Watcher, triggers: Triggers) -> None:
    models = load_models(MODEL_DIR)
    title, text = "京东健康换帅", "京东健康宣布任命新的首席执行官。"
    for short, named in ((0.0, {"jd_health"}), (1.0, set[str]())):
        cuts = models.cuts.model_copy(update={"entity": 0.5, "entity_short": short})
        judgement = Judge(watcher, triggers, replace(models, cuts=cuts)).judge(Article(title, (text,), "zh-Hans", None))
        assert judgement.relevant
        assert {entity.entity for entity in judgement.entities} == named
