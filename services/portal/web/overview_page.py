"""What the pages of the overview are made from: names, periods, tables."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.portal.domain.tallies import ALL, Tallies
from services.portal.web import words
from services.portal.web.grid import Head, Measure, matrix_grid, value_of, weekly_grid
from services.portal.web.overview_asked import PERIODS, USUAL, Wish
from services.portal.web.parts import Parts
from services.portal.web.phrases_overview import PHRASES
from services.portal.web.preferences import Preferences
from services.portal.web.words import Words, called, filled
from shared.watch import LABELS

MOST = 10
"""Columns beside the total, those with the most stories."""
Namer = Callable[[str, str], str]
"""Field and value to what readers call it."""


def namer(parts: Parts, chosen: Preferences) -> Namer:
    """Names in the reader's language; those that have no identifier are other companies."""
    names: Mapping[str, Words] = {one.id: (one.zh, one.en) for one in parts.overview.companies}
    return lambda field, value: called(names if field == "entity" else words.VALUES[field], value, chosen.speech)


def t(key: str, chosen: Preferences, **told: object) -> str:
    """The words of one key."""
    return filled(PHRASES[key], chosen.speech, **told)


def period_page(wish: Wish, path: str, usual: int = USUAL) -> dict[str, Any]:
    """What _period.html needs."""
    return {"wish": wish, "path": path, "periods": PERIODS, "usual": usual}


def page_of(wish: Wish, tallies: Tallies, name: Namer, chosen: Preferences) -> dict[str, Any]:
    """What the template needs."""
    asked, measure = wish.asked, wish.measure
    # Within one company, others' columns would count what no search can ask for: values of a field are joined by "or".
    entities = () if asked.entity else ranked(tallies, "entity", measure)[:MOST]
    labels = () if asked.label else ranked(tallies, "label", measure, by_count=False)
    beside = entities if asked.by == "entity" else ranked(tallies, "label", measure)[: min(MOST, len(labels))]
    counts = {value: _whole(tallies, asked.by, value, measure) for value in beside}
    heads = [Head(t("ov_all", chosen))]
    heads += [
        Head(name(asked.by, value), wish.link(**{asked.by: value, "by": _other(asked.by)}), f"{counts[value]:,}")
        for value in beside
    ]

    def head(field: str, value: str) -> Head:
        if value == ALL:
            filtered = asked.entity if field == "entity" else asked.label
            return Head(name(field, filtered) if filtered else t("ov_all", chosen))
        return Head(name(field, value), wish.link(**{field: value, "by": _other(field)}))

    in_all = tallies.whole()
    corners = t("ov_week_of", chosen), t("ov_event", chosen)
    return period_page(wish, "/overview") | {
        "said": t(
            "ov_overview_said",
            chosen,
            stories=f"{in_all.stories:,}",
            documents=f"{in_all.documents:,}",
            first=asked.weeks.first,
            last=asked.weeks.following - timedelta(days=1),
        ),
        "weekly": weekly_grid(asked, tallies, beside, measure, heads, (t("ov_by_week_caption", chosen), corners[0])),
        "matrix": matrix_grid(
            asked,
            tallies,
            entities,
            labels,
            measure,
            head,
            (t("ov_by_both_caption", chosen), corners[1]),
        ),
    }


def _other(field: str) -> str:
    return "label" if field == "entity" else ""


def _whole(tallies: Tallies, field: str, value: str, measure: Measure) -> int:
    return value_of(tallies.whole(value) if field == "entity" else tallies.whole(label=value), measure)


def ranked(tallies: Tallies, field: str, measure: Measure, by_count: bool = True) -> Sequence[str]:
    """The values of a field that occur: the most frequent first, or labels in the order in which people read them."""
    place = 0 if field == "entity" else 1
    found = [key[place] for key in tallies.period if key[1 - place] == ALL and key[place] != ALL]
    found = [value for value in found if _whole(tallies, field, value, measure)]
    order = {label: number for number, label in enumerate(LABELS)}
    if by_count or field == "entity":
        return sorted(found, key=lambda value: (-_whole(tallies, field, value, measure), value))
    return sorted(found, key=lambda value: (order.get(value, len(order)), value))
