"""config/taxonomy.yaml, the labels of the code and the shipped models fit together."""

import re
from pathlib import Path

import pytest

from services.classifier.domain.judge import MODEL_DIR, load_models
from services.classifier.domain.status import CURRENT_STATUSES
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.errors import ConfigError
from shared.watch import LABELS, STATUSES, load_watchlist

pytestmark = pytest.mark.contract
CONFIG = Path(__file__).resolve().parents[2] / "config"


def test_seventeen_labels_and_six_statuses() -> None:
    assert len(LABELS) == 17
    assert list(LABELS.values()).count("strategic_move") == 9
    assert set(STATUSES) == {*CURRENT_STATUSES, "background"}


def test_every_label_has_strong_and_wide_words() -> None:
    taxonomy = load_taxonomy(CONFIG / "taxonomy.yaml")
    assert set(taxonomy.labels) == set(LABELS)
    for tiers in taxonomy.labels.values():
        assert tiers.strong
        assert tiers.wide


def test_no_rule_matches_the_empty_text() -> None:
    hits, _ = Triggers(load_taxonomy(CONFIG / "taxonomy.yaml")).scan("")
    assert hits == []


def test_every_rule_was_trained() -> None:
    models = load_models(MODEL_DIR)
    taxonomy = load_taxonomy(CONFIG / "taxonomy.yaml")
    named = {
        f"rule {label} {rule}" for label, tiers in taxonomy.labels.items() for rule in (*tiers.strong, *tiers.wide)
    }
    trained = {name for name in models.sentence.weights if name.startswith("rule ")}
    assert trained <= named
    assert len(trained) > 0.9 * len(named)


def test_the_weights_hold_names_of_signs_and_no_text() -> None:
    models = load_models(MODEL_DIR)
    for model in (models.sentence, models.current, models.background, models.status, models.relevance, models.entity):
        assert all(re.fullmatch(r"[a-z0-9_ ]{2,60}", name) for name in model.weights)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [("  mergers_acquisitions:", "  mergers:", "no label"), ("'收购'", "'收购('", "no regular expression")],
)
def test_a_wrong_taxonomy_is_answered(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text((CONFIG / "taxonomy.yaml").read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError, match=wrong) as caught:
        load_taxonomy(path)
    assert caught.value.line


def test_the_taxonomy_s_identifiers_are_watched() -> None:
    watched = {entity.id for entity in load_watchlist(CONFIG / "watchlist.yaml").entities}
    companies = {"alibaba_health", "alipay_health", "ant_group", "haodf", "jd_health", "ping_an_good_doctor"}
    companies |= {"meituan_health", "dingdang", "wedoctor"}
    regulators = {f"regulator_{short}" for short in ("nmpa", "nhsa", "nhc", "samr", "cac")}
    assert companies | regulators <= watched
