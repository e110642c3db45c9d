"""What a check found, as tables for people."""

from collections.abc import Iterable, Sequence

from services.crawler.application.check import Checked, Exchange, Opened
from services.crawler.application.values import Screening
from services.crawler.domain.columns import width as columns_of
from shared.messages.common import Published

SHOWN = 20
"""Items in the table; the shares count all."""
_ADVICE = (
    ("robots.txt forbids", "the site asks programs to stay away from this address: leave the source off"),
    ("robots.txt unreachable", "nothing is asked where robots.txt cannot be read: try again later"),
    ("nothing matches the selector", "open the page, find what every article's box has in common, and set `items`"),
    ("no list at", "keep the answer (--keep), find the list in it, and set `items`"),
    ("no JSON", "keep the answer (--keep) and read it: it may be a page for people, or a refusal"),
    ("no feed", "open the address in a browser: the feed may have moved, or there is none"),
    ("no article text", "the page may need JavaScript (`fetch: browser`), or a rule for its site"),
    ("401", "the host wants to know who asks: this source cannot be read without an account"),
    ("403", "the host refuses this crawler: do not go on asking; write to the site, or leave the source off"),
    ("404", "there is nothing at this address: it may have moved"),
    ("412", "the host wants a browser's proof (a captcha or script): leave the source off"),
    ("429", "the host was asked too often: give the source a longer `pace` and wait"),
)
"""What to do about an error that begins or says so."""


def report(name: str, address: str, checked: Checked) -> str:
    """All that was found, ending with whether the source works."""
    parts = [
        [f"{name}: {address}"],
        ["", "asked", *_table([_exchange(one) for one in checked.exchanges])],
        ["", f"listed: {len(checked.items)}, left out: {checked.dropped}", *_items(checked)],
        *([["", "missing", *_table(_missing(checked))]] if checked.items else []),
        *([["", "articles"], *(_opened(one) for one in checked.opened)] if checked.opened else []),
        ["", *_verdict(checked)],
    ]
    return "\n".join(line.rstrip() for part in parts for line in part)


def confirmation(name: str, built_in: bool, day: str) -> str:
    """How to say that a source was seen to work on `day` (YYYY-MM-DD)."""
    if not built_in:
        return f"to say so: set `verified: true` at the entry {name} of the sources file"
    return (
        f"to say so: in services/crawler/sources/{name}.py set verified=True and evidence="
        '"B" (a dated live test), and\n'
        "  enabled=True without why_off where it was off for want of one; in\n"
        f"  tests/fixtures/sources/{name}/about.md add the line `Seen live: {day}`"
    )


def _exchange(one: Exchange) -> tuple[str, ...]:
    what = one.error or f"{len(one.parsed.items) if one.parsed else 0} items"
    size = f"{len(one.answer.body):,} bytes" if one.answer else "no answer"
    media = one.answer.media if one.answer else ""
    body = f" {one.request.body.decode('utf-8', 'replace')}" if one.request.body else ""
    return (f"{one.request.method} {one.request.address}{body}"[:120], size, media, what)


def _items(checked: Checked) -> list[str]:
    if not checked.items:
        return []
    head = ("time", "title", "watchlist", "link")
    rows = [
        (_time(item.published), _cut(item.title, 60), _judged(judged), item.address) for item, judged in checked.items
    ]
    more = [f"  … and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return [*_table([head, *rows[:SHOWN]]), *more]


def _missing(checked: Checked) -> list[tuple[str, ...]]:
    items, every = len(checked.items), len(checked.items) + checked.dropped
    return [
        ("no date, or one that cannot be true", _share(checked.undated, items)),
        ("no title", _share(checked.untitled, items)),
        ("no usable link, or past the cap", _share(checked.dropped, every)),
        ("title names something watched", _share(sum(judged.concerns for _, judged in checked.items), items)),
    ]


def _opened(one: Opened) -> list[str]:
    rows: list[tuple[str, ...]] = []
    if one.article and one.screening:
        letters = sum(map(len, one.article.paragraphs))
        rows = [
            ("title", _cut(one.article.title, 90) or "none"),
            ("date", f"{_time(one.article.published)} (listed: {_time(one.item.published)})"),
            ("body", f"{letters:,} characters in {len(one.article.paragraphs)} paragraphs"),
            ("outlet", one.article.outlet or one.item.outlet or "none named"),
            ("watchlist", _judged(one.screening)),
        ]
    if one.error:
        rows.append(("wrong", one.error))
    return [f"  {one.item.address}", *(f"  {line}" for line in _table(rows))]


def _verdict(checked: Checked) -> list[str]:
    if not checked.faults:
        return [f"works: {len(checked.items)} items read, {len(checked.opened)} articles opened"]
    lines = ["does not work:"]
    for fault in checked.faults:
        lines.append(f"  {fault}")
        lines += [f"    mend: {advice}" for sign, advice in _ADVICE if _says(fault, sign)][:1]
    return lines


def _says(fault: str, sign: str) -> bool:
    error = fault.partition(": ")[2]
    return error.startswith(sign) if sign.isdigit() else sign in error


def _judged(screening: Screening) -> str:
    if screening.concerns:
        return "watched: " + ", ".join(screening.identifiers)
    return "left out: " + "; ".join(screening.dropped[:2]) if screening.dropped else "-"


def _time(published: Published | None) -> str:
    if published is None:
        return "none"
    return published.at.strftime("%Y-%m-%d" if published.precision == "day" else "%Y-%m-%d %H:%M %z")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "0 of 0"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns aligned for a terminal, in which a Chinese character is two wide."""
    every = list(rows)
    if not every:
        return []
    widths = [min(70, max(columns_of(row[at]) for row in every)) for at in range(len(every[0]))]
    return [
        "  " + "  ".join(cell + " " * (width - columns_of(cell)) for cell, width in zip(row, widths, strict=True))
        for row in every
    ]
