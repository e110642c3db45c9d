"""The subscriptions as a table of plain text."""

from services.alerter.domain.subscriptions import Subscription, Subscriptions

_HEAD = ("name", "wants", "told at")


def _wants(subscription: Subscription) -> str:
    when = subscription.when
    parts = [f"importance ≥ {when.importance}"] if when.importance > 1 else []
    for name in ("entities", "families", "labels", "statuses", "kinds", "languages", "sources"):
        if values := getattr(when, name):
            parts.append(f"{name}: {', '.join(values)}")
    return "; ".join(parts) or "every event"


def subscriptions_table(subscriptions: Subscriptions) -> str:
    """One line a subscription, under a head; columns as wide as they need."""
    rows = [_HEAD, *((one.name, _wants(one), ", ".join(one.targets())) for one in subscriptions.subscriptions)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
