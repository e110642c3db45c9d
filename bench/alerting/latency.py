"""How long alerts took from the producer to the receiver. Pure: moments in seconds since 1970."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Latency:
    """Milliseconds of one run."""

    alerts: int
    p50: float
    p95: float
    p99: float
    longest: float
    missing: int
    """Events whose alert did not come."""
    twice: int
    """Alerts that came again."""


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank). 0.0 without values."""
    if not ordered:
        return 0.0
    rank = max(1, -(-len(ordered) * round(share * 1000) // 1000))
    return ordered[rank - 1]


def to_come(sent: Mapping[str, float], documents: Mapping[str, str], quiet: Collection[str]) -> dict[str, float]:
    """Of the events `sent` those whose alert is to come: all but the `quiet` ones, given by document.

    What nothing is known of is to come too, or an event that was lost on its way in would be missed by nobody.
    """
    return {name: moment for name, moment in sent.items() if documents[name] not in quiet}


def latency(sent: Mapping[str, float], arrived: Mapping[str, Sequence[float]]) -> Latency:
    """From the moments at which events were `sent` and their alerts `arrived`, both by the event's name."""
    took = sorted((min(arrived[name]) - moment) * 1000 for name, moment in sent.items() if arrived.get(name))
    return Latency(
        alerts=len(took),
        p50=percentile(took, 0.50),
        p95=percentile(took, 0.95),
        p99=percentile(took, 0.99),
        longest=took[-1] if took else 0.0,
        missing=len(sent) - len(took),
        twice=sum(len(moments) - 1 for moments in arrived.values() if moments),
    )


def by_second(sent: Mapping[str, float], arrived: Mapping[str, Sequence[float]], share: float) -> list[float]:
    """The percentile of each second of the run, in milliseconds, for the picture."""
    first = min(sent.values(), default=0.0)
    seconds: dict[int, list[float]] = {}
    for name, moment in sent.items():
        if arrived.get(name):
            seconds.setdefault(int(moment - first), []).append((min(arrived[name]) - moment) * 1000)
    return [percentile(sorted(seconds[second]), share) for second in sorted(seconds)]
