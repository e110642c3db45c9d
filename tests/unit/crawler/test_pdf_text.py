"""Lines of a PDF become paragraphs."""

import pytest

from services.crawler.domain.pdf_text import Line, believable_title, paragraphs

pytestmark = pytest.mark.unit


def page(*lines: tuple[float, float, str], height: float = 12.0) -> list[Line]:
    """Lines of x, y and text; half a height wide a letter, a whole one for Chinese."""
    return [
        Line(text, x, x + sum(height if ord(letter) > 0x2000 else height / 2 for letter in text), y, y + height)
        for x, y, text in lines
    ]


LONG = "the company said on Friday that it had signed with three hospitals of"


def test_hyphens_and_spaces() -> None:
    (text,) = paragraphs(
        [
            page(
                (50, 700, LONG + " com-"),
                (50, 684, "panies and that it would build for the province one single plat\x02"),
                (50, 668, "form."),
            )
        ]
    )
    assert text == LONG + " companies and that it would build for the province one single platform."


def test_a_compound_keeps_its_hyphen_before_a_capital() -> None:
    (text,) = paragraphs([page((50, 700, LONG + " Sino-"), (50, 684, "British ventures."))])
    assert "Sino- British" in text or "Sino-British" in text


def test_what_stands_on_every_page_is_left_out() -> None:
    pages = [
        page(
            (50, 780, "ALIBABA HEALTH ANNOUNCEMENT"),
            (50, 700, f"Paragraph {word} tells something."),
            (280, 30, f"- {number} -"),
        )
        for number, word in enumerate(("one", "two", "three", "four"), 1)
    ]
    assert paragraphs(pages) == tuple(f"Paragraph {word} tells something." for word in ("one", "two", "three", "four"))


@pytest.mark.parametrize("number", ["3", "- 3 -", "第3页", "第 3 页 共 10 页", "Page 3 of 10", "3 / 10", "iv"])
def test_page_numbers_are_known(number: str) -> None:
    text = paragraphs([page((50, 700, "A sentence."), (280, 30, number))])
    assert text == ("A sentence.",)


def test_a_sentence_goes_on_over_the_page() -> None:
    first = page((50, 700, LONG), (50, 684, LONG))
    second = page((50, 780, "which serve the province."), (74, 740, "Another paragraph begins here."))
    assert paragraphs([first, second]) == (f"{LONG} {LONG} which serve the province.", "Another paragraph begins here.")


def test_a_wider_gap_parts_paragraphs() -> None:
    lines = [(50.0, 700.0, LONG), (50.0, 684.0, LONG), (50.0, 668.0, LONG), (50.0, 630.0, LONG), (50.0, 614.0, LONG)]
    assert len(paragraphs([page(*lines)])) == 2


def test_larger_letters_are_a_heading() -> None:
    assert paragraphs([[*page((50, 700, LONG), height=20), *page((50, 680, LONG), (50, 664, LONG))]])[0] == LONG


def test_nothing_is_nothing() -> None:
    assert paragraphs([]) == ()
    assert paragraphs([[], page((0, 0, " \x00 "))]) == ()


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("自愿性公告", "自愿性公告"),
        ("  Interim   results ", "Interim results"),
        ("Microsoft Word - a.doc", ""),
        ("announcement_final_v2", ""),
        ("C:\\reports\\x\\y", ""),
        ("公告.pdf", ""),
        ("untitled", ""),
        ("---", ""),
        ("PDF", ""),
        ("", ""),
        ("长" * 300, ""),
    ],
)
def test_a_title_is_believed_where_it_is_one(given: str, title: str) -> None:
    assert believable_title(given) == title
