"""A brief as HTML: what its templates need, and the page that stands alone, to be kept, sent or printed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.portal.domain.brief import Brief, BriefDocument
from services.portal.domain.printed import when
from services.portal.web import words
from services.portal.web.brief_words import GROUPS, ODDS, coverage_line, left_out, wording_line
from services.portal.web.links import document_link, safe_link
from services.portal.web.phrases_brief import PHRASES
from services.portal.web.preferences import Preferences
from services.portal.web.render import HERE
from services.portal.web.words import Words, called, filled, said


def brief_link(text: str, since: str = "", worded: bool = False, path: str = "/brief") -> str:
    """The address of a brief; what is usual is left out."""
    asked = {"q": text, "since": since, "worded": "1" if worded else ""}
    held = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{held}" if held else path


def shown_values(brief: Brief, chosen: Preferences) -> dict[str, Any]:
    """What `_brief.html` needs beside the words of every page; citations lead to the portal's own documents."""

    def cite_link(document: BriefDocument, paragraph: int) -> str:
        return document_link(document.document_id, "", paragraph or None)

    return {
        "brief": brief,
        "by_number": {one.number: one for one in brief.documents},
        "coverage": coverage_line(brief, chosen),
        "left_out": left_out(brief, chosen.speech),
        "wording": wording_line(brief, chosen.speech),
        "brief_group": lambda group: called(GROUPS, group, chosen.speech),
        "brief_odds": lambda kind: said(ODDS[kind], chosen.speech),
        "cite_link": cite_link,
        "source_link": lambda document: document_link(document.document_id),
    }


class BriefPages:
    """Makes pages that stand alone."""

    def __init__(self, entities: Mapping[str, Words]) -> None:
        """`entities`: identifier to Chinese and English name."""
        self._entities = entities
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._sheet = Markup((HERE / "templates" / "brief_alone.css").read_text("utf-8"))  # noqa: S704  # our own file

    def page(self, brief: Brief, chosen: Preferences, base: str = "") -> str:
        """The page; `base` is the portal's address, where citations lead. Without one they lead to the list below."""
        values = shown_values(brief, chosen)
        if base:
            values["cite_link"] = lambda document, paragraph: (
                base + document_link(document.document_id, "", paragraph or None)
            )
        else:
            values["cite_link"] = lambda document, paragraph: f"#d{document.number}"
        values["source_link"] = lambda document: safe_link(document.url) or f"#d{document.number}"
        return self._templates.get_template("brief_alone.html").render(
            **self._spoken(chosen), **values, prefs=chosen, sheet=self._sheet
        )

    def _spoken(self, chosen: Preferences) -> dict[str, Any]:
        speech, zone = chosen.speech, chosen.zone

        def t(key: str, **told: object) -> str:
            return filled(PHRASES[key], speech, **told)

        def name(field: str, value: str) -> str:
            names = self._entities if field == "entity" else words.VALUES.get(field, {})
            return called(names, value, speech)

        def day_or_minute(at: datetime, precision: str = "minute") -> str:
            return when(at, precision, zone)

        return {"t": t, "name": name, "when": day_or_minute}
