"""Mending a listing whose selectors stopped matching: a proposal in words, and as lines for config/sources.yaml."""

import json

from services.crawler.application.values import KeptPage
from services.crawler.domain.columns import aligned
from services.crawler.domain.repair import Match, Page, Proposal, Selectors, repair

SHOWN = 5
"""Articles shown of what the proposal reads on the present page."""


def mended(name: str, built_in: bool, good: KeptPage | None, seen: KeptPage | None, old: Selectors) -> str:
    """What to write into config/sources.yaml so that the listing is read again, or why nothing is proposed."""
    if good is None:
        return "No listing of it was ever read: there is nothing to compare the present page with."
    if seen is None:
        return "Its listing was read each time: there is nothing to mend."
    try:
        proposal = repair(_page(good), _page(seen), old)
    except RecursionError:
        return f"The present page ({seen.address}) is nested too deep to be read."
    if proposal is None:
        return (
            f"The selector `{old.items}` stopped matching, and nothing on the present page ({seen.address}) "
            "is like the articles of the last good one: "
            "it may be another page (maintenance, a login, one made by JavaScript)."
        )
    return "\n\n".join(
        (_told(proposal, old), _sureness(proposal), _shown(proposal.present), _yaml(name, built_in, proposal.selectors))
    )


def _page(kept: KeptPage) -> Page:
    return Page(kept.body, kept.address, kept.charset)


def _told(proposal: Proposal, old: Selectors) -> str:
    present, good, were = proposal.present, proposal.good, proposal.were
    head = ("", "articles", "of the old ones", "with a date")
    rows = [
        head,
        ("last good page, old selectors", str(were), str(were), ""),
        ("last good page, proposed", *_counts(good, were)),
        ("present page, old selectors", "0", "0", "0"),
        ("present page, proposed", *_counts(present, were)),
    ]
    return f"The selector `{old.items}` stopped matching. Proposed: `{proposal.selectors.items}`.\n\n{aligned(rows)}"


def _sureness(proposal: Proposal) -> str:
    known, count = proposal.present.known, len(proposal.present.items)
    if proposal.sure:
        return f"Sure: {known} of the {count} articles that it reads stood on the last good page."
    if known:
        return (
            f"Unsure: only {known} of the {count} articles that it reads stood on the last good page. Look at the page."
        )
    return (
        f"Very unsure: none of the {count} articles that it reads stood on the last good page, their addresses "
        "are only of the same shape. Look at the page before you use it."
    )


def _counts(match: Match, were: int) -> tuple[str, str, str]:
    return str(len(match.items)), f"{match.known} of {were}", str(match.dated)


def _shown(match: Match) -> str:
    lines = [
        ("It reads there:", ""),
        *((f"  {item.title}", f"{item.date}  {item.address}") for item in match.items[:SHOWN]),
    ]
    return aligned(lines)


def _yaml(name: str, built_in: bool, selectors: Selectors) -> str:
    """An entry that tunes the source; quoted as JSON, which YAML reads."""
    said = {"items": selectors.items, "link": selectors.link, "title": selectors.title, "date": selectors.date}
    said["include"] = selectors.include
    options = "".join(f"\n      {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in said.items())
    where = "Add to `sources:` in" if built_in else "Put into its entry in"
    return f"{where} config/sources.yaml:\n\n  - name: {name}\n    options:{options}"
