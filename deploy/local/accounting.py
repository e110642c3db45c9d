"""Accounts for every page: what became of it, what should have, and which alerts really arrived. Pure.

A page's final outcome is the crawler's decision where it stopped there (duplicate, irrelevant, failed), else the
alerter's decision on the document, else `failed` where a dead letter names it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args
from urllib.parse import unquote

from deploy.local.alerts import AlertAccount, account_for_alerts
from deploy.local.ledger import Judged, Ledger, Look
from deploy.local.newsstand.table import Outcome
from deploy.local.receivers.record import Received

OUTCOMES: tuple[str, ...] = get_args(Outcome)
NOT_FINAL = frozenset({"retry", "unchanged"})
"""Decisions of the crawler after which a page is looked at again."""
ENDED_BY_CRAWLER = frozenset({"duplicate", "irrelevant", "failed"})


@dataclass(frozen=True)
class ExpectedPage:
    """A page that was put out. `outcome` None: it is only to be accounted for."""

    id: str
    address: str
    revision: int = 1
    released: datetime | None = None
    outcome: str | None = None
    thread: str | None = None
    alerts: tuple[tuple[str, str], ...] = ()
    """Subscription and channel of each."""
    reason: str = ""


@dataclass(frozen=True)
class Letter:
    """A dead letter, as far as it concerns a page."""

    service: str
    reason: str
    document_id: str | None = None
    revision: int | None = None


@dataclass(frozen=True)
class PageAccount:
    """What became of one page."""

    page: ExpectedPage
    outcome: str | None = None
    reason: str = "never seen"
    look: Look | None = None
    judged: Judged | None = None

    @property
    def document(self) -> tuple[str, int] | None:
        """document_id and revision; None where there is no document."""
        look = self.look
        return (look.document_id, look.revision) if look and look.document_id and look.revision else None

    @property
    def as_expected(self) -> bool:
        """It came to what the table says."""
        return self.outcome is not None and self.page.outcome in {None, self.outcome}


@dataclass(frozen=True)
class Account:
    """The whole account."""

    pages: tuple[PageAccount, ...]
    alerts: AlertAccount
    strange: tuple[str, ...] = ()
    """Addresses that the crawler looked at and nobody put out."""
    swapped: frozenset[str] = field(default_factory=frozenset)
    """Threads whose pages came to the expected outcomes, but each other's."""

    @property
    def accounted(self) -> int:
        """Pages with a final outcome."""
        return sum(page.outcome is not None for page in self.pages)

    @property
    def outcomes(self) -> dict[str, int]:
        """How often each outcome came."""
        counted = Counter(page.outcome for page in self.pages)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def differences(self) -> tuple[PageAccount, ...]:
        """Pages that did not come to what the table says."""
        return tuple(one for one in self.pages if not one.as_expected and one.page.thread not in self.swapped)

    @property
    def good(self) -> bool:
        """Every page as expected, every alert there, none wrong, none twice."""
        alerts = self.alerts
        return not (self.differences or alerts.missing or alerts.wrong or alerts.delivered_twice or self.strange)


def account(
    expected: Sequence[ExpectedPage],
    ledger: Ledger,
    letters: Sequence[Letter],
    received: Sequence[Received],
    judge_alerts: bool = True,
) -> Account:
    """Join what was expected with what was decided and received.

    Without `judge_alerts` an alert that nobody expected is not wrong: there is no table to say so.
    """
    looks = _final_looks(ledger.looks)
    judged = {(one.document_id, one.revision): one for one in ledger.judged}
    pages = tuple(
        _page_account(page, looks.get((_plain(page.address), page.revision)), judged, letters) for page in expected
    )
    known = {_plain(page.address) for page in expected}
    strange = tuple(sorted({look.address for look in ledger.looks if _plain(look.address) not in known}))
    documents = {one.document: one.page.id for one in pages if one.document}
    wanted = [(page.id, *alert) for page in expected for alert in page.alerts]
    threads = {page.id: page.thread for page in expected}
    alerts = account_for_alerts(wanted, threads, documents, ledger, received, judge_alerts)
    return Account(pages, alerts, strange, _swapped(pages))


def _plain(address: str) -> str:
    return unquote(address)


def _final_looks(looks: Iterable[Look]) -> dict[tuple[str, int], Look]:
    """The final decision by address and revision. One that names no revision counts on from the last one."""
    final: dict[tuple[str, int], Look] = {}
    count: Counter[str] = Counter()
    for look in looks:
        if look.outcome in NOT_FINAL:
            continue
        address = _plain(look.address)
        count[address] = look.revision or count[address] + 1
        final.setdefault((address, count[address]), look)
    return final


def _page_account(
    page: ExpectedPage,
    look: Look | None,
    judged: Mapping[tuple[str, int], Judged],
    letters: Sequence[Letter],
) -> PageAccount:
    if look is None:
        return PageAccount(page)
    if look.outcome in ENDED_BY_CRAWLER:
        return PageAccount(page, look.outcome, look.reason, look)
    document = (look.document_id or "", look.revision or 0)
    if document in judged:
        decision = judged[document]
        return PageAccount(page, decision.outcome, decision.reason, look, decision)
    for letter in letters:
        if letter.document_id == look.document_id and letter.revision in {None, look.revision}:
            return PageAccount(page, "failed", f"dead letter of the {letter.service}: {letter.reason}", look)
    return PageAccount(page, None, "published, not decided yet", look)


def _swapped(pages: Iterable[PageAccount]) -> frozenset[str]:
    """Threads in which the outcomes are as expected but stand at each other's pages.

    Two reports of one event are told apart only by which comes first, and that may change when a service was away.
    """
    threads: dict[str, list[PageAccount]] = {}
    for page in pages:
        if page.page.thread:
            threads.setdefault(page.page.thread, []).append(page)
    return frozenset(
        name
        for name, members in threads.items()
        if not all(one.as_expected for one in members)
        and Counter(one.outcome for one in members) == Counter(one.page.outcome for one in members)
    )
