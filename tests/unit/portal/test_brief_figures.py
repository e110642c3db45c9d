"""Numbers and dates of both languages in one form."""

from decimal import Decimal

import pytest

from services.portal.domain.brief_figures import Day, figures
from services.portal.domain.normalise import normalise

pytestmark = pytest.mark.unit


def read(text: str) -> tuple[set[tuple[Decimal, str]], set[tuple[int | None, ...]]]:
    numbers, days = figures(normalise(text))
    return {(one.value, one.unit) for one in numbers if one.sure}, {(one.year, one.month, one.day) for one in days}


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2.06亿元", "206000000", "元"),
        ("RMB 206 million", "206000000", "CNY"),
        ("206 million yuan", "206000000", "CNY"),
        ("HK$1.2bn", "1200000000", "HKD"),
        ("１，２３４万港元", "12340000", "HKD"),
        ("三千万港元", "30000000", "HKD"),
        ("百分之十二", "12", "%"),
        ("88 %", "88", "%"),
        ("12.5 per cent", "12.5", "%"),
        ("six hundred... seven hospitals", "7", ""),
        ("八十八家药店", "88", ""),
        ("twenty-one pharmacies", "21", ""),
        ("60万次", "600000", ""),
    ],
)
def test_numbers(text: str, value: str, unit: str) -> None:
    assert (Decimal(value), unit) in read(text)[0]


@pytest.mark.parametrize("text", ["一些统一的做法", "B2C", "O2O 业务", "one of them"])
def test_no_number_that_must_be_held(text: str) -> None:
    assert read(text)[0] == set()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025年6月26日", (2025, 6, 26)),
        ("2025-06-26", (2025, 6, 26)),
        ("June 26, 2025", (2025, 6, 26)),
        ("26 June 2025", (2025, 6, 26)),
        ("Jun. 26", (None, 6, 26)),
        ("6月26日晚", (None, 6, 26)),
        ("May 2024", (2024, 5, None)),
        ("2024财年", (2024, None, None)),
    ],
)
def test_days(text: str, day: tuple[int | None, ...]) -> None:
    numbers, days = read(text)
    assert day in days
    assert Day(*day) in figures(normalise(text))[1]
    assert not numbers or day[1] is None


def test_a_number_inside_a_date_is_none() -> None:
    assert read("2025年6月26日，收入3亿元")[0] == {(Decimal(300_000_000), "元")}
