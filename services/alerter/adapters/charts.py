"""The chart of a digest: events by company and label, as a picture with letters that draw Chinese.

matplotlib takes a second to import and draws nothing but digests, so that it is imported when the first one is drawn.
It brings no Chinese letters: Noto Sans SC comes from the package pylopdf-fonts-zh-cn (SIL Open Font License), or a
family that the machine has is taken; without any the chart speaks English and its description says why.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from services.alerter.domain.content import Chart
from services.alerter.domain.digest import NOBODY, Cell
from services.alerter.domain.wording import Names, in_language, label_words
from shared.messages.common import Language
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")
"""Free families with simplified and traditional characters, in the order of preference."""
_COLOURS = (
    *("#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#99ddff"),
    *("#44bb99", "#bbcc33", "#aaaa00", "#dddddd"),
)
"""Paul Tol's light scheme (SRON/EPS/TN/09-002): told apart by the colour-blind, and black figures read well on it."""
_HATCHES = ("", "//")
"""A second sign beside the colour, for the labels beyond them and for print."""
_WIDTH, _BAR, _FRAME = 8.0, 0.42, 1.6
"""Inches: of the picture, of a company's bar, of what stands around them."""
_THICK = 0.66
"""Of a bar's room, which is _BAR."""
_DPI = 110
_MOST = 14
"""Companies drawn; those with fewest events are left out, and the description counts them."""


def draw(name: str, cells: Sequence[Cell], names: Names, language: Language) -> Chart | None:
    """The chart called `name`; None where there is nothing to draw or matplotlib is not installed."""
    if not cells:
        return None
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        log.warning("digests come without charts", error=str(error))
        return None
    fonts = _fonts()
    spoken: Language = language if fonts is not None or language == "en" else "en"
    kept, left_out = _largest(cells)
    figure = Figure(figsize=(_WIDTH, _FRAME + _BAR * len(kept)), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    _bars(figure, kept, names, spoken, fonts)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return Chart.model_construct(
        name=name, png=picture.getvalue(), described=_described(cells, names, language, left_out, spoken)
    )


def _fonts() -> Any:
    """Properties of letters that draw Chinese; None where there are none."""
    from matplotlib import font_manager

    try:
        from pylopdf_fonts_zh_cn import sans_path

        return font_manager.FontProperties(fname=str(sans_path()))
    except ImportError:
        known = {font.name for font in font_manager.fontManager.ttflist}
        family = next((one for one in _FAMILIES if one in known), None)
        if family is None:
            log.warning("no letters draw Chinese: charts speak English")
            return None
        return font_manager.FontProperties(family=family)


def _largest(cells: Sequence[Cell]) -> tuple[dict[str, dict[str, int]], int]:
    """Events by company and label, the order kept; how many companies are left out."""
    rows: dict[str, dict[str, int]] = {}
    for cell in cells:
        rows.setdefault(cell.entity, {})[cell.label] = cell.count
    ranked = sorted(rows, key=lambda entity: -sum(rows[entity].values()))[:_MOST]
    return {entity: rows[entity] for entity in rows if entity in ranked}, len(rows) - len(ranked)


def _bars(figure: Any, rows: Mapping[str, Mapping[str, int]], names: Names, language: Language, fonts: Any) -> None:
    """A bar a company, a part a label, its count within; the first company on top."""
    axes = figure.add_subplot()
    labels = sorted({label for counts in rows.values() for label in counts}, key=lambda one: (-_total(rows, one), one))
    places = range(len(rows))
    left = [0] * len(rows)
    for number, label in enumerate(labels):
        counts = [counts.get(label, 0) for counts in rows.values()]
        colour = _COLOURS[number % len(_COLOURS)]
        hatch = _HATCHES[number // len(_COLOURS) % len(_HATCHES)]
        axes.barh(places, counts, left=left, height=_THICK, color=colour, hatch=hatch, edgecolor="white",
                  label=label_words(label, language))  # fmt: skip
        for place, count in zip(places, counts, strict=True):
            if count:
                axes.text(
                    left[place] + count / 2, place, str(count), ha="center", va="center", fontsize=9, color="black"
                )
        left = [before + count for before, count in zip(left, counts, strict=True)]
    axes.set_yticks(list(places), [_name(entity, names, language) for entity in rows], fontproperties=fonts, size=10)
    axes.set_ylim(len(rows) - 0.5, -0.5)  # the first company on top
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlim(0, max(left) * 1.02)
    axes.spines[["top", "right"]].set_visible(False)
    title = in_language(("事件（按主体与类型）", "Events by company and label"), language)
    axes.set_title(title, fontproperties=fonts, size=12, loc="left")
    legend_font = fonts.copy() if fonts is not None else None
    if legend_font is not None:
        legend_font.set_size(9)
    figure.legend(loc="outside lower left", ncols=4, frameon=False, prop=legend_font)


def _total(rows: Mapping[str, Mapping[str, int]], label: str) -> int:
    return sum(counts.get(label, 0) for counts in rows.values())


def _name(entity: str, names: Names, language: Language) -> str:
    if entity == NOBODY:
        return in_language(("其他主体", "others"), language)
    return in_language(names.get(entity, (entity, entity)), language)


def _described(cells: Sequence[Cell], names: Names, language: Language, left_out: int, spoken: Language) -> str:
    """What the picture shows, for who cannot see it."""
    rows: dict[str, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.entity, []).append(f"{label_words(cell.label, language)} {cell.count}")
    told = "; ".join(f"{_name(entity, names, language)}: {', '.join(counts)}" for entity, counts in rows.items())
    notes = (
        [in_language((f"图中略去 {left_out} 个主体", f"{left_out} companies are not drawn"), language)]
        if left_out
        else []
    )
    notes += ["The picture is in English: no Chinese letters are installed."] if spoken != language else []
    return " ".join([told, *notes])
