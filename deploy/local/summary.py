"""The account as figures for a machine and as lines for a person."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.local.accounting import OUTCOMES, Account, PageAccount
from deploy.local.latency import Document, Way, figures, stage_figures
from deploy.local.portal import Found


def as_figures(account: Account, ways: Mapping[Document, Way], found: Found | None = None) -> dict[str, Any]:
    """What SUMMARY=file.json holds; latencies in seconds, from the poll that saw a page to its first alert.

    `found`: what the portal found, where it was asked.
    """
    alerts = account.alerts
    return {
        "pages": len(account.pages),
        "accounted": account.accounted,
        "outcomes": account.outcomes,
        "alerts_expected": len(alerts.right) + len(alerts.missing),
        "alerts_right": len(alerts.right),
        "alerts_missing": len(alerts.missing),
        "alerts_wrong": len(alerts.wrong),
        "delivered_twice": alerts.delivered_twice,
        "twice_on_the_wire": alerts.twice_on_the_wire,
        "latency_seconds": figures([way.latency for way in ways.values()]),
        "stages": stage_figures(ways.values()),
        **({"portal": found.as_figures()} if found else {}),
    }


def as_lines(account: Account, ways: Mapping[Document, Way], judged: bool) -> Iterator[str]:
    """The summary; `judged` says whether a table told what to expect."""
    shown = as_figures(account, ways)
    yield f"{shown['pages']} pages, {shown['accounted']} accounted for"
    wanted = [page.page.outcome for page in account.pages]
    for outcome in OUTCOMES:
        expected = f"   expected {wanted.count(outcome):>3}" if judged else ""
        yield f"  {outcome:<12} {account.outcomes[outcome]:>4}{expected}"
    yield from _alert_lines(account, judged)
    yield "latency in seconds        p50    p95    p99"
    yield _row("listed to alert", shown["latency_seconds"])
    for name, row in shown["stages"].items():
        yield _row("  " + name.replace("_", " "), row)
    yield from _difference_lines(account)


def page_lines(account: Account, ways: Mapping[Document, Way]) -> Iterator[str]:
    """One line a page: what became of it, seconds to its first alert, and why."""
    for one in account.pages:
        way = ways.get(one.document) if one.document else None
        seconds = f"{way.latency:.2f} s" if way else ""
        yield f"  {one.outcome or 'OPEN':<12} {_name(one):<36} {seconds:>8}  {one.reason}"


def _alert_lines(account: Account, judged: bool) -> Iterator[str]:
    alerts = account.alerts
    twice = f"{alerts.delivered_twice} twice, {alerts.twice_on_the_wire} twice on the wire"
    if judged:
        expected = len(alerts.right) + len(alerts.missing)
        yield f"alerts: {expected} expected, {len(alerts.right)} right, {len(alerts.missing)} missing, " + (
            f"{len(alerts.wrong)} wrong, {twice}"
        )
    else:
        yield f"alerts: {len(alerts.unjudged)} arrived, {twice}; no table says which to expect"
        for _, (page, subscription, channel) in alerts.unjudged:
            yield f"  {page} to {subscription}, {channel}"


def _difference_lines(account: Account) -> Iterator[str]:
    for one in account.differences:
        yield f"DIFFERS {_name(one)}: {one.outcome or 'no outcome'} ({one.reason})"
        yield f"        expected {one.page.outcome}: {one.page.reason}"
    for page, subscription, channel in account.alerts.missing:
        yield f"MISSING alert of {page} to {subscription}, {channel}"
    for key, why in account.alerts.wrong:
        yield f"WRONG   alert {key}: {why}"
    for address in account.strange:
        yield f"STRANGE {address}: looked at, but nobody put it out"
    for thread in sorted(account.swapped):
        yield f"note    thread {thread}: its pages came in another order and changed places"
    for (page, subscription, channel), other in account.alerts.moved:
        yield f"note    alert of {page} to {subscription}, {channel} was told by {other} of the same thread"


def _name(one: PageAccount) -> str:
    return one.page.id + (f" (revision {one.page.revision})" if one.page.revision > 1 else "")


def _row(name: str, row: dict[str, float | None]) -> str:
    return f"  {name:<22}" + "".join(f"{value:7.3f}" if value is not None else "      –" for value in row.values())
