"""Taking an article out of JSON that speaks of others too: threads, and what was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GONE = "[erased]"
"""In the place of a text that must be one."""
_EMPTIED = ("news", "summary", "lines", "points", "matched", "later", "reports", "members", "sections")
"""Lists of an alert's content that hold the article's words or those about it."""


@dataclass(frozen=True)
class Trace:
    """By what an article, or a person, is known in other rows."""

    document_ids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()

    def met(self, value: object) -> bool:
        """Whether a text names it."""
        if not isinstance(value, str):
            return False
        return value in self.document_ids or any(known in value for known in (*self.urls, *self.titles) if known)


def own_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an alert about the article itself: what the ledger needs stays, every word of it goes."""
    events = [{**event, "line": GONE, "quote": ""} for event in content.get("happened", [])]
    emptied: dict[str, list[Any]] = {name: [] for name in _EMPTIED if name in content}
    return {
        **content,
        **emptied,
        "title": GONE,
        "url": "",
        "outlet": "",
        "happened": events,
        **({"chart": None} if "chart" in content else {}),
        **({"agreement": None} if "agreement" in content else {}),
        **({"published": None} if "published" in content else {}),
    }


def without(value: Any, trace: Trace) -> Any:
    """JSON without the elements of lists that speak of the article, and with GONE in the place of other texts."""
    if isinstance(value, Mapping):
        return {name: without(each, trace) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [without(each, trace) for each in value if not _speaks(each, trace)]
    return GONE if trace.met(value) else value


def without_report(state: Mapping[str, Any], document_id: str) -> dict[str, Any] | None:
    """A thread's state without that document's report; None when no other one is left."""
    members = [one for one in state.get("members", []) if one.get("document_id") != document_id]
    if not members:
        return None
    kept = [{**one, "repeats": None} if one.get("repeats") == document_id else one for one in members]
    return {**state, "members": kept}


def _speaks(value: Any, trace: Trace) -> bool:
    if isinstance(value, Mapping):
        return any(trace.met(each) for each in value.values())
    return trace.met(value)
