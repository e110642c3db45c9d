"""What comes from an article is text in Markdown, whatever signs it holds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from services.portal.web.brief_markdown import escaped

pytestmark = pytest.mark.unit

READ = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = (
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://evil.test/x.png)", "# heading", "- item",
    "1. one", "> quote", "`code`", "~~~", "```", "***", "---", "a | b", "<http://evil.test>", "&lt;b&gt;",
    "*b* _i_ ~~s~~",
    "\n\n# heading", "[ref]: http://evil.test", "\\<b>", "\u202ertl", "+ plus", "= =", "12) twelve",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("line", ["- {}", "1. {} · x", "# {}", "> {}", "{}", "- a **{}** b"])
def test_no_sign_of_a_title_means_anything(text: str, line: str) -> None:
    plain = READ.render(line.format("plain"))
    html = READ.render(line.format(escaped(text)))
    assert re.findall(r"<[^>]+>", html) == re.findall(r"<[^>]+>", plain)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    html = READ.render(f"- a {escaped(text)} b")
    assert re.findall(r"<[^>]+>", html) == ["<ul>", "<li>", "</li>", "</ul>"]


def test_plain_words_stay_as_they_are() -> None:
    assert (
        escaped("收入 2.06 亿元（+13%），B2C 占 88 %; it's “fine”.")
        == "收入 2.06 亿元（+13%），B2C 占 88 %; it's “fine”."
    )
