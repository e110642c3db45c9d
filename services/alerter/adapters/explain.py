"""The way of one article through the tables of all services, up to where it ended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from services.alerter.adapters.explain_crawler import CrawlerWay
from services.alerter.adapters.explain_deliveries import Deliveries, canary_end
from services.alerter.adapters.explain_near import near
from services.alerter.adapters.explain_routes import Verdict, answers_of, stored_verdicts, verdicts
from services.alerter.adapters.explain_threads import thread_steps
from services.alerter.adapters.explain_way import DocumentWay, End, Step, Way, shown
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.recall import Cause
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.routing import no_alert
from services.alerter.domain.wording import Names
from shared.messages import DocumentClassified
from shared.rights import shown as may_show
from shared.store.tombstones import SQL_KEY

_DOCUMENTS = text(
    """
    select distinct document_id from (
        select document_id from classifications where document_id = :asked or message->>'url' = :asked
        union all
        select document_id from crawl_decisions
        where document_id = :asked or address = :asked and document_id is not null
        union all
        select document_id from documents where url = :asked or document_id = :asked
        union all
        select document_id from tombstones where key = {erased} and document_id <> ''
    ) found order by 1
    """.replace("{erased}", SQL_KEY.format(address="cast(:asked as text)"))
)
_CLASSIFIED = text(
    "select revision, message, received from classifications where document_id = :document order by revision"
)
_DECISIONS = text(
    "select document_id, revision, outcome, reason, thread_id, detail, at from alert_decisions"
    " where document_id = :document order by id"
)
_LETTERS = text(
    "select created, sent from alerter_dead_letters where key = convert_to(:document, 'UTF8') order by id desc limit 1"
)

_QUIET: Mapping[str, Cause] = {
    "irrelevant": "not_matched",
    "no_event": "no_event",
    "market_note": "market_note",
    "background": "background",
}
"""Decisions by what a document is, whoever subscribes."""


@dataclass(frozen=True)
class Asking:
    """What explaining needs besides the tables."""

    rules: Callable[[int | None], RouteIndex | None]
    """The subscriptions of a version, or with None those in force; None where they cannot be read."""
    names: Names
    likeness: Likeness
    zone: ZoneInfo


def explain_address(db: Connection, asked: str, asking: Asking) -> Way:
    """All that is known of an address or a document_id."""
    documents = tuple(db.execute(_DOCUMENTS, {"asked": asked}).scalars())
    if documents:
        return Way(asked, tuple(_document(db, asked, one, asking) for one in documents))
    crawler = CrawlerWay(db, asked, "", asking.zone)
    if crawler.known:
        return Way(asked, steps=tuple(crawler.steps()), end=crawler.end())
    found = near(db, asked)
    if found.same is not None and found.same != asked:
        way = explain_address(db, found.same, asking)
        return Way(asked, way.documents, way.steps, way.end, advice=(f"known as {found.same}",))
    end = End("ended", "it never came to us", "not_crawled")
    if len(found.documents) == 1:
        way = explain_address(db, found.documents[0], asking)
        return Way(asked, way.documents, way.steps, way.end)
    return Way(asked, end=end, near=found.addresses or found.documents, advice=found.advice)


def _document(db: Connection, asked: str, document: str, asking: Asking) -> DocumentWay:
    crawler = CrawlerWay(db, asked, document, asking.zone)
    messages = [dict(row) for row in db.execute(_CLASSIFIED, {"document": document}).mappings()]
    decisions = [dict(row) for row in db.execute(_DECISIONS, {"document": document}).mappings()]
    steps = [*crawler.steps(), *_classified(messages)]
    last = messages[-1]["message"] if messages else {}
    newest = crawler.stored[-1] if crawler.stored else {}
    url, title = str(last.get("url") or newest.get("url") or ""), str(last.get("title") or newest.get("title") or "")
    if not messages:
        steps += _decisions(decisions)
        end = (
            _without_answer(db, document, crawler, asking.zone)
            if not decisions
            else _decided(db, decisions[-1], asking.zone)
        )
        return DocumentWay(document, url, title, tuple(steps), end)
    judged = DocumentClassified.model_validate(last)
    decided = decisions[-1] if decisions else {}
    steps += _decisions(decisions)
    thread = next((row["thread_id"] for row in reversed(decisions) if row["thread_id"]), None)
    steps += thread_steps(db, judged, thread, decided.get("detail") or {}, asking.likeness)
    said = _verdicts(judged, decided, asking)
    steps += _routes(judged, decided, said, asking)
    deliveries = Deliveries(db, thread, document, asking.zone) if thread else None
    steps += deliveries.steps() if deliveries else ()
    return DocumentWay(document, url, title, tuple(steps), _end(judged, decided, said, deliveries, asking.zone))


def _without_answer(db: Connection, document: str, crawler: CrawlerWay, zone: ZoneInfo) -> End:
    letter = db.execute(_LETTERS, {"document": document}).mappings().first()
    if letter is None:
        return crawler.end()
    where = "on luming.dead-letters.v1" if letter["sent"] else "on its way to luming.dead-letters.v1"
    words = f"a dead letter of the alerter since {shown(letter['created'], zone)}, {where}, with its reason"
    return End("ended", words, "failed")


def _decided(db: Connection, decision: Mapping[str, Any], zone: ZoneInfo) -> End:
    """Of a canary, of which nothing but the decision and the delivery is kept."""
    words = f"{decision['outcome']}: {decision['reason']}"
    return canary_end(db, decision["document_id"], zone) or End("ended", words, "suppressed")


def _classified(messages: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    for row in messages:
        message = row["message"]
        relevant = "relevant" if message["relevant"] else "not relevant"
        words = (
            f"revision {row['revision']}: {message['kind']}, importance {message['importance']}, {relevant},"
            f" source {message.get('reliability') or 'F'}"
        )
        why = "; ".join(message.get("relevance_reasons") or ()) or "no reason is stored"
        below = [f"{relevant}: {why}", *_events(message), f"judged by {message['model']}"]
        data = {key: message[key] for key in ("kind", "importance", "relevant", "relevance_reasons", "model")}
        events = [
            {key: event[key] for key in ("label", "status", "entities", "confidence", "reasons")}
            for event in message["events"]
        ]
        at = DocumentClassified.model_validate(message).times.classified or row["received"]
        yield Step("classifier", at, words, tuple(below), {**data, "events": events})


def _events(message: Mapping[str, Any]) -> Iterator[str]:
    quotes = may_show(message.get("rights", "full"), [event["evidence"]["quote"] for event in message["events"]]).quotes
    for event, quote in zip(message["events"], quotes, strict=True):
        who = ", ".join(event["entities"])
        told = f": “{quote}”" if quote else ""
        yield f"{event['label']}/{event['status']} by {who or 'nobody named'}{told}"
        yield f"  ({event['confidence']:.2f}; {', '.join(event['reasons'])})"


def _decisions(decisions: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    for row in decisions:
        words = f"revision {row['revision']}: {row['outcome']}: {row['reason']}"
        asked = (row["detail"].get("conditions") or {}).items()
        below = tuple(f"asked “{condition}”: {answer}" for condition, answer in asked)
        yield Step("alerter", row["at"], words, below, {key: row[key] for key in ("revision", "outcome", "reason")})


def _verdicts(judged: DocumentClassified, decided: Mapping[str, Any], asking: Asking) -> Sequence[Verdict] | None:
    """By the subscriptions of then; None where nobody was asked, or they cannot be read any more."""
    detail = decided.get("detail") or {}
    index = asking.rules(detail.get("subscriptions_version"))
    if index is None or no_alert(judged) is not None:
        return None
    return verdicts(judged, index, asking.names, answers_of(detail.get("conditions") or {}))


def _routes(
    judged: DocumentClassified, decided: Mapping[str, Any], said: Sequence[Verdict] | None, asking: Asking
) -> Iterator[Step]:
    quiet = no_alert(judged)
    if quiet is not None:
        yield Step("routes", None, f"no subscription is asked, {quiet.reason}: {quiet.detail}")
        return
    detail = decided.get("detail") or {}
    version = detail.get("subscriptions_version") or 0
    name = f"version {version} of the subscriptions" if version else "the subscriptions"
    if said is None:
        yield Step("routes", None, f"as {name} decided it", tuple(stored_verdicts(detail)))
        return
    below = tuple(line for one in said for line in one.lines())
    data = {"version": version, "verdicts": [vars(one) for one in said]}
    yield Step("routes", None, f"by {name}:", below, data)
    yield from _today(judged, said, version, asking)


def _today(judged: DocumentClassified, then: Sequence[Verdict], version: int, asking: Asking) -> Iterator[Step]:
    """What the version in force says, where it says otherwise."""
    index = asking.rules(None)
    if index is None or index.version == version:
        return
    now = {one.team for one in verdicts(judged, index, asking.names, {}) if one.wanted}
    if now != {one.team for one in then if one.wanted}:
        yield Step("routes", None, f"by version {index.version}, in force now: {', '.join(sorted(now)) or 'nobody'}")


def _end(
    judged: DocumentClassified,
    decided: Mapping[str, Any],
    said: Sequence[Verdict] | None,
    deliveries: Deliveries | None,
    zone: ZoneInfo,
) -> End:
    """How far a classified document came."""
    if not decided:
        return End("waits", "for the alerter's decision", "waiting")
    if deliveries and (found := deliveries.end()):
        return found
    outcome, reason = decided["outcome"], decided["reason"]
    if outcome in _QUIET:
        return End("ended", f"no alert, {outcome}: {reason}", _QUIET[outcome])
    if said is not None and not any(one.wanted for one in said):
        return _unwanted(next(iter(said), None))
    before = deliveries.before() if deliveries else ""
    if outcome == "joined" and before:
        return End("ended", f"nothing new in it, and {before}", "joined")
    if judged.role == "recall":
        thread = "; it belongs to a story" if deliveries else ""
        words = f"no source that may alert brought it: {judged.source} only measures what the others missed{thread}"
        return End("ended", f"{words}, of which {before}" if before else words, "joined" if before else "not_crawled")
    words = f"{outcome} at {shown(decided['at'], zone)}: {reason}"
    return End("ended", words, "joined" if outcome == "joined" else "suppressed")


def _unwanted(nearest: Verdict | None) -> End:
    """Nobody wants it: the subscription that comes nearest, and what it lacks for that one."""
    if nearest is None:
        return End("ended", "none there", "not_wanted")
    why = "; ".join(why for _, why in nearest.refused[:1])
    unimportant = nearest.far == 1 and why.startswith("importance ")
    words = f"no subscription wants it, nearest: {nearest.team} ({why})"
    return End("ended", words, "below_importance" if unimportant else "not_wanted")
