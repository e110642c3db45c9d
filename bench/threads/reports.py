"""Labelled items as the alerter would be given them: by the gold labels, or by what the classifier says of them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bench.corpora import Item, Part, load_items, published_of
from bench.own_items import load_own, load_retold
from services.alerter.domain.report import Report, ReportEvent, report_of
from services.classifier.application.classify import Classify
from shared.messages import DocumentFound, Times

Input = Literal["gold", "classifier"]
INPUTS: tuple[Input, ...] = ("gold", "classifier")
SEEN = datetime(2027, 1, 1, tzinfo=UTC)
"""First seen of every item: the items know none, so that an undated one comes last."""
LEAD = 1_000
"""Characters of the text that a classified document carries at most."""
VERBATIM = "verbatim"
"""Beginning of the `text_origin` of items that are unchanged sentences of one data set: seventeen of them tell one
story in one sentence each, which says nothing of news."""


@dataclass(frozen=True)
class Told:
    """One item as a report, with its gold story and the part of its corpus that one reader grouped."""

    report: Report
    story: str | None
    reader: str
    name: str


@dataclass(frozen=True)
class Stories:
    """A set of reports in the order of their publication, all of which one alerter takes in."""

    name: str
    told: tuple[Told, ...]

    @property
    def reports(self) -> tuple[Report, ...]:
        """In the order of publication."""
        return tuple(each.report for each in self.told)

    @property
    def story_of(self) -> dict[str, str]:
        """Document → story, of those that have one."""
        return {each.report.document_id: each.story for each in self.told if each.story}


def load_stories(part: Part, source: Input, classify: Classify | None = None, retold: bool = False) -> list[Stories]:
    """The corpus without its verbatim items, the second corpus, and the project's own items, a set a theme.

    `classify` is needed for the input of the classifier. With `retold` the own items that were told anew in English
    stand beside those that they retell.
    """
    plain = [item for item in load_items(part) if not str(item.row.get("text_origin", "")).startswith(VERBATIM)]
    items = [*plain, *load_own(part), *(load_retold() if retold else ())]
    told = [_told(item, _gold(item) if source == "gold" else _classified(item, classify)) for item in items]
    names = list(dict.fromkeys(item.corpus for item in items))
    return [
        Stories(name, _in_order(each for each, item in zip(told, items, strict=True) if item.corpus == name))
        for name in names
    ]


def _in_order(told: Iterable[Told]) -> tuple[Told, ...]:
    """In the order of publication; who is alone in a story has none."""
    found = sorted(told, key=lambda each: each.report.when)
    counted: dict[str, int] = {}
    for each in found:
        if each.story:
            counted[each.story] = counted.get(each.story, 0) + 1
    return tuple(
        Told(each.report, each.story if counted.get(each.story or "", 0) > 1 else None, each.reader, each.name)
        for each in found
    )


def _told(item: Item, report: Report) -> Told:
    name = str(item.row["id"])
    return Told(report, item.group, name.removesuffix("-en").rpartition("-")[0], name)


def document_id(item: Item) -> str:
    """A name as documents have them, the same in every run."""
    return hashlib.md5(f"{item.corpus}/{item.row['id']}".encode(), usedforsecurity=False).hexdigest()


def _gold(item: Item) -> Report:
    article = item.article
    return Report(
        document_id=document_id(item),
        revision=1,
        title=article.title,
        lead=str(item.row["text"])[:LEAD],
        language=article.language,
        kind="news",
        published=published_of(item.row.get("published")),
        first_seen=SEEN,
        entities=tuple(item.gold["entities"]),
        events=_events(item.gold["labels"]),
        outlet=item.row.get("outlet") or None,
    )


def _events(labels: Sequence[dict[str, Any]]) -> tuple[ReportEvent, ...]:
    return tuple(
        ReportEvent(label=each["label"], status=each["status"], quote=each.get("evidence") or "") for each in labels
    )


def _classified(item: Item, classify: Classify | None) -> Report:
    if classify is None:
        raise ValueError("the input of the classifier needs a classifier")
    article = item.article
    name = document_id(item)
    found = DocumentFound(
        document_id=name,
        revision=1,
        url=f"https://news.example/{name}",
        source="corpus",
        outlet=item.row.get("outlet") or None,
        title=article.title,
        paragraphs=article.paragraphs,
        language=article.language,
        published=article.published,
        times=Times(first_seen=SEEN),
    )
    return report_of(classify(found, SEEN))
