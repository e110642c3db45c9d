"""The picture of a run: throughput, latency, memory and processor over time, as `.luming/bench/load.png`."""

from pathlib import Path

from bench.load.run import Outcome
from bench.machine import FOLDER

STAGES = {"read": "pages read", "classified": "documents classified", "delivered": "alerts delivered"}


def draw(found: Outcome, rate: float) -> Path:
    """Four panels over the seconds since the load began."""
    import matplotlib as mpl  # slow to import, and wanted by the benchmarks alone

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (pace, latency, memory, processor) = pyplot.subplots(4, 1, figsize=(9, 12), sharex=True)
    at = [one.at for one in found.samples]
    for name, label in STAGES.items():
        done = [0, *(one.done[name] for one in found.samples)]
        since = [0.0, *at]
        steps = range(1, len(done))
        paces = [(done[step] - done[step - 1]) / max(since[step] - since[step - 1], 0.001) for step in steps]
        pace.plot(at, paces, label=label)
    pace.axhline(rate, color="gray", linestyle=":", label="pages that come")
    pace.axvline(found.minutes * 60, color="gray")
    pace.set_ylabel("a second")
    pace.legend(fontsize=8)
    latency.plot(
        [moment for moment, _ in found.latencies], [seconds for _, seconds in found.latencies], ".", markersize=3
    )
    latency.set_yscale("log")
    latency.set_ylabel("seconds, first seen to delivered")
    for name in found.samples[-1].megabytes:
        memory.plot(at, [one.megabytes[name] for one in found.samples], label=name)
        processor.plot(at, [one.busy[name] for one in found.samples], label=name)
    memory.set_ylabel("megabytes (PSS)")
    memory.legend(fontsize=8)
    processor.set_ylabel("cores")
    processor.set_xlabel("seconds")
    for panel in (memory, processor):
        panel.set_ylim(bottom=0)
    figure.suptitle(f"{found.pages:,} pages in {found.minutes:g} minutes")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "load.png"
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
