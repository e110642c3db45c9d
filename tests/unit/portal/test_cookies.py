"""One cookie is read among others, and no header makes reading it long."""

import time

import pytest
from starlette.datastructures import Headers

from services.portal.web.cookies import value_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("lang=zh", "zh"),
        ("a=1; lang=zh; b=2", "zh"),
        ('tz=x; lang="Asia/Shanghai"', "Asia/Shanghai"),
        ("lang=en; lang=zh", "zh"),
        ('{"foreign": [1]}; lang=zh', "zh"),
        ("language=en", ""),
        ("", ""),
        ("lang", ""),
        ("lang=a=b", "a=b"),
    ],
)
def test_the_cookie_of_that_name(header: str, found: str) -> None:
    assert value_of(Headers({"cookie": header}), "lang") == found


def test_escapes_without_end_take_no_time() -> None:
    began = time.process_time()
    assert value_of(Headers({"cookie": 'lang="' + '\\"' * 200_000}), "lang")
    assert time.process_time() - began < 10
