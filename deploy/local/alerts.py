"""Accounts for alerts by what the receivers really got: each right, missing, wrong or told twice. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.local.ledger import Ledger, Told
from deploy.local.receivers.record import Received

Place = tuple[str, str, str]
"""Where an alert belongs: id of the page, subscription, channel."""


@dataclass(frozen=True)
class AlertAccount:
    """Which alerts arrived, counted by what the receivers got."""

    right: tuple[Place, ...] = ()
    missing: tuple[Place, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    """Delivery key and what is wrong."""
    moved: tuple[tuple[Place, str], ...] = ()
    """Right ones that another page of the thread (its id) told first."""
    unjudged: tuple[tuple[str, Place], ...] = ()
    """Key and place of those that no table says anything of."""
    delivered_twice: int = 0
    """Messages too many under a key whose answer was never lost."""
    twice_on_the_wire: int = 0
    """Messages too many under a key that was sent once more because an answer was lost."""


def account_for_alerts(
    wanted: Sequence[Place],
    threads: Mapping[str, str | None],
    documents: Mapping[tuple[str, int], str],
    ledger: Ledger,
    received: Sequence[Received],
    judge: bool,
) -> AlertAccount:
    """Join what was wanted with what arrived.

    `threads`: page id → the thread the table puts it in; `documents`: document_id and revision → page id. Without
    `judge` an alert that nobody wanted is not wrong.
    """
    told = {one.key: one for one in ledger.told}
    urls = {(one.document_id, one.revision): one.url for one in ledger.classified}
    arrived: list[tuple[str, Place]] = []
    wrong: list[tuple[str, str]] = []
    for key, message in {one.delivery_key: one for one in reversed(received)}.items():
        fault = _fault(message, told.get(key), urls)
        page = documents.get((told[key].document_id, told[key].revision)) if key in told else None
        if fault or page is None:
            wrong.append((key or "no key", fault or "tells of a page that nobody put out"))
        else:
            arrived.append((key, (page, *_subscription_and_channel(key))))
    right, missing, surplus, moved = _match(wanted, arrived, threads)
    if judge:
        wrong += [(key, f"not expected for page {place[0]}") for key, place in surplus]
        surplus = []
    twice = {key: count - 1 for key, count in Counter(one.delivery_key for one in received).items() if count > 1}
    on_the_wire = sum(extra for key, extra in twice.items() if key in told and told[key].repeated_on_the_wire)
    return AlertAccount(
        right, missing, tuple(wrong), moved, tuple(surplus), sum(twice.values()) - on_the_wire, on_the_wire
    )


def _fault(message: Received, told: Told | None, urls: Mapping[tuple[str, int], str]) -> str:
    """What is wrong with a received alert in itself; empty when nothing."""
    if told is None:
        return "stands in no ledger"
    if message.channel != told.channel:
        return f"arrived at {message.channel}"
    url = urls.get((told.document_id, told.revision))
    if url is not None and url not in message.urls:
        return f"does not carry the address {url}"
    return ""


def _subscription_and_channel(key: str) -> tuple[str, str]:
    """From thread/version/subscription/channel."""
    _, _, subscription, channel = key.split("/", 3)
    return subscription, channel


def _match(
    expected: Sequence[Place], arrived: Sequence[tuple[str, Place]], threads: Mapping[str, str | None]
) -> tuple[tuple[Place, ...], tuple[Place, ...], list[tuple[str, Place]], tuple[tuple[Place, str], ...]]:
    """Right, missing, surplus, moved: first page by page, then within a thread, where another page may come first."""
    missing = list(expected)
    right: list[Place] = []
    moved: list[tuple[Place, str]] = []
    surplus: list[tuple[str, Place]] = []
    for key, place in arrived:
        if place in missing:
            missing.remove(place)
            right.append(place)
        else:
            surplus.append((key, place))
    for key, place in list(surplus):
        thread = threads.get(place[0])
        for other in missing:
            if thread and threads.get(other[0]) == thread and other[1:] == place[1:]:
                missing.remove(other)
                surplus.remove((key, place))
                right.append(other)
                moved.append((other, place[0]))
                break
    return tuple(right), tuple(missing), surplus, tuple(moved)
