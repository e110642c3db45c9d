"""Problems in two languages: every kind that is raised is explained, every sentence that is told has its Chinese."""

import re
from pathlib import Path

import pytest
from starlette.requests import Request

from services.portal.web import refusals
from services.portal.web.problem_kinds import BASE, BY_STATUS, KINDS
from services.portal.web.problem_speech import speech_wanted, spoken
from services.portal.web.problems import ApiProblem

pytestmark = pytest.mark.unit

WEB = Path(refusals.__file__).parent


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


def test_every_kind_that_is_raised_has_its_page() -> None:
    raised = {
        name for path in WEB.glob("*.py") for name in re.findall(r'"/problems/([a-z-]+)"', path.read_text("utf-8"))
    }
    assert raised >= {"query", "signed-out", "scope", "csrf"}
    assert raised <= set(KINDS)
    assert set(BY_STATUS.values()) <= set(KINDS)
    for name, status in ((name, kind.status) for name, kind in KINDS.items()):
        assert re.fullmatch(r"[a-z-]+", name)
        assert 400 <= status <= 599


def test_both_languages_say_something_else() -> None:
    for kind in KINDS.values():
        for chinese, english in (kind.title, kind.means, kind.mend):
            assert re.search("[一-鿿]", chinese)
            assert not re.search("[一-鿿]", english)


@pytest.mark.parametrize(
    "problem", [one for one in vars(refusals).values() if isinstance(one, ApiProblem)] + [refusals.too_many(7)],
    ids=lambda one: one.type,
)  # fmt: skip
def test_what_the_guard_says_is_said_in_chinese(problem: ApiProblem) -> None:
    told = spoken(problem, "zh")
    assert (told.type, told.status) == (problem.type, problem.status)
    for text, english in ((told.title, problem.title), (told.detail, problem.detail), (told.mend, problem.mend)):
        assert re.search("[一-鿿]", text) if english else not text
    assert spoken(problem, "en") == problem


def test_a_query_s_problem_is_said_in_chinese_and_its_place_stays() -> None:
    wrong = ApiProblem(type="/problems/query", title="This cannot be searched for", status=400, at=3,
                       detail="the quotation mark at character 4 has no second one",
                       mend="close the phrase, or leave the mark out", suggestions=["医鹿"])  # fmt: skip
    told = spoken(wrong, "zh")
    assert told.detail == "第 4 个字符处的引号没有配对"
    assert (told.at, told.suggestions, told.status) == (3, ["医鹿"], 400)


def test_a_problem_without_a_kind_takes_that_of_its_status() -> None:
    assert spoken(ApiProblem(title="Not Found", status=404), "en").type == f"{BASE}not-found"
    assert spoken(ApiProblem(title="I'm a teapot", status=418), "zh").type == "about:blank"
    unknown = ApiProblem(title="Bad Request", status=400, detail="nobody translated this")
    assert spoken(unknown, "zh").detail == "nobody translated this"


@pytest.mark.parametrize(
    ("asked", "speech"),
    [
        (request(), "en"),
        (request(accept_language="zh-CN,zh;q=0.9,en;q=0.8"), "zh"),
        (request(accept_language="en-US,en;q=0.9,zh;q=0.5"), "en"),
        (request(accept_language="de"), "en"),
        (request(accept_language="*"), "en"),
        (request("lang=zh"), "zh"),
        (request("lang=en", accept_language="zh"), "en"),
        (request(accept_language="zh" * 5_000), "en"),
    ],
)
def test_the_language_that_a_program_asks_for(asked: Request, speech: str) -> None:
    assert speech_wanted(asked) == speech
