"""Every pair of text and ground of the pages has the contrast that WCAG 2.2 asks of small text (1.4.3: 4.5)."""

import re
from collections.abc import Mapping

import pytest

from services.portal.web.render import STATIC

SHEET = (STATIC / "portal.css").read_text("utf-8")
LEAST = 4.5
GROUNDS = ("ground", "card", "chip")
TEXTS = ("ink", "quiet", "link", "wrong", "told")
MARKS = ("hit", "entity", "evidence")


def palettes() -> list[Mapping[str, str]]:
    """The colours of each block of the sheet that sets them."""
    blocks = re.findall(r"\{([^{}]*--ground:[^{}]*)\}", SHEET)
    return [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_system_s_dark_is_the_chosen_dark() -> None:
    light, dark, system = palettes()
    assert dark == system
    assert light != dark
    assert set(light) == set(dark) == {*GROUNDS, *TEXTS, *MARKS, "line"}


@pytest.mark.parametrize("place", [0, 1])
def test_text_can_be_read(place: int) -> None:
    colours = palettes()[place]
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + [("ink", mark) for mark in MARKS]
    faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in [*pairs, ("ground", "link")]}
    assert {pair: round(found, 2) for pair, found in faint.items() if found < LEAST} == {}


def test_colours_stand_in_one_place() -> None:
    outside = re.sub(r"--[a-z]+: #[0-9a-f]{6}", "", SHEET)
    assert re.findall(r"#[0-9a-f]{3,6}\b", outside) == []
