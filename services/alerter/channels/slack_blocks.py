"""An alert as Slack's Block Kit: text stands in parts that Slack reads as text, so that no title makes a mention.

https://docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 150 characters in a header, 3,000 in a text;
`plain_text` and the parts of a `rich_text` block know no markup, links are parts of their own. Messages above about
13,000 characters of blocks are refused (`msg_blocks_too_long`).
"""

import json
from typing import Any

from services.alerter.channels.markup import is_web
from services.alerter.domain.may_receive import MayReceive
from services.alerter.domain.presentation import Presented, point_lines
from services.alerter.domain.shorten import cut, fitted

LIMITS = "50 blocks, 3,000 characters a text, 12,000 in all"
MAY_RECEIVE = MayReceive("full")
_HEADER = 150
_TEXT = 2_900
_MOST = 12_000
"""Characters of all blocks together, as JSON."""
Part = dict[str, Any]


def escape(text: str) -> str:
    """Text that Slack shows as it stands where it reads markup: in the line for notifications."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(shown: Presented) -> str:
    """What a notification says."""
    return escape(cut(f"{shown.headline} — {shown.title}", 500))


def blocks(shown: Presented) -> list[Part]:
    """The whole message."""
    return fitted(shown, _blocks, lambda made: len(json.dumps(made, ensure_ascii=False)) <= _MOST)


def _blocks(shown: Presented) -> list[Part]:
    head: Part = {"type": "header", "text": _plain(cut(shown.headline, _HEADER))}
    lines = [
        [_link(shown.title, shown.url, bold=True)],
        [_text(shown.source)],
        *([_text(line)] for line in shown.lines),
    ]
    body = [_section(lines), *([_section([_facets(shown)])] if shown.facets else [])]
    if shown.news:
        body.append(_section([[{"type": "emoji", "name": "new"}, _text(f" {line}", bold=True)] for line in shown.news]))
    body += [_section([[_text(f"→ {line}", bold=True)] for line in shown.later])] if shown.later else []
    for line, quote in shown.events:
        body += [_section([[_text(f"• {line}")]])] if len(shown.events) > 1 or not quote else []
        body += [{"type": "rich_text_quote", "elements": [_text(quote)]}] if quote else []
    body += [_section([[_text(line)] for line in shown.summary])] if shown.summary else []
    body += [_bullets([[_text(line)] for line in point_lines(shown)])] if shown.points else []
    made = [head, {"type": "rich_text", "elements": body}]
    if shown.reports:
        bullets = _bullets([[_link(line, url)] for line, url in shown.reports])
        made.append({"type": "rich_text", "elements": [_section([[_text(shown.reports_head, bold=True)]]), bullets]})
    notes = [_plain(cut(note, _TEXT)) for note in (shown.times, shown.why, shown.key) if note]
    return [*made, {"type": "context", "elements": notes}]


def _facets(shown: Presented) -> list[Part]:
    """Who, which label, which status, in one line."""
    parts: list[Part] = []
    for name, value in shown.facets:
        parts += [_text(" · ")] if parts else []
        parts += [_text(f"{name}: ", bold=True), _text(value)]
    return parts


def _bullets(lines: list[list[Part]]) -> Part:
    return {"type": "rich_text_list", "style": "bullet", "elements": [_section([line]) for line in lines]}


def _plain(text: str) -> Part:
    return {"type": "plain_text", "text": text or " ", "emoji": False}


def _section(lines: list[list[Part]]) -> Part:
    """Lines of parts; a line ends where the next one begins."""
    parts: list[Part] = []
    for number, line in enumerate(lines):
        parts += [*([_text("\n")] if number else []), *line]
    return {"type": "rich_text_section", "elements": parts}


def _text(text: str, bold: bool = False) -> Part:
    return {"type": "text", "text": cut(text, _TEXT) or " ", **({"style": {"bold": True}} if bold else {})}


def _link(text: str, url: str, bold: bool = False) -> Part:
    if not is_web(url):
        return _text(text, bold)
    return {"type": "link", "url": url, "text": cut(text, _TEXT) or url, **({"style": {"bold": True}} if bold else {})}
