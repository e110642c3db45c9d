"""Dates in the newsstand's texts are filled in from the demo's start."""

from datetime import datetime

import pytest

from deploy.local.newsstand.dates import UnknownToken, fill
from deploy.local.newsstand.editions import CHINA

pytestmark = pytest.mark.unit

DAY = datetime(2026, 3, 1, 9, 5, tzinfo=CHINA)
OTHERS = {"rumour-1": datetime(2025, 8, 14, tzinfo=CHINA)}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{zh}}", "2026年3月1日"),
        ("{{zh_md-1}}", "2月28日"),
        ("on {{en+3}}", "on March 4, 2026"),
        ("{{zh_m@rumour-1}}曾有传闻", "8月曾有传闻"),
        ("{{iso-14@rumour-1}} {{en_wd}}", "2025-07-31 Sunday"),
        ("no token {here}", "no token {here}"),
    ],
)
def test_tokens_become_dates(text: str, filled: str) -> None:
    assert fill(text, DAY, OTHERS) == filled


@pytest.mark.parametrize("text", ["{{tomorrow}}", "{{zh@nobody}}"])
def test_an_unknown_token_is_an_error(text: str) -> None:
    with pytest.raises(UnknownToken):
        fill(text, DAY, OTHERS)
