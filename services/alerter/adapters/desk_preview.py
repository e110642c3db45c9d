"""A preview as it is kept for the portal: identifiers and numbers, no words of articles, which may be erased."""

from collections.abc import Mapping, Sequence

from services.alerter.adapters.history_table import as_plain
from services.alerter.application.preview import Previewed

MOST = 100
"""Alerts of each kind that are kept, the newest; the others are counted."""
_KEPT = ("told", "team", "route", "channel", "reach", "held", "kind", "document_id", "thread_id", "importance")


def as_content(found: Previewed) -> Mapping[str, object]:
    """What is gained, lost and told otherwise, and how many a day a team."""
    plain = as_plain(found, changed=True)
    lists = ("gained", "lost", "moved")
    return {
        **{key: plain[key] for key in ("since", "until", "documents", "teams")},
        "failed": len(plain["failed"]),
        "counts": {key: len(plain[key]) for key in lists},
        **{key: [_one(one) for one in _newest(plain[key])] for key in lists},
    }


def _newest(tellings: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    return tellings[::-1][:MOST]  # they come in the order of their time


def _one(telling: Mapping[str, object]) -> Mapping[str, object]:
    after = telling.get("after")
    if isinstance(after, Mapping):
        return {key: after[key] for key in _KEPT} | {"what": telling["what"]}
    kept = {key: telling[key] for key in _KEPT}
    return kept | ({"why_not": telling["why_not"]} if "why_not" in telling else {})
