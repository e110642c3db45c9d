"""An Atom feed (RFC 4287) of a search, the newest documents first."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

from services.portal.domain.page import Result, SearchPage
from services.portal.web.links import document_link, safe_link, search_link
from services.portal.web.words import GROUPS, Speech, called

ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def feed(page: SearchPage, base: str, now: datetime, speech: Speech) -> bytes:
    """The feed; `base` is where the portal is, without a slash at its end. Text is within the rights already."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "id", base + search_link(page.text, path="/feed.atom"))
    _add(root, "title", f"Luming · {page.text}" if page.text else "Luming")
    _add(root, "updated", _moment(max((one.at for one in page.results), default=now)))
    _link(root, "self", base + search_link(page.text, path="/feed.atom"), "application/atom+xml")
    _link(root, "alternate", base + search_link(page.text, "newest"), "text/html")
    for result in page.results:
        _entry(root, result, base, speech)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ElementTree.Element, result: Result, base: str, speech: Speech) -> None:
    entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", f"urn:uuid:{_uuid(result.document_id)}")
    _add(entry, "title", result.title)
    _add(entry, "updated", _moment(result.at))
    _add(entry, "published", _moment(result.at))
    _add(ElementTree.SubElement(entry, f"{{{ATOM}}}author"), "name", result.outlet)
    _link(entry, "alternate", base + document_link(result.document_id), "text/html")
    if safe_link(result.url):
        _link(entry, "via", result.url, "text/html")
    for event in result.events:
        ElementTree.SubElement(entry, f"{{{ATOM}}}category", {"term": f"{event.label}/{event.status}"})
    summary = _summary(result, speech)
    if summary:
        _add(entry, "summary", summary)


def _summary(result: Result, speech: Speech) -> str:
    """Key points with their citations, else the passages."""
    if not result.summary:
        return "\n".join(f"{one.text} [{one.paragraph}]" for one in result.passages)
    lines = []
    for group in result.summary:
        told = (f"{point.text} {''.join(f'[{each}]' for each in point.citations)}" for point in group.points)
        lines.append(f"{called(GROUPS, group.group, speech)} – {' … '.join(told)}")
    return "\n".join(lines)


def _uuid(document_id: str) -> str:
    return "-".join((document_id[:8], document_id[8:12], document_id[12:16], document_id[16:20], document_id[20:]))


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = _NOT_XML.sub(" ", text)


def _link(parent: ElementTree.Element, relation: str, address: str, media: str) -> None:
    ElementTree.SubElement(
        parent, f"{{{ATOM}}}link", {"rel": relation, "href": _NOT_XML.sub("", address), "type": media}
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
