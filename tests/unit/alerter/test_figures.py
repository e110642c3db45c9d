import pytest

from services.alerter.domain import figures
from services.alerter.domain.figures import Amount


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("罚款2.06亿元", 206_000_000, "CNY"),
        ("a fine of RMB206 million", 206_000_000, "CNY"),
        ("被罚45万元", 450_000, "CNY"),
        ("以38億港元收購", 3_800_000_000, "HKD"),
        ("for HK$3.8 billion", 3_800_000_000, "HKD"),
        ("5 million yuan", 5_000_000, "CNY"),
        ("a US$400m ticket", 400_000_000, "USD"),
    ],
)
def test_sums_are_one_in_both_languages(text: str, value: float, unit: str) -> None:
    assert figures.amounts(text) == {Amount(value, unit)}


def test_a_sum_in_another_currency_is_the_same_within_the_rates() -> None:
    assert Amount(206e6, "CNY").same_as(Amount(29e6, "USD"))
    assert not Amount(206e6, "CNY").same_as(Amount(206e6, "USD"))
    assert not Amount(50e4, "CNY").same_as(Amount(54e4, "CNY"))
    assert Amount(2.06e8, "CNY").same_as(Amount(2.05e8, "CNY"))


def test_years_and_small_numbers_are_no_figures() -> None:
    assert figures.numbers("2021年3月,两家公司的27款应用") == {27}


def test_dates_of_both_languages() -> None:
    assert figures.dates("2020年3月15日,5月4号") == {(3, 15), (5, 4)}
    assert figures.dates("on March 15, 2020 and 4 May") == {(3, 15), (5, 4)}


def test_batches_and_periods() -> None:
    assert figures.batches("第五批 第十二批 第二十批 the third batch") == {3, 5, 12, 20}
    assert figures.periods("2025年上半年") == figures.periods("first-half revenue") == {"H1"}
    assert figures.periods("第三季度") == figures.periods("Q3 2025") == {"Q3"}


def test_rules_by_number_and_by_name() -> None:
    found = figures.document_numbers("《药品网络销售监督管理办法(征求意见稿)》〔2022〕58号")
    assert found == {"药品网络销售监督管理办法", "2022/58"}
