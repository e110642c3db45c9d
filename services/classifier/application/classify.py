"""From a found document to a classified one: judgement, facts, kind, importance, summary.

Pure: the same document gives the same result but for `times.classified`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.classifier.application.ports import Judges
from services.classifier.domain import importance
from services.classifier.domain.article import Article
from services.classifier.domain.facts import facts_of
from services.classifier.domain.importance import CIRCLES, Circle, Importance
from services.classifier.domain.kinds import kind_of
from services.classifier.domain.lines import line_of
from services.classifier.domain.naming import Names
from services.classifier.domain.points import key_points
from services.classifier.domain.reading import bounded
from services.classifier.domain.summary import lead_of, summarise
from shared.messages import DocumentClassified, DocumentFound, EventFound
from shared.messages.classified import SecondGist
from shared.watch.fold import fold


@dataclass(frozen=True)
class Weighed:
    """An event with its facts and what it weighs."""

    event: EventFound
    importance: Importance


class Classify:
    """(document, now) → what it says happened.

    `circles` says which entity stands in which circle of the watchlist, `names` what the entities are called.
    """

    def __init__(
        self,
        judge: Judges,
        model_name: str,
        circles: Mapping[str, Circle] | None = None,
        names: Names | None = None,
    ) -> None:
        self._judge = judge
        self._model = model_name
        self._circles: Mapping[str, Circle] = {**CIRCLES, **(circles or {})}
        self._names = names or Names()

    def __call__(self, document: DocumentFound, now: datetime) -> DocumentClassified:
        """Classify at `now` (UTC). Raises what the judge raises on an article that it cannot read."""
        classified, _ = self.weighed(document, now)
        return classified

    def weighed(self, document: DocumentFound, now: datetime) -> tuple[DocumentClassified, tuple[Weighed, ...]]:
        """The result, and the events with the parts of their importance, in the result's order."""
        judgement = self._judge.judge(
            Article(
                title=document.title,
                paragraphs=document.paragraphs,
                language=document.language,
                published=document.published,
                url=document.url,
                rights=document.rights,
            )
        )
        second = judgement.second
        places = (document.title, *bounded(document.paragraphs))
        folded = tuple(fold(place) for place in places)
        events = self._weigh(judgement.events, document, places, folded)
        by_weight = [
            each.event for each in sorted(events, key=lambda each: (-each.importance.level, -each.event.confidence))
        ]
        gist = summarise(places, by_weight)
        kind = kind_of(folded, fold(document.outlet or document.source))
        classified = DocumentClassified(
            document_id=document.document_id,
            revision=document.revision,
            url=document.url,
            source=document.source,
            outlet=document.outlet,
            role=document.role,
            rights=document.rights,
            reliability=document.reliability,
            title=document.title,
            lead=lead_of(document.paragraphs),
            language=document.language,
            published=document.published,
            relevant=judgement.relevant,
            relevance_reasons=judgement.relevance_reasons,
            kind=kind,
            entities=judgement.entities,
            events=tuple(each.event for each in events),
            importance=importance.of_document(judgement.relevant, kind, [each.importance for each in events]),
            summary=gist,
            model=f"{self._model}+second:{second.reader}" if second else self._model,
            second_gist=SecondGist(sentences=second.gist, reader=second.reader) if second and second.gist else None,
            times=document.times.model_copy(update={"classified": now}),
            lines=tuple(line_of(event, judgement.entities, self._names, places) for event in by_weight),
            points=key_points(places, folded, by_weight, gist) if judgement.relevant else (),
        )
        return classified, events

    def _weigh(
        self, events: Sequence[EventFound], document: DocumentFound, places: Sequence[str], folded: Sequence[str]
    ) -> tuple[Weighed, ...]:
        weighed = []
        for event in events:
            facts = facts_of(event, places, folded, document.published, document.language)
            told = event.model_copy(update={"facts": facts})
            quote = fold(event.evidence.quote)
            weighed.append(Weighed(told, importance.weigh(told, folded[0], quote, self._circles)))
        return tuple(weighed)
