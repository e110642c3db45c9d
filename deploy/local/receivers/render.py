"""A Slack message as a page that a browser opens."""

import html
import json
import re
from typing import Any

from deploy.local.receivers.record import Received

_LINK = re.compile(r"&lt;(https?://[^|&\s]+(?:&amp;[^|&\s]+)*)(?:\|(.+?))?&gt;")
_STYLE = "body{font:16px sans-serif;max-width:46em;margin:2em auto;line-height:1.5}.note{color:#666;font-size:.85em}"


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
    texts = [block["text"]] if isinstance(block.get("text"), dict) else []
    texts += [one for name in ("fields", "elements") for one in block.get(name) or [] if isinstance(one, dict)]
    plain = [str(one["text"]) for one in texts if isinstance(one.get("text"), str)]
    if block.get("type") == "header":
        return "".join(f"<h2>{_inline(text)}</h2>" for text in plain)
    if block.get("type") == "divider":
        return "<hr>"
    return "".join(_paragraph(text, note=block.get("type") == "context") for text in plain)


def _paragraph(text: str, note: bool = False) -> str:
    return f"<p{' class=note' if note else ''}>{_inline(text)}</p>"


def _inline(text: str) -> str:
    """Slack escapes &, < and > itself, so they are read back before they are escaped again."""
    safe = html.escape(html.unescape(text.replace("<", "\x01").replace(">", "\x02")))
    safe = safe.replace("\x01", "&lt;").replace("\x02", "&gt;")
    linked = _LINK.sub(lambda found: f'<a href="{found[1]}">{found[2] or found[1]}</a>', safe)
    return re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", linked).replace("\n", "<br>")
