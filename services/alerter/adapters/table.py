"""The subscriptions and their versions as tables of plain text."""

from collections.abc import Iterator, Sequence

from services.alerter.application.reload import Version
from services.alerter.domain.routes import Route, route_of
from services.alerter.domain.subscriptions import Subscriptions, When

_HEAD = ("name", "wants", "told at")
_KEYS = ("entities", "families", "labels", "statuses", "kinds", "languages", "sources", "words")


def _wants(when: When) -> str:
    parts = [f"importance ≥ {when.importance}"] if when.importance > 1 else []
    parts += [f"{name}: {', '.join(values)}" for name in _KEYS if (values := getattr(when, name))]
    never = when.never
    parts += [f"not importance ≥ {never.importance}"] if never.importance else []
    parts += [f"not {name}: {', '.join(values)}" for name in _KEYS if (values := getattr(never, name))]
    return "; ".join(parts)


def _rows(route: Route) -> Iterator[tuple[str, str, str]]:
    """A line for the route and each below it, whose names stand further in."""
    indent = "  " * (len(route.path) - 1)
    condition = f"only if “{route.only_if}”" if route.only_if else ""
    wants = "; ".join(part for part in (_wants(route.when), condition) if part)
    goes_on = " (goes on)" if route.continues else ""
    yield f"{indent}{route.name}{goes_on}", wants or "every event", ", ".join(route.targets())
    for child in route.children:
        yield from _rows(child)


def subscriptions_table(subscriptions: Subscriptions) -> str:
    """One line a subscription or route, under a head."""
    rows = [
        (name if one.active else f"{name} (off)", *more)
        for one in subscriptions.subscriptions
        for name, *more in _rows(route_of(one))
    ]
    return _aligned([_HEAD, *rows])


def history_table(versions: Sequence[Version]) -> str:
    """One line a version, under a head; the first of them is in force."""
    rows = [(str(one.version), f"{one.at:%Y-%m-%d %H:%M:%S %Z}", one.who, one.origin, one.reason) for one in versions]
    return _aligned([("version", "when", "who", "from", "reason"), *rows])


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """The rows, the first as a head, in columns as wide as they need."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
