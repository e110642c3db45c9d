"""Corrections: what a person says of a misjudged document, kept as a test that must not fail again."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from shared.config_file import ConfigModel
from shared.errors import ConfigError
from shared.messages import DocumentClassified, DocumentFound
from shared.messages.classified import Status
from shared.watch import LABELS

MEND = "label/status, e.g. partnership/announced"


class RightEvent(ConfigModel):
    """An event that the document tells."""

    label: str
    status: Status
    entities: tuple[str, ...] = ()
    """Who must act in it, among others."""

    @field_validator("label")
    @classmethod
    def _known(cls, label: str) -> str:
        if label not in LABELS:
            raise ValueError(f"{label} is no label; one of {', '.join(LABELS)}")
        return label


class Correction(ConfigModel):
    """One line of config/regressions.jsonl."""

    document: DocumentFound
    relevant: bool | None = None
    """Whether it concerns us; None where that was not in question."""
    events: tuple[RightEvent, ...] = ()
    """Events that must be found, with their status."""
    no_events: tuple[str, ...] = ()
    """Labels that must not be found as news."""
    no_actors: tuple[str, ...] = ()
    """Entities that must not act in an event of it."""
    apart: DocumentFound | None = None
    """A document that tells another story: the two must not join one thread, which bench/regressions.py looks at."""
    origin: str = ""
    """What it was made of, so that nothing becomes two lines: `portal 17`."""
    by: str = Field(min_length=1)
    why: str = Field(min_length=1)
    at: datetime

    @field_validator("no_events")
    @classmethod
    def _labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if label not in LABELS:
                raise ValueError(f"{label} is no label; one of {', '.join(LABELS)}")
        return labels

    @model_validator(mode="after")
    def _says_something(self) -> "Correction":
        if self.relevant is None and not (self.events or self.no_events or self.no_actors or self.apart):
            raise ValueError("nothing is corrected: say what is right (--is, --is-not, --relevant or --irrelevant)")
        return self


def correction_of(
    document: DocumentFound, right: Sequence[str], wrong: Sequence[str], relevant: bool | None, by: str, why: str,
    now: datetime,
) -> Correction:  # fmt: skip
    """A correction from a person's words; `right` are LABEL/STATUS. Raises ConfigError naming what cannot be read."""
    events = []
    for each in right:
        label, slash, status = each.partition("/")
        if not slash:
            raise ConfigError("--is", None, f"{each!r} names no status", MEND)
        events.append({"label": label, "status": status})
    try:
        return Correction.model_validate(
            {"document": document.model_dump(), "relevant": relevant, "events": events, "no_events": list(wrong),
             "by": by, "why": why, "at": now}
        )  # fmt: skip
    except ValidationError as error:
        raise ConfigError("the correction", None, _first(error), MEND) from error


def append(path: Path, correction: Correction) -> None:
    """Add a line to the file. Raises ConfigError when it cannot be written."""
    line = json.dumps(correction.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise ConfigError(path, None, f"cannot be written: {error}", "a folder that may be written to") from error


def load(path: Path) -> list[Correction]:
    """All corrections, none where there is no file. Raises ConfigError with the line that does not fit."""
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(Correction.model_validate_json(line))
            except ValidationError as error:
                raise ConfigError(path, number, _first(error), "see `correct --help`, or delete the line") from error
    return found


def came_back(correction: Correction, classified: DocumentClassified) -> list[str]:
    """What is wrong again, in words; empty where the document is read as corrected."""
    said = {(event.label, event.status) for event in classified.events}
    news = {label for label, status in said if status != "background"}
    found = []
    if correction.relevant is not None and classified.relevant != correction.relevant:
        found.append(f"relevant is {classified.relevant}, right is {correction.relevant}")
    for event in correction.events:
        if (event.label, event.status) not in said:
            told: Literal["told", "not told"] = "told" if event.label in {label for label, _ in said} else "not told"
            found.append(f"{event.label}/{event.status} is missing ({event.label} is {told})")
    found += [f"{label} is told as news" for label in correction.no_events if label in news]
    for event in correction.events:
        actors = {who for each in classified.events if each.label == event.label for who in each.entities}
        found += [f"{event.label} is not of {who}" for who in event.entities if who not in actors]
    acting = {who for each in classified.events for who in each.entities}
    return found + [f"{who} acts in an event" for who in correction.no_actors if who in acting]


def _first(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}".removeprefix(": ")
