"""An Atom feed (RFC 4287) of a search, the newest documents first; further pages as RFC 5005 links them."""

from datetime import datetime
from xml.etree import ElementTree

from services.portal.domain.page import Result, SearchPage
from services.portal.web.feed_parts import MEDIA, Addresses, clean, moment, original, summary_of, title_of, urn
from services.portal.web.links import document_link
from services.portal.web.words import Speech

ATOM = "http://www.w3.org/2005/Atom"


def atom_feed(page: SearchPage, where: Addresses, now: datetime, speech: Speech) -> bytes:
    """The feed. Text is within the rights already; `now` is when an empty one was updated."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "id", Addresses(where.base, where.query).feed("atom"))
    _add(root, "title", f"Luming · {page.text}" if page.text else "Luming")
    _add(root, "updated", moment(max((one.at for one in page.results), default=now)))
    _link(root, "self", where.own("atom"), MEDIA["atom"])
    _link(root, "alternate", where.page, "text/html")
    _link(root, "alternate", where.feed("json"), MEDIA["json"])
    if page.cursor:
        _link(root, "next", where.feed("atom", page.cursor), MEDIA["atom"])
    if where.cursor:
        _link(root, "first", where.feed("atom"), MEDIA["atom"])
    for result in page.results:
        _entry(root, result, where.base, speech)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ElementTree.Element, result: Result, base: str, speech: Speech) -> None:
    entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", urn(result.document_id))
    _add(entry, "title", title_of(result))
    _add(entry, "updated", moment(result.at))
    _add(entry, "published", moment(result.at))
    _add(ElementTree.SubElement(entry, f"{{{ATOM}}}author"), "name", result.outlet)
    _link(entry, "alternate", base + document_link(result.document_id), "text/html")
    if original(result):
        _link(entry, "via", original(result), "text/html")
    for event in result.events:
        ElementTree.SubElement(entry, f"{{{ATOM}}}category", {"term": f"{event.label}/{event.status}"})
    summary = summary_of(result, speech)
    if summary:
        _add(entry, "summary", summary)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = clean(text)


def _link(parent: ElementTree.Element, relation: str, address: str, media: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "href": address, "type": media})
