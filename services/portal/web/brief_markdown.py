"""A brief as Markdown. Whatever comes from an article is escaped: a title can neither link, nor embed, nor be HTML."""

import re
from collections.abc import Iterator, Sequence

from services.portal.domain.brief import Brief, BriefDocument, BriefPoint, Citation, Contradiction, Moment
from services.portal.domain.printed import when
from services.portal.web.brief_words import GROUPS, ODDS, coverage_line, left_out, wording_line
from services.portal.web.links import document_link, safe_link
from services.portal.web.preferences import Preferences
from services.portal.web.words import LABELS, STATUSES, Words, called, said

_SIGNS = re.compile(r"[\\`*_\[\]<>#!|~&$^@]|:(?=//)|(?<=www)\.|^(?:[-+=]|\d+(?=[.)]))", re.IGNORECASE)
"""What Markdown, its usual extensions and HTML read as a sign, wherever it stands; what makes an address into a link;
what begins a list or a rule."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
HEADINGS: dict[str, Words] = {
    "points": ("要点", "Key points"),
    "odds": ("说法不一之处", "Where sources contradict each other"),
    "timeline": ("时间线", "Timeline"),
    "documents": ("文档", "Documents"),
    "none": ("没有找到相关文档。", "No document was found."),
    "also": ("转载", "also at"),
    "made": ("生成于", "made"),
    "outlets": ("家媒体", "outlets"),
}


def escaped(text: str) -> str:
    """The text as it stands, on one line, whatever signs it holds."""
    return _SIGNS.sub(lambda found: _with_sign(found[0]), _CONTROLS.sub(" ", text)).strip()


def _with_sign(found: str) -> str:
    return f"{found}\u200b" if found.isdigit() else f"\\{found}"


def markdown(brief: Brief, chosen: Preferences, base: str = "") -> str:
    """The brief; `base` is the portal's own address, by which citations are links. Without one they are numbers."""
    return "\n".join(_lines(brief, chosen, base)) + "\n"


def _lines(brief: Brief, chosen: Preferences, base: str) -> Iterator[str]:
    speech = chosen.speech
    by_number = {one.number: one for one in brief.documents}

    def head(key: str) -> str:
        return said(HEADINGS[key], speech)

    def cites(citations: Sequence[Citation]) -> str:
        return " ".join(_cite(each, by_number, base) for each in citations)

    yield f"# {escaped(brief.heading)}"
    yield ""
    made = when(brief.made, "minute", chosen.zone)
    yield f"{head('made')} {made} ({escaped(chosen.zone_name)})"
    if not brief.documents:
        yield ""
        yield head("none")
        return
    yield ""
    yield escaped(coverage_line(brief, chosen))
    for line in (*left_out(brief, speech), *filter(None, [wording_line(brief, speech)])):
        yield ""
        yield f"> {escaped(line)}"
    for group, points in brief.groups:
        yield ""
        yield f"## {called(GROUPS, group, speech)}"
        yield ""
        yield from (_point(point, cites(point.citations), head("outlets")) for point in points)
    if brief.contradictions:
        yield ""
        yield f"## {head('odds')}"
        for one in brief.contradictions:
            yield ""
            yield from _odds(one, chosen, cites)
    if brief.timeline:
        yield ""
        yield f"## {head('timeline')}"
        yield ""
        yield from (_moment(one, chosen, cites(one.citations)) for one in brief.timeline)
    yield ""
    yield f"## {head('documents')}"
    yield ""
    yield from (_document(one, chosen, head("also")) for one in brief.documents)


def _point(point: BriefPoint, cites: str, outlets: str) -> str:
    many = f" ({point.outlets} {outlets})" if point.outlets > 1 else ""
    return f"- {escaped(point.text)} {cites}{many}"


def _odds(one: Contradiction, chosen: Preferences, cites: object) -> Iterator[str]:
    assert callable(cites)  # noqa: S101  # a function of this module
    yield f"**{said(ODDS[one.kind], chosen.speech)}** · {called(LABELS, one.label, chosen.speech)}"
    yield ""
    for side in one.sides:
        at = when(side.at, side.precision, chosen.zone)
        value = f" **{escaped(side.value)}**" if side.value else ""
        quote = f" “{escaped(side.quote)}”" if side.quote else ""
        yield f"- {at} · {called(STATUSES, side.status, chosen.speech)}{value}{quote} {cites([side.citation])}"


def _moment(one: Moment, chosen: Preferences, cites: str) -> str:
    words = (one.zh if chosen.speech == "zh" else one.en) or one.title
    status = called(STATUSES, one.status, chosen.speech)
    return f"- {when(one.at, one.precision, chosen.zone)} · {status} · {escaped(words)} {cites}"


def _document(one: BriefDocument, chosen: Preferences, also: str) -> str:
    link = safe_link(one.url)
    title = f"[{escaped(one.title)}](<{_address(link)}>)" if link else escaped(one.title)
    told = f"{one.number}. {title} · {escaped(one.outlet)} · {when(one.at, one.precision, chosen.zone)}"
    if one.reprints:
        told += f" · {also}: " + ", ".join(escaped(each.outlet) for each in one.reprints)
    return told


def _cite(citation: Citation, documents: dict[int, BriefDocument], base: str) -> str:
    document = documents[citation.number]
    told = []
    for paragraph in citation.paragraphs:
        name = f"{citation.number}¶{paragraph}" if paragraph else f"{citation.number}"
        link = document_link(document.document_id, "", paragraph or None)
        told.append(f"[\\[{name}\\]](<{base}{link}>)" if base else f"\\[{name}\\]")
    return " ".join(told)


def _address(link: str) -> str:
    """An address inside <>: what would end it is written by its code."""
    return re.sub(r"[<>\s\\]|[\x00-\x1f]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), link)
