"""What readers said in the portal is wrong, looked at by a person, becomes lines of config/regressions.jsonl."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import ValidationError

from services.classifier.application.correct import Correction, append, came_back, load
from shared.errors import ConfigError
from shared.messages import DocumentClassified, DocumentFound


@dataclass(frozen=True)
class Told:
    """What a reader said, as the portal stored it."""

    id: int
    at: datetime
    who: str
    wrong: str
    """label | status | entity | not_event | missing | story"""
    document_id: str
    revision: int
    event: Mapping[str, Any]
    """As it was: label, status, entities."""
    answer: Mapping[str, Any]
    """What is right: label, status, entity; of a story `document_id`."""
    note: str

    @property
    def origin(self) -> str:
        """What its line is known by."""
        return f"portal {self.id}"

    def words(self) -> str:
        """In a line, for whoever looks at it."""
        was = f"{self.event['label']}/{self.event['status']}" if self.event else "nothing"
        right = ", ".join(f"{key} {value}" for key, value in self.answer.items()) or "-"
        return f"{self.wrong}: was {was}, right is {right}" + (f"; {self.note}" if self.note else "")


class Box(Protocol):
    """Where corrections lie. Raises TransientError when the database is away."""

    def waiting(self) -> Sequence[Told]:
        """Those that nobody has looked at, the oldest first."""

    def document(self, document_id: str, revision: int | None) -> DocumentFound:
        """A stored document. Raises ConfigError where it is gone."""

    def settle(self, number: int, state: Literal["case", "refused"], place: str, who: str, why: str) -> None:
        """Write down what became of it, once, with its entry in the audit log."""


def case_of(told: Told, box: Box, by: str, now: datetime) -> Correction:
    """The line that a correction becomes. Raises ConfigError where nothing can be tested by it, or a text is gone."""
    document = box.document(told.document_id, told.revision)
    why = f"{told.who}: {told.note or told.wrong}"
    fields: dict[str, Any] = {"by": by, "why": why, "at": now, "origin": told.origin}
    try:
        said = _said(told)
        if "apart" in said:
            said["apart"] = box.document(str(said["apart"]), None).model_dump()
        return Correction.model_validate({"document": document.model_dump(), **said, **fields})
    except (KeyError, ValidationError) as error:
        wrong = f"makes no case: {str(error).splitlines()[0]}"
        raise ConfigError(f"correction {told.id}", None, wrong, f"--refuse {told.id}") from error


def _said(told: Told) -> dict[str, Any]:
    """What must hold, by what was wrong. Raises KeyError where a value is missing."""
    event, answer = told.event, told.answer
    if told.wrong == "story":
        return {"apart": answer["document_id"]}
    if told.wrong == "not_event" or (told.wrong == "status" and answer["status"] == "background"):
        return {"no_events": [event["label"]]}
    right: dict[str, Any] = {
        "label": answer.get("label") or event["label"],
        "status": answer.get("status") or event["status"],
        "entities": [answer["entity"]] if answer.get("entity") else [],
    }
    said: dict[str, Any] = {"events": [right]}
    if told.wrong == "label":
        said["no_events"] = [event["label"]]
    if told.wrong == "entity" and len(event["entities"]) == 1:
        said["no_actors"] = event["entities"]
    return said


Classify = Callable[[DocumentFound, datetime], DocumentClassified]


def listed(box: Box, classify: Classify, now: datetime) -> Iterator[str]:
    """Each that waits, with what it would become and how it is judged today."""
    waiting = box.waiting()
    for told in waiting:
        yield f"{told.id}  {told.at:%Y-%m-%d %H:%M} {told.who}  {told.document_id[:12]}  {told.words()}"
        try:
            case = case_of(told, box, told.who, now)
        except ConfigError as error:
            yield f"    {error.wrong}; {error.right}"
            continue
        yield f"    {case.document.title}"
        if case.apart is not None:
            yield f"    is another story than: {case.apart.title} (make evaluate looks at it)"
            continue
        wrong = came_back(case, classify(case.document, now))
        yield from (f"    judged wrongly today: {each}" for each in wrong or ())
        if not wrong:
            yield "    it is judged so already; a case would keep it so"
    yield f"{len(waiting)} wait" if waiting else "no correction waits"


def taken(box: Box, numbers: Collection[int] | None, by: str, path: Path, now: datetime) -> Iterator[str]:
    """Make lines of these, or of all that wait. One that is a line already is only marked. Raises ConfigError."""
    known = {one.origin for one in load(path)}
    for told in _chosen(box, numbers):
        try:
            case = case_of(told, box, by, now)
        except ConfigError as error:
            yield f"{told.id}: {error.wrong}; {error.right}"
            continue
        if told.origin not in known:
            append(path, case)
        box.settle(told.id, "case", f"{path.name} {told.origin}", by, "")
        yield f"{told.id}: recorded in {path}: {case.document.title}"


def refused(box: Box, numbers: Collection[int], by: str, why: str) -> Iterator[str]:
    """Turn these down. Raises ConfigError."""
    for told in _chosen(box, numbers):
        box.settle(told.id, "refused", "", by, why)
        yield f"{told.id}: turned down"


def _chosen(box: Box, numbers: Collection[int] | None) -> Sequence[Told]:
    waiting = box.waiting()
    unknown = sorted(set(numbers or ()) - {told.id for told in waiting})
    if unknown:
        wrong = f"no correction {', '.join(map(str, unknown))} waits"
        raise ConfigError("the corrections", None, wrong, "run `corrections` without options: it lists them")
    return [told for told in waiting if numbers is None or told.id in numbers]
