"""The project's own labelled items: their form, and the placeholders by which they name nobody who exists."""

from collections import Counter

import pytest

from bench.own_items import ITEMS, load_own, load_retold, rows_of, themes
from bench.renaming import Renaming, load_renaming
from services.classifier.domain.judge import Judge
from shared.messages.classified import Kind, Status
from shared.watch import LABELS
from tests.unit.classifier.test_judge import CONFIG

pytestmark = pytest.mark.unit
IRRELEVANT = 0.2
"""The least share of items that are none of ours."""


def test_a_quote_is_given_back_in_the_words_of_the_item() -> None:
    renaming = Renaming({"云栈健康": "阿里健康", "蓝雀": "蚂蚁", "蓝雀集团": "蚂蚁集团", "Qiji": "JD.com"})
    made = renaming.apply("云栈健康与蓝雀集团签约, Qiji waits, Qijian too")
    assert made.text == "阿里健康与蚂蚁集团签约, JD.com waits, Qijian too"
    assert made.back("阿里健康与蚂蚁集团签约") == "云栈健康与蓝雀集团签约"
    assert made.back("健康与蚂") == "云栈健康与蓝雀集团"
    assert made.back("签约, JD") == "签约, Qiji"
    assert made.back("not there") == "not there"


def test_placeholders_stand_for_watched_names_and_are_none_themselves() -> None:
    watcher, names = Judge.load(CONFIG).watcher, load_renaming().names
    assert not [name for name in names if watcher.match(name, ()).hits]
    assert len(names) > 60


@pytest.mark.parametrize("theme", themes())
def test_items_are_well_formed(theme: str) -> None:
    articles = {row["id"]: row for row in rows_of(ITEMS / theme / "articles.jsonl")}
    labels = {row["id"]: row for row in rows_of(ITEMS / theme / "labels.jsonl")}
    assert articles.keys() == labels.keys()
    for identifier, row in labels.items():
        places = [articles[identifier]["title"], *articles[identifier]["text"].split("\n")]
        assert row["relevant"] or not (row["entities"] or row["labels"]), identifier
        assert row["kind"] in Kind.__args__, identifier  # type: ignore[attr-defined]  # a literal's values
        assert row["importance"] in range(1, 6), identifier
        for label in row["labels"]:
            assert label["label"] in LABELS, identifier
            assert label["status"] in Status.__args__, identifier  # type: ignore[attr-defined]  # as above
            assert any(label["evidence"] in place for place in places), (identifier, label["evidence"])


@pytest.mark.parametrize("theme", themes())
def test_every_item_was_read_by_a_second_reader(theme: str) -> None:
    wrote, read = ({row["id"] for row in rows_of(ITEMS / theme / f"{name}.jsonl")} for name in ("first", "second"))
    assert wrote == read


def test_what_is_told_anew_keeps_the_labels_of_what_it_retells_and_is_trained_on_alone() -> None:
    originals = {f"{item.row['id']}-en": item for item in load_own("train")}
    retold = load_retold()
    assert len(retold) > 400
    for item in retold:
        original = originals[item.row["id"]]  # none of those that are kept apart
        said, settled = ([(each["label"], each["status"]) for each in one.gold["labels"]] for one in (item, original))
        assert sorted(said) == sorted(settled), item.row["id"]
        assert item.group == original.group
        assert item.row["text"].isascii() or not any("\u4e00" <= letter <= "\u9fff" for letter in item.row["text"])
        places = [item.row["title"], *item.row["text"].split("\n")]
        for label in item.gold["labels"]:
            assert any(label["evidence"] in place for place in places), (item.row["id"], label["evidence"])


def test_the_items_are_many_and_mixed() -> None:
    items = [*load_own("train"), *load_own("kept")]
    assert len(items) >= 1_000
    scripts = Counter(item.row["script"] or "en" for item in items)
    assert min(scripts["hant"] / len(items), scripts["en"] / len(items)) > 0.12
    assert sum(not item.gold["relevant"] for item in items) / len(items) > IRRELEVANT
    assert len({item.row["text"] for item in items}) == len(items)
    assert {label["label"] for item in items for label in item.gold["labels"]} == set(LABELS)
