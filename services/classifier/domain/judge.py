"""The judge: one article in, what it says out. Rules and small logistic models; no IO after loading, no clock."""

import hashlib
import json
from dataclasses import dataclass, replace
from math import exp, log
from pathlib import Path

from pydantic import Field

from services.classifier.domain.any_company import said_of_any_company
from services.classifier.domain.article import Article, Judgement
from services.classifier.domain.encoding import Encoder, with_encoded
from services.classifier.domain.entities import entity_features, entity_found, named_entities
from services.classifier.domain.entity_signs import is_short
from services.classifier.domain.events import CURRENT, HISTORY, LabelScore, Scored, score_candidates, score_labels
from services.classifier.domain.features import clause_around, main_company
from services.classifier.domain.model import Logistic, load_logistic
from services.classifier.domain.reading import Reading, read
from services.classifier.domain.relevance import relevance_features
from services.classifier.domain.status import settled, statuses_of
from services.classifier.domain.triggers import Triggers, load_taxonomy
from shared.config_file import ConfigModel
from shared.errors import ConfigError
from shared.messages.classified import EntityFound, EventFound, Evidence, Status
from shared.watch import LABELS, OTHER, Watcher, load_watchlist

ALONE = "rules+logistic"
"""What judges without the encoder."""
BESIDE = "beside_encoder"
"""Folder of the models that weigh the encoder's answer with the rules."""
MODEL_DIR = Path(__file__).resolve().parent.parent / "model"
"""The weights that are shipped."""
REASONS = 6
"""How many reasons an event keeps."""
QUOTE = 280
"""Characters from which a quoted sentence is cut to the clauses around its trigger."""


class Cuts(ConfigModel):
    """Probabilities from which something is said; chosen by `make train` on cross-validated predictions."""

    ask: float = Field(default=0.0, ge=0, le=1)
    """The gate: how relevant the rules must find an article before the encoder is asked."""
    relevant: float = Field(ge=0, le=1)
    unnamed: float = Field(ge=0, le=1)
    """As `relevant`, where the watchlist finds neither a company nor a topic: the models know nothing of such pages."""
    current: float = Field(ge=0, le=1)
    background: float = Field(ge=0, le=1)
    entity: float = Field(ge=0, le=1)
    entity_short: float | None = Field(default=None, ge=0, le=1)
    """As `entity`, in short news (entity_signs.py)."""
    second_status: float = Field(ge=0, le=1)
    slope: float = Field(default=1.0, gt=0)
    shift: float = 0.0
    """The confidence of a current event is its probability with log odds of `slope` times its own plus `shift`: fitted
    so that of the events said with 0.7, on stories unseen, seven in ten are right."""


@dataclass(frozen=True)
class Models:
    """The shipped models and the cuts on their probabilities."""

    sentence: Logistic
    current: Logistic
    background: Logistic
    status: Logistic
    relevance: Logistic
    entity: Logistic
    cuts: Cuts


def load_models(folder: Path, entity: Logistic | None = None) -> Models:
    """The models in `folder`, with the `entity` model where another folder has it.

    Raises ConfigError when one is missing or unusable.
    """
    path = folder / "cuts.json"
    try:
        cuts = Cuts.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise ConfigError(path, None, f"no usable cuts: {error}", "train the models anew with `make train`") from error
    names = ("sentence", "current", "background", "status", "relevance")
    loaded = {name: load_logistic(folder / f"{name}.json") for name in names}
    return Models(cuts=cuts, entity=entity or load_logistic(folder / "entity.json"), **loaded)


@dataclass(frozen=True)
class Asked:
    """The encoder, and the models that weigh its answer; of entities they say nothing."""

    encoder: Encoder
    models: Models


class Judge:
    """Knows the watchlist, the taxonomy and the models; keeps nothing of what it judges."""

    def __init__(
        self, watcher: Watcher, triggers: Triggers, models: Models, asked: "Asked | None" = None, name: str = ALONE
    ) -> None:
        self.name = name
        """Which rules and weights judge."""
        self.watcher = watcher
        self.triggers = triggers
        self.models = models
        self.asked = asked

    @classmethod
    def load(cls, config_dir: Path, model_dir: Path | None = None, encoder: Encoder | None = None) -> "Judge":
        """From config/ and the shipped (or another) model; `encoder` is asked where the gate is open.

        Raises ConfigError naming file and line.
        """
        watcher = Watcher(load_watchlist(config_dir / "watchlist.yaml"))
        triggers = Triggers(load_taxonomy(config_dir / "taxonomy.yaml"))
        folder = model_dir or MODEL_DIR
        files = [config_dir / "watchlist.yaml", config_dir / "taxonomy.yaml", *sorted(folder.glob("*.json"))]
        models, asked, name = load_models(folder), None, ALONE
        if encoder is not None:
            beside = folder / BESIDE
            asked, name = Asked(encoder, load_models(beside, models.entity)), f"{ALONE}+{encoder.name}"
            files += sorted(beside.glob("*.json"))
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
        return cls(watcher, triggers, models, asked, f"{name}/{digest[:12]}")

    def judge(self, article: Article) -> Judgement:
        """What the article says."""
        return self.judge_reading(read(article, self.watcher, self.triggers))

    def judge_reading(self, reading: Reading) -> Judgement:
        """As `judge`, on an article that is read already; an answer of the encoder that it holds is used."""
        article, models = reading.article, self.models
        features = relevance_features(reading)
        relevance = models.relevance.probabilities(features)["yes"]
        plain = reading
        if self.asked is not None and relevance >= self.asked.models.cuts.ask and not article.any_company:
            models = self.asked.models
            if reading.encoded is None:
                reading = with_encoded(reading, self.asked.encoder.encode(reading))
            features = relevance_features(reading)
            relevance = models.relevance.probabilities(features)["yes"]
        cuts = models.cuts
        relevant = relevance >= (cuts.relevant if reading.match.concerns else cuts.unnamed)
        wanted = "yes" if relevant else "no"
        reasons = models.relevance.strongest(features, wanted, REASONS)
        if not relevant and not article.any_company:
            return Judgement(False, reasons, (), (), relevance)
        scored = score_candidates(reading, models.sentence)
        labels = score_labels(reading, scored, models.current, models.background)
        if article.any_company:
            labels, news, history = said_of_any_company(labels, cuts.current, cuts.background)
            models = replace(models, cuts=cuts.model_copy(update={"current": news, "background": history}))
        entities = self._entities(plain, None if reading.encoded else scored)
        events = _events(reading, labels, {entity.entity for entity in entities}, models)
        if article.any_company and not relevant:
            entities = entities or ((EntityFound(entity=OTHER),) if events else ())
            return Judgement(bool(events), reasons, entities, events, relevance)
        return Judgement(True, reasons, entities, events, relevance)

    def _entities(self, reading: Reading, scored: list[Scored] | None) -> tuple[EntityFound, ...]:
        """Who it is about, by the rules' scores of its sentences: the encoder says nothing of names (DECISIONS.md)."""
        named = named_entities(reading)
        if not named:
            return ()
        told = score_candidates(reading, self.models.sentence) if scored is None else scored
        signs = [entity_features(reading, entity, hits, told) for entity, hits in named.items()]
        odds, cuts = self.models.entity.probabilities_of(signs), self.models.cuts
        cut = cuts.entity_short if cuts.entity_short is not None and is_short(reading) else cuts.entity
        return tuple(
            entity_found(entity, hits)
            for (entity, hits), own in zip(named.items(), odds, strict=True)
            if own["yes"] >= cut
        )


def _events(reading: Reading, labels: list[LabelScore], entities: set[str], models: Models) -> tuple[EventFound, ...]:
    """What the labels' scores say: the events, news before history."""
    cuts = models.cuts
    current = {
        score.label: statuses_of(reading, score.sentences, models.status, cuts.current, cuts.second_status)
        for score in labels
        if score.current >= cuts.current
    }
    penalty = current["enforcement_penalty"][0][0] if "enforcement_penalty" in current else None
    events: list[EventFound] = []
    for score in labels:
        for status, told in current.get(score.label, ()):
            final = settled(score.label, status, penalty)
            events.append(_event(reading, score, told, final, entities, models))
        if score.background >= cuts.background:
            told = score.best(HISTORY)
            events.append(_event(reading, score, told, "background", entities, models))
    return tuple(events)


def _event(
    reading: Reading, score: LabelScore, told: Scored, status: Status, entities: set[str], models: Models
) -> EventFound:
    wanted, confidence = (HISTORY, score.background) if status == "background" else (CURRENT, score.current)
    if status != "background":
        confidence = calibrated(confidence, models.cuts)
    return EventFound(
        label=score.label,
        family=LABELS[score.label],
        status=status,
        entities=_bound(reading, told, entities),
        evidence=_evidence(reading, told),
        confidence=round(min(1.0, max(0.0, confidence)), 4),
        reasons=models.sentence.strongest(told.features, wanted, REASONS),
    )


def calibrated(probability: float, cuts: Cuts) -> float:
    """How often an event of that probability is right."""
    return 1 / (1 + exp(-(cuts.slope * log_odds(probability) + cuts.shift)))


def log_odds(probability: float) -> float:
    """Log odds; what is surer than 1 in 1,000 counts as that."""
    held = min(0.999, max(0.001, probability))
    return log(held / (1 - held))


def _bound(reading: Reading, told: Scored, entities: set[str]) -> tuple[str, ...]:
    """The entities of the sentence; where it names none, the one the article is mostly about."""
    span = told.candidate.span
    named = [hit.entity for hit in reading.match.hits if span.start <= hit.place < span.end and hit.entity in entities]
    if not named:
        main = main_company(reading)
        named = [hit.entity for hit in reading.match.hits if hit.name == main and hit.entity in entities][:1]
    return tuple(dict.fromkeys(named))


def _evidence(reading: Reading, told: Scored) -> Evidence:
    span, text = told.candidate.span, reading.text
    start, end = span.start, span.end
    if end - start > QUOTE:
        trigger = told.candidate.first.start
        left, right = clause_around(text.folded, span, trigger)
        start = max(span.start, min(left, trigger))
        end = min(span.end, max(right, told.candidate.first.end), start + QUOTE)
    quote = text.original[start:end]
    start += len(quote) - len(quote.lstrip())
    quote = quote.strip()
    offset = text.starts[span.paragraph]
    return Evidence(quote=quote, paragraph=span.paragraph, start=start - offset, end=start - offset + len(quote))
