"""An alert as the page of a mail: styles stand in the elements, since mail readers drop style sheets."""

import html

from services.alerter.channels.markup import is_web
from services.alerter.domain.presentation import Presented, is_heading, point_lines

_FONT = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_QUIET = "color:#667085;font-size:12px;line-height:1.5"
_QUOTE = "margin:6px 0 12px;padding:6px 12px;border-left:3px solid #98a2b3;color:#344054;background:#f9fafb"
_NEW = "margin:12px 0;padding:8px 12px;background:#fff4e5;border-left:3px solid #f79009"
_HEADING = "margin:16px 0 0;font-size:15px"
_CELL = "padding:2px 12px 2px 0;vertical-align:top"
e = html.escape


def page(shown: Presented, language: str, chart: str = "", described: str = "") -> str:
    """The whole page; `chart` is the address of a picture."""
    parts = [
        f'<h2 style="margin:0 0 8px;font-size:20px;line-height:1.35">{e(shown.headline)}</h2>',
        f'<p style="margin:0;font-size:16px">{link(shown.title, shown.url)}</p>',
        f'<p style="margin:4px 0 0;{_QUIET}">{e(shown.source)}<br>{e(shown.url)}</p>',
        *(f'<p style="margin:12px 0 0">{e(line)}</p>' for line in shown.lines),
        _facets(shown),
        _list(shown.news, _NEW, "<b>{}</b>"),
        _list(shown.later, _NEW, "→ {}"),
        *_events(shown),
        *(f'<p style="margin:8px 0">{e(line)}</p>' for line in shown.summary),
        _points(shown),
        f'<p><img src="{e(chart)}" alt="{e(described)}" style="max-width:100%"></p>' if chart else "",
        _reports(shown),
        f'<hr style="border:0;border-top:1px solid #eaecf0;margin:16px 0 8px"><p style="{_QUIET};margin:0">'
        f"{e(shown.times)}<br>{e(shown.why)}<br>{e(shown.key)}</p>",
    ]
    return (
        f'<!doctype html><html lang="{e(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body style="{_FONT};font-size:15px;line-height:1.6;color:#101828;margin:0;padding:16px">'
        f'<div style="max-width:44em;margin:0 auto;overflow-wrap:anywhere">{"".join(parts)}</div></body></html>'
    )


def link(text: str, url: str) -> str:
    """A link where the address is one of the web, else the text."""
    return f'<a href="{e(url)}" style="color:#175cd3">{e(text)}</a>' if is_web(url) else e(text)


def _facets(shown: Presented) -> str:
    name_cell = f"{_CELL};color:#667085;white-space:nowrap"
    rows = "".join(
        f'<tr><td style="{name_cell}">{e(name)}</td><td style="{_CELL}">{e(value)}</td></tr>'
        for name, value in shown.facets
    )
    return f'<table style="border-collapse:collapse;margin:12px 0">{rows}</table>' if rows else ""


def _list(lines: tuple[str, ...], style: str, form: str) -> str:
    items = "<br>".join(form.format(e(line)) for line in lines)
    return f'<p style="{style}">{items}</p>' if items else ""


def _events(shown: Presented) -> list[str]:
    """Each event's quote under its line; a single event's line stands in the headline already."""
    parts = []
    for line, quote in shown.events:
        parts += [f'<p style="margin:8px 0 0">• {e(line)}</p>'] if len(shown.events) > 1 or not quote else []
        parts += [f'<blockquote style="{_QUOTE}">{e(quote)}</blockquote>'] if quote else []
    return parts


def _points(shown: Presented) -> str:
    items = "".join(f"<li>{e(line)}</li>" for line in point_lines(shown))
    return f'<ul style="margin:8px 0;padding-left:20px">{items}</ul>' if items else ""


def _reports(shown: Presented) -> str:
    """A list; those of a digest a list under each heading."""
    if not shown.reports:
        return ""
    parts, items = [f'<p style="margin:12px 0 0"><b>{e(shown.reports_head)}</b></p>'], list[str]()
    for line, url in shown.reports:
        if is_heading(line, url):
            parts, items = [*parts, _bullets(items), f'<h3 style="{_HEADING}">{e(line[1:-1])}</h3>'], []
        else:
            items.append(f"<li>{link(line, url)}</li>")
    return "".join([*parts, _bullets(items)])


def _bullets(items: list[str]) -> str:
    return f'<ul style="margin:4px 0;padding-left:20px">{"".join(items)}</ul>' if items else ""
