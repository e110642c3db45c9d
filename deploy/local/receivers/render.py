"""A Slack message as a page that a browser opens."""

import html
import json
import re
from typing import Any

from deploy.local.receivers.record import Received

_LINK = re.compile(r"&lt;(https?://[^|&\s]+(?:&amp;[^|&\s]+)*)(?:\|(.+?))?&gt;")
_STYLE = (
    "body{font:15px/1.47 Lato,'Noto Sans CJK SC','PingFang SC',sans-serif;color:#1d1c1d;max-width:46em;margin:2em auto}"
    ".note{color:#616061;font-size:12px}h2{font-size:18px;margin:.4em 0}a{color:#1264a3;text-decoration:none}"
    "blockquote{margin:.4em 0;padding:0 0 0 12px;border-left:4px solid #ddd}ul{margin:.2em 0;padding-left:1.6em}"
    "p{margin:.4em 0;overflow-wrap:anywhere}"
)
_EMOJI = {"new": "🆕"}


def as_html(message: dict[str, Any], received: Received) -> str:
    """One self-contained page; nothing of the message is taken for markup but Slack's own links and bold."""
    parts = [_block(block) for block in message.get("blocks") or []] or [_paragraph(str(message.get("text", "")))]
    whole = html.escape(json.dumps(message, ensure_ascii=False, indent=2))
    channel = html.escape(received.channel)
    key = html.escape(received.delivery_key)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{channel}</title><style>{_STYLE}</style></head><body>'
        f'<p class="note">{channel} · {received.received.isoformat(timespec="milliseconds")} · {key}</p>'
        + "\n".join(parts)
        + f"<details><summary>as sent</summary><pre>{whole}</pre></details></body></html>\n"
    )


def _block(block: dict[str, Any]) -> str:
    if block.get("type") == "rich_text":
        return "".join(_rich(part) for part in block.get("elements") or [])
    texts = [block["text"]] if isinstance(block.get("text"), dict) else []
    texts += [one for name in ("fields", "elements") for one in block.get(name) or [] if isinstance(one, dict)]
    shown = [
        _inline(str(one["text"]), one.get("type") == "mrkdwn") for one in texts if isinstance(one.get("text"), str)
    ]
    if block.get("type") == "header":
        return "".join(f"<h2>{text}</h2>" for text in shown)
    if block.get("type") == "divider":
        return "<hr>"
    note = " class=note" if block.get("type") == "context" else ""
    return "".join(f"<p{note}>{text}</p>" for text in shown)


def _rich(part: dict[str, Any]) -> str:
    """A part of a rich_text block, whose texts know no markup."""
    kind, elements = part.get("type"), part.get("elements") or []
    inner = "".join(_rich(one) for one in elements)
    if kind == "rich_text_section":
        return f"<p>{inner}</p>"
    if kind == "rich_text_quote":
        return f"<blockquote>{inner}</blockquote>"
    if kind == "rich_text_list":
        return f"<ul>{''.join(f'<li>{_rich(one)}</li>' for one in elements)}</ul>"
    if kind == "emoji":
        return _EMOJI.get(str(part.get("name")), html.escape(f":{part.get('name')}:"))
    text = html.escape(str(part.get("text") or part.get("url") or "")).replace("\n", "<br>")
    bold = f"<b>{text}</b>" if (part.get("style") or {}).get("bold") else text
    return f'<a href="{html.escape(str(part.get("url")))}">{bold}</a>' if kind == "link" else bold


def _paragraph(text: str) -> str:
    return f"<p>{_inline(text, markup=True)}</p>"


def _inline(text: str, markup: bool) -> str:
    """Slack escapes &, < and > itself in markup, so they are read back before they are escaped again."""
    if not markup:
        return html.escape(text).replace("\n", "<br>")
    safe = html.escape(html.unescape(text.replace("<", "\x01").replace(">", "\x02")))
    safe = safe.replace("\x01", "&lt;").replace("\x02", "&gt;")
    linked = _LINK.sub(lambda found: f'<a href="{found[1]}">{found[2] or found[1]}</a>', safe)
    return re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", linked).replace("\n", "<br>")
