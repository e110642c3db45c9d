"""How old a sentence is, against the article's day."""

from datetime import date

import pytest

from services.classifier.domain.dates import Ages

pytestmark = pytest.mark.unit
DAY = date(2026, 5, 12)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("2024年5月12日,公司成立", 730),
        ("5月10日,公司宣布", 2),
        ("12月20日公布", 143),
        ("10日发布", 2),
        ("2016年", 3650),
        ("去年上线", 365),
        ("今日起施行", 0),
        ("on may 10, 2026 it said", 2),
        ("on 10 may it said", 2),
        ("in december 2025", 148),
        ("since 2016 it has", 3650),
        ("last year it bought", 365),
        ("yesterday", 1),
    ],
)
def test_ages_in_days(text: str, age: int) -> None:
    (dated, *_) = Ages(text, DAY).between(0, len(text))
    assert dated.age == pytest.approx(age, abs=1)


@pytest.mark.parametrize("text", ["2099股", "13月40日", "收入2016万元", "raised 2020 million", "2月30日", "无日期"])
def test_no_dates(text: str) -> None:
    assert all(abs(dated.age) < 40_000 for dated in Ages(text, DAY).between(0, len(text)))
    if "月" not in text:
        assert Ages(text, DAY).between(0, len(text)) == []


def test_an_undated_article_is_read_from_its_latest_year() -> None:
    ages = Ages("2019年成立,2025年上市", None)
    assert not ages.known
    assert [round(dated.age) for dated in ages.between(0, 20)] == [2190, 0]


def test_before_looks_back_only_so_far() -> None:
    ages = Ages("5月1日开始。后来如此。", DAY)
    assert ages.before(8, 0) is not None
    assert ages.before(8, 7) is None
