"""Rules that watch how fast error budgets burn, written from deploy/objectives.yaml: `make objectives`.

For each objective the share of bad ones over every window is recorded (luming:NAME_errors:ratio_rate5m), and two alerts
compare it with the budget: Fast wakes somebody, Slow waits for the morning. Both windows of a pair must burn, so that
an alert ends soon after the trouble does.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
import yaml
from pydantic import BaseModel, ConfigDict, Field

HERE = Path(__file__).parent
SOURCE, TARGET = HERE / "objectives.yaml", HERE / "prometheus" / "objectives-rules.yaml"
RUNBOOK = "docs/runbooks/{alert}.md"
"""Where an alert's page stands in the repository; Alertmanager's example puts the repository's address before it."""
HEAD = "# Written from deploy/objectives.yaml by `make objectives`: change that file, not this one.\n"


class Strict(BaseModel):
    """A value of the file; a key that nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Objective(Strict):
    """One promise."""

    name: str = Field(pattern=r"^[a-z]+(_[a-z]+)*$")
    alert: str = Field(pattern=r"^([A-Z][a-z]+)+$")
    promise: str
    objective: float = Field(gt=0, lt=1)
    kind: Literal["latency", "events", "share"]
    histogram: str = ""
    matching: str = ""
    within: float = 0
    """Seconds; the bound of a bucket."""
    bad: str = ""
    total: tuple[str, ...] = ()
    least: int = 0
    """Bad ones in the longer window below which nothing fires."""

    @property
    def budget(self) -> float:
        """The share that may be bad."""
        return round(1 - self.objective, 6)


class Windows(Strict):
    """A pair of windows."""

    alert: str
    severity: Literal["critical", "warning"]
    long: str
    short: str
    rate: float
    for_: str = Field(alias="for")


class Objectives(Strict):
    """The whole file."""

    objectives: tuple[Objective, ...]
    windows: tuple[Windows, ...]


def load(path: Path = SOURCE) -> Objectives:
    """Read the file. Raises pydantic's ValidationError naming the place of a mistake."""
    return Objectives.model_validate(yaml.safe_load(path.read_text("utf-8")))


def bad_of(one: Objective, window: str, how: str = "rate") -> str:
    """How many were bad over the window: a second (`rate`), or in all (`increase`)."""
    if one.kind == "latency":
        good = f"{one.histogram}_bucket{{{_joined(one.matching, f'le={_quoted(one.within)}')}}}"
        return f"({total_of(one, window, how)} - sum({how}({good}[{window}])))"
    return f"sum({how}({one.bad}[{window}]))"


def total_of(one: Objective, window: str, how: str = "rate") -> str:
    """How many there were over the window."""
    if one.kind == "latency":
        return f"sum({how}({one.histogram}_count{{{one.matching}}}[{window}]))"
    counted = " + ".join(f"sum({how}({each}[{window}]))" for each in one.total)
    return f"({counted})" if len(one.total) > 1 else counted


def share_of(one: Objective, window: str) -> str:
    """The share of bad ones over the window; nothing where there were none at all."""
    if one.kind == "share":
        return f"avg_over_time({bad_now(one)}[{window}])"
    total = total_of(one, window)
    return f"{bad_of(one, window)} / ({total} > 0)"


def bad_now(one: Objective) -> str:
    """Name of the recorded share that is bad now."""
    return f"luming:{one.name}_errors:ratio"


def recorded(one: Objective, window: str) -> str:
    """Name of the recorded share over the window."""
    return f"luming:{one.name}_errors:ratio_rate{window}"


def recordings(one: Objective, windows: Sequence[Windows]) -> Iterator[dict[str, Any]]:
    """The objective itself, and its bad share over each window."""
    yield {"record": f"luming:{one.name}_objective:ratio", "expr": f"vector({one.objective})"}
    if one.kind == "share":
        yield {"record": bad_now(one), "expr": one.bad}
    for window in dict.fromkeys(each for pair in windows for each in (pair.short, pair.long)):
        yield {"record": recorded(one, window), "expr": share_of(one, window)}


def burning(one: Objective, pair: Windows) -> str:
    """The condition that one pair of windows burns too fast."""
    most = f"{round(pair.rate * one.budget, 6):g}"
    parts = [f"{recorded(one, window)} > {most}" for window in (pair.long, pair.short)]
    if one.least:
        parts.append(f"{bad_of(one, pair.long, 'increase')} >= {one.least}")
    return " and ".join(parts)


def alerts(one: Objective, windows: Sequence[Windows]) -> Iterator[dict[str, Any]]:
    """One alert a name of pairs: their conditions joined by or."""
    for name in dict.fromkeys(pair.alert for pair in windows):
        pairs = [pair for pair in windows if pair.alert == name]
        alert = f"Luming{one.alert}Burning{name}"
        spent = " or ".join(f"{pair.rate:g} times too fast over {pair.long}" for pair in pairs)
        yield {
            "alert": alert,
            "expr": " or ".join(f"({burning(one, pair)})" for pair in pairs),
            "for": pairs[0].for_,
            "labels": {"severity": pairs[0].severity, "objective": one.name},
            "annotations": {
                "summary": f"{name} burn of the error budget of {one.name.replace('_', ' ')}",
                "description": f"{one.promise} The budget is being spent {spent}: "
                "{{ $value | humanizePercentage }} are bad.",
                "runbook_url": RUNBOOK.format(alert=alert),
            },
        }


def rules_of(file: Objectives) -> dict[str, Any]:
    """The rule file: a group an objective."""
    return {
        "groups": [
            {
                "name": f"luming-objective-{one.name.replace('_', '-')}",
                "rules": [*recordings(one, file.windows), *alerts(one, file.windows)],
            }
            for one in file.objectives
        ]
    }


def written(file: Objectives) -> str:
    """The rule file as text."""
    return HEAD + yaml.safe_dump(rules_of(file), allow_unicode=True, sort_keys=False, width=120)


def _joined(*matchers: str) -> str:
    return ",".join(each for each in matchers if each)


def _quoted(bound: float) -> str:
    """A bucket's bound as prometheus_client writes it: 60 is 60.0."""
    return f'"{float(bound)}"'


def main(
    check: Annotated[
        bool, typer.Option("--check", help="write nothing; exit code 1 where the rules are out of date")
    ] = False,
) -> None:
    """Write the burn-rate rules of the promises in objectives.yaml."""
    text = written(load())
    if check and (not TARGET.is_file() or TARGET.read_text("utf-8") != text):
        typer.echo(f"{TARGET.relative_to(HERE.parent)} is out of date\n  mend: make objectives", err=True)
        raise typer.Exit(1)
    if not check:
        TARGET.write_text(text, "utf-8")
        typer.echo(f"written: {TARGET.relative_to(HERE.parent)}")


if __name__ == "__main__":
    typer.run(main)
