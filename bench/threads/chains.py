"""The written chains: stories over months with other stories of the same firm between, and what each report adds.

tests/fixtures/chains/*.yaml, described in the README.md beside them. Companies and authorities are placeholders, read
here as the names they stand for.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from bench.renaming import PLACEHOLDERS, Renaming, load_renaming
from bench.threads.reports import Stories, Told
from bench.threads.scoring import Counted
from services.alerter.domain.likeness import Weights
from services.alerter.domain.report import Report, ReportEvent, report_of
from services.alerter.domain.report import Told as ToldFact
from services.alerter.domain.threads import Threader
from services.classifier.application.classify import Classify
from shared.messages import DocumentFound, Times
from shared.messages.common import Published

CHAINS = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "chains"
_SENTENCE = re.compile(r"[。!?]|[.!?](?= )")
_SAME = {"correction": "status"}
"""Kinds of new facts that count as one: a correction tells of a status where an article changed."""


@dataclass(frozen=True)
class Step:
    """One report of a chain: the story it belongs to, and the kinds of what is new in it."""

    report: Report
    story: str
    new: frozenset[str]


@dataclass(frozen=True)
class Chain:
    """One main story (`a`) and those between."""

    name: str
    aside: bool
    """Kept apart while rules and weights were tuned."""
    steps: tuple[Step, ...]

    @property
    def stories(self) -> Stories:
        """As a set of labelled reports."""
        told = tuple(Told(step.report, f"{self.name}/{step.story}", self.name, self.name) for step in self.steps)
        return Stories(self.name, told)


@dataclass(frozen=True)
class Followed:
    """What became of a chain in an alerter's memory."""

    thread_of: Mapping[str, str]
    new: Mapping[str, frozenset[str]]
    """Document → kinds of facts that it was said to add."""


def load_chains(folder: Path = CHAINS, classify: Classify | None = None) -> list[Chain]:
    """All chains in the order of their files; judged by `classify` instead of the gold where it is given."""
    renaming = load_renaming(PLACEHOLDERS)
    chains = []
    for path in sorted(folder.glob("*.yaml")):
        for written in yaml.safe_load(path.read_text("utf-8")):
            steps = tuple(
                _step(f"{written['id']}/{number}", row, renaming, classify)
                for number, row in enumerate(written["items"])
            )
            chains.append(Chain(written["id"], bool(written.get("aside")), steps))
    return chains


def follow(steps: Sequence[Step], weights: Weights) -> Followed:
    """Take the reports in, one after the other."""
    threader = Threader(weights)
    thread_of, new = {}, {}
    for step in sorted(steps, key=lambda each: each.report.when):
        taken = threader.take(step.report)
        thread_of[step.report.document_id] = taken.thread.thread_id
        new[step.report.document_id] = frozenset(_SAME.get(fact.kind, fact.kind) for fact in taken.news)
    return Followed(thread_of, new)


def new_facts(steps: Sequence[Step], followed: Followed) -> Counted:
    """Kinds of new facts that were told, against the gold; one of a kind a report."""
    said = [(followed.new[step.report.document_id], step.new) for step in steps]
    return Counted(
        sum(len(mine & gold) for mine, gold in said),
        sum(len(mine) for mine, _ in said),
        sum(len(gold) for _, gold in said),
    )


def _step(name: str, row: Mapping[str, Any], renaming: Renaming, classify: Classify | None) -> Step:
    title, text = (renaming.apply(row[key]).text for key in ("title", "text"))
    document = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    at = datetime.combine(row["day"], datetime.min.time(), UTC) if isinstance(row["day"], date) else row["day"]
    published = Published(at=at, precision="day")
    if classify is not None:
        found = DocumentFound(
            document_id=document,
            revision=1,
            url=f"https://news.example/{document}",
            source="chains",
            title=title,
            paragraphs=tuple(text.split("\n")),
            language="en" if row["lang"] == "en" else "zh-Hans",
            published=published,
            times=Times(first_seen=at),
        )
        report = report_of(classify(found, at))
    else:
        report = Report(
            document_id=document,
            revision=1,
            title=title,
            lead=text,
            language="en" if row["lang"] == "en" else "zh-Hans",
            kind="news",
            published=published,
            first_seen=at,
            entities=tuple(row["who"]),
            events=tuple(_event(told, row, text, renaming) for told in row["tell"]),
        )
    return Step(report, row["of"], frozenset(row.get("new", ())))


def _event(told: Sequence[Any], row: Mapping[str, Any], text: str, renaming: Renaming) -> ReportEvent:
    label, status, facts = told[0], told[1], told[2] if len(told) > 2 else {}
    return ReportEvent(
        label=label,
        status=status,
        entities=tuple(row["who"]),
        quote=_SENTENCE.split(text, maxsplit=1)[0],
        facts=tuple(_fact(kind, renaming.apply(value).text) for kind, value in facts.items()),
    )


def _fact(kind: str, written: str) -> ToldFact:
    value, _, unit = written.partition(" ") if kind == "amount" else (written, "", "")
    return ToldFact.model_validate({"kind": kind, "value": value, "unit": unit or None})
