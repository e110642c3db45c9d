"""A digest printed: as text, as JSON, as a page that needs nothing beside it."""

import base64
import json
from collections.abc import Iterator, Sequence
from html import escape

from services.alerter.domain.content import Alert, Section
from services.alerter.domain.digest import Digest
from services.alerter.domain.presentation import present

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:52em;margin:2em auto;padding:0 1em}"
    "h2{margin:1.4em 0 .2em;font-size:1.05em}ul{margin:.2em 0;padding-left:1.3em}li{margin:.3em 0}"
    "img{max-width:100%;height:auto}small{color:#666}"
)


def as_text(found: Sequence[tuple[Digest, Alert]]) -> str:
    """One after the other, a line a thread."""
    return "\n".join(line for digest, alert in found for line in _lines(digest, alert))


def _lines(digest: Digest, alert: Alert) -> Iterator[str]:
    shown = present(alert, digest.end)
    yield from (f"{shown.headline} → {digest.channel}", shown.title)
    for line, url in shown.reports:
        yield f"  {line} {url}".rstrip() if not line.startswith("【") else f"\n{line}"
    yield ""


def as_json(digests: Sequence[Digest]) -> str:
    """All that a digest knows."""
    return json.dumps([one.model_dump(mode="json") for one in digests], ensure_ascii=False, indent=2)


def as_html(alerts: Sequence[Alert]) -> str:
    """One page for all."""
    language = alerts[0].language if alerts else "en"
    parts = "".join(_part(alert) for alert in alerts)
    head = f'<meta charset="utf-8"><title>{escape(alerts[0].title) if alerts else ""}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="{escape(language)}"><head>{head}</head><body>{parts}</body></html>\n'


def _part(alert: Alert) -> str:
    shown = present(alert, alert.times.first_seen)
    picture = ""
    if alert.chart is not None:
        data = base64.b64encode(alert.chart.png).decode()
        picture = f'<p><img alt="{escape(alert.chart.described)}" src="data:image/png;base64,{data}"></p>'
    body = "".join(_section(section) for section in alert.sections)
    foot = f"<p><small>{escape(shown.why)}<br>{escape(shown.key)}</small></p>"
    return f"<h1>{escape(shown.headline)}</h1><p>{escape(shown.title)}</p>{picture}{body}{foot}"


def _section(section: Section) -> str:
    lines = "".join(f"<li>{_line(member.line, member.url)}</li>" for member in section.lines)
    return f"<h2>{escape(section.heading)}</h2><ul>{lines}</ul>"


def _line(line: str, url: str) -> str:
    """Only an address of the web becomes a link."""
    if not url.startswith(("https://", "http://")):
        return escape(line)
    return f'{escape(line)} <a href="{escape(url)}">{escape(url)}</a>'
