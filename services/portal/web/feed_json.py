"""A JSON Feed (version 1.1 of jsonfeed.org) of a search, with what programs want to know under `_luming`."""

from typing import Any

from services.portal.domain.page import Result, SearchPage
from services.portal.web.feed_parts import Addresses, clean, moment, original, summary_of, title_of, urn
from services.portal.web.links import document_link
from services.portal.web.words import Speech

VERSION = "https://jsonfeed.org/version/1.1"
_TONGUES = {"zh-Hans", "zh-Hant", "en"}
"""Languages that have a tag of BCP 47; `other` has none."""


def json_feed(page: SearchPage, where: Addresses, speech: Speech) -> dict[str, Any]:
    """The feed. Text is within the rights already."""
    feed: dict[str, Any] = {
        "version": VERSION,
        "title": clean(f"Luming · {page.text}" if page.text else "Luming"),
        "home_page_url": where.page,
        "feed_url": where.own("json"),
        "items": [_item(one, where.base, speech) for one in page.results],
    }
    if page.cursor:
        feed["next_url"] = where.feed("json", page.cursor)
    return feed


def _item(result: Result, base: str, speech: Speech) -> dict[str, Any]:
    """One document; its content is plain text, so that a title that is a script stays a title."""
    own_words = "\n".join(clean(one.zh if speech == "zh" else one.en) for one in result.events if one.zh and one.en)
    item: dict[str, Any] = {
        "id": urn(result.document_id),
        "url": base + document_link(result.document_id),
        "title": title_of(result),
        "content_text": summary_of(result, speech) or own_words or title_of(result),
        "date_published": moment(result.at),
        "authors": [{"name": clean(result.outlet)}],
        "tags": list(dict.fromkeys(f"{one.label}/{one.status}" for one in result.events)),
        "_luming": {
            "document_id": result.document_id,
            "revision": result.revision,
            "kind": result.kind,
            "importance": result.importance,
            "rights": result.rights,
            "entities": list(result.entities),
            "thread_id": result.thread.thread_id if result.thread else None,
        },
    }
    if original(result):
        item["external_url"] = original(result)
    if result.language in _TONGUES:
        item["language"] = result.language
    return item
