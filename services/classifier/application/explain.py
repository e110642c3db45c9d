"""What the classifier reads in an article, and why, for a person."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from services.classifier.application.classify import Classify, Weighed
from shared.errors import ConfigError
from shared.messages import DocumentClassified, DocumentFound, Published, Times
from shared.messages.common import Language

Precision = Literal["minute", "day", "month", "year"]
_TRADITIONAL = re.compile("[藥醫療網務與國於來對時個後發會麼這們]")
"""Frequent characters that simplified script never writes."""


def read_article(raw: bytes, name: str, now: datetime) -> DocumentFound:
    """A document from an article as `make label` reads it: title, text, and where known lang, url, published.

    Raises ConfigError when it is no such JSON object.
    """
    try:
        article = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ConfigError(name, None, f"no JSON: {error}", "one JSON object with title and text") from error
    if not isinstance(article, dict) or not isinstance(article.get("text"), str):
        raise ConfigError(name, None, "no article", 'one JSON object like {"title": "…", "text": "…"}')
    title = str(article.get("title") or "")
    text = article["text"]
    identity = str(article.get("id") or article.get("url") or text)
    return DocumentFound(
        document_id=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32],
        revision=1,
        url=str(article.get("url") or ""),
        source="explain",
        outlet=article.get("outlet"),
        title=title,
        paragraphs=tuple(line.strip() for line in text.split("\n") if line.strip()),
        language=_language(article.get("lang"), title + text),
        published=_published(article.get("published"), article.get("published_precision"), name),
        times=Times(first_seen=now),
    )


def explain(classify: Classify, document: DocumentFound, now: datetime) -> str:
    """The reading of a document as lines of text."""
    classified, events = classify.weighed(document, now)
    return "\n".join(_lines(classified, events))


def _lines(result: DocumentClassified, events: tuple[Weighed, ...]) -> Iterator[str]:
    yield result.title
    yield f"  relevant    {'yes' if result.relevant else 'no'}  ({', '.join(result.relevance_reasons) or 'no reason'})"
    yield f"  kind        {result.kind}"
    yield f"  language    {result.language}"
    yield f"  importance  {result.importance}"
    for entity in result.entities:
        places = ", ".join(f"{mention.text} [{mention.paragraph}]" for mention in entity.mentions[:5])
        yield f"  entity      {entity.entity}: {places}"
    for each in events:
        event = each.event
        yield f"  event       {event.label}/{event.status}  confidence {event.confidence:.2f}"
        yield f"    who         {', '.join(event.entities) or '-'}"
        yield f"    evidence    [{event.evidence.paragraph}] {event.evidence.quote}"
        yield f"    because     {', '.join(event.reasons) or '-'}"
        yield f"    importance  {each.importance.level} = {'; '.join(each.importance.parts)}"
        for fact in event.facts:
            unit = f" {fact.unit}" if fact.unit else ""
            yield f"    {fact.kind:<15} {fact.value}{unit}  «{fact.evidence.quote}» [{fact.evidence.paragraph}]"
    for line in result.lines or ():
        cited = _cited(line.citations)
        yield from (f"  line        {line.zh} {cited}", f"              {line.en} {cited}")
    for sentence in result.summary:
        yield f"  summary     {sentence.text} {_cited(sentence.citations)}"
    for group in result.points or ():
        for point in group.points:
            yield f"  point       {group.group}: {point.text} {_cited(point.citations)}"


def _cited(places: tuple[int, ...]) -> str:
    return "".join(f"[{place}]" for place in places)


def _language(lang: Any, text: str) -> Language:
    if lang in get_args(Language):
        return lang  # type: ignore[no-any-return]  # one of the literals, as just looked up
    if lang == "en" or not re.search(r"[\u4e00-\u9fff]", text):
        return "en"
    return "zh-Hant" if len(_TRADITIONAL.findall(text)) > 2 else "zh-Hans"


def _published(value: Any, precision: Any, name: str) -> Published | None:
    if not value:
        return None
    text = str(value)
    padded = text + "-01" * (2 - text.count("-")) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else text
    try:
        at = datetime.fromisoformat(padded)
    except ValueError as error:
        raise ConfigError(name, None, f"published is {text!r}", "a date such as 2026-01-31") from error
    told: Precision = precision if precision in get_args(Precision) else "day"
    return Published(at=at if at.tzinfo else at.replace(tzinfo=UTC), precision=told)
