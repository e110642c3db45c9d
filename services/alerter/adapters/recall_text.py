"""A measured day for people and for programs."""

from typing import Any
from zoneinfo import ZoneInfo

from services.alerter.domain.recall import Judged, Recall


def as_plain(recall: Recall) -> dict[str, Any]:
    """Plain values; times as ISO 8601, ratios rounded to four places, None when not measured."""
    return {
        "day": recall.day.isoformat(),
        "timezone": recall.zone,
        "measured": not recall.why,
        "why_not": recall.why or None,
        "recall": _rounded(recall.ratio),
        "recall_of_wanted": _rounded(recall.wanted_ratio),
        "headlines": len(recall.headlines),
        "counts": {fate: count for fate, count in recall.counts.items() if count},
        "sources": {source: fault or "whole" for source, fault in recall.sources.items()},
        "not_told": [_plain(one) for one in recall.headlines if one.fate != "told"],
    }


def as_text(recall: Recall) -> str:
    """Lines: the figure, the index's sources, then each headline that was not told, with its reason."""
    zone = ZoneInfo(recall.zone)
    lines = [f"{recall.day} ({recall.zone}): {_figure(recall)}"]
    lines += [f"  index {source}: {fault or 'whole'}" for source, fault in recall.sources.items()]
    counts = ", ".join(f"{fate} {count}" for fate, count in recall.counts.items() if count)
    lines.append(f"  {len(recall.headlines)} headlines about a watched company{': ' if counts else ''}{counts}")
    for one in recall.headlines:
        if one.fate != "told":
            head = one.headline
            outlet = f", {head.outlet}" if head.outlet else ""
            lines += [
                f"{one.fate}: {head.title}",
                f"      {head.dated.astimezone(zone):%H:%M}{outlet}, listed by {', '.join(head.sources)}",
                f"      {head.addresses[0]}",
                f"      {one.words}",
            ]
    return "\n".join(lines)


def _figure(recall: Recall) -> str:
    if recall.ratio is None:
        return f"not measured: {recall.why}"
    wanted = recall.wanted_ratio
    of_wanted = f"; {wanted:.1%} without what is left out by rule" if wanted is not None else ""
    return f"recall {recall.ratio:.1%}{of_wanted}"


def _rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 4)


def _plain(one: Judged) -> dict[str, Any]:
    head = one.headline
    return {
        "title": head.title,
        "reason": one.fate,
        "words": one.words,
        "document_id": one.document_id or None,
        "addresses": list(head.addresses),
        "sources": list(head.sources),
        "outlet": head.outlet or None,
        "dated": head.dated.isoformat(),
    }
