"""The way of one article through the tables, as lines for people."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from services.alerter.domain.agreement import agreement_on
from services.alerter.domain.state import ThreadState
from services.alerter.domain.wording import agreement_words
from shared.rights import shown

_DOCUMENTS = text(
    """
    select distinct document_id from (
        select document_id from classifications where document_id = :asked or message->>'url' = :asked
        union all
        select document_id from crawl_decisions where address = :asked and document_id is not null
        union all
        select document_id from documents where url = :asked
    ) found order by 1
    """
)
_LOOKS = text(
    "select at, source, outcome, reason, revision from crawl_decisions"
    " where address = :asked or document_id = :document order by id"
)
_CLASSIFIED = text(
    "select revision, message, received from classifications where document_id = :document order by revision"
)
_DECISIONS = text(
    "select revision, outcome, reason, thread_id, detail, at from alert_decisions"
    " where document_id = :document order by id"
)
_THREAD = text(
    "select t.title, t.fact_version, t.state, count(d.document_id) as documents from threads t"
    " left join thread_documents d using (thread_id) where t.thread_id = :thread group by t.thread_id"
)
_DELIVERIES = text(
    "select * from deliveries where thread_id = :thread order by id",
)


def explain_address(db: Connection, asked: str) -> str:
    """All that is known of an address or a document_id."""
    documents = [row.document_id for row in db.execute(_DOCUMENTS, {"asked": asked})]
    lines = [asked]
    if not documents:
        lines += list(_looks(db, asked, ""))
        if len(lines) == 1:
            lines.append("  nothing is known of it: no source has listed it, or it is written in another way")
    for document in documents:
        lines.append(f"document {document}")
        lines += [*_looks(db, asked, document), *_classified(db, document), *_decisions(db, document)]
    return "\n".join(lines)


def _looks(db: Connection, asked: str, document: str) -> Iterator[str]:
    for row in db.execute(_LOOKS, {"asked": asked, "document": document}).mappings():
        revision = f" (revision {row['revision']})" if row["revision"] else ""
        yield f"  {row['at']:%Y-%m-%d %H:%M:%S} crawler, {row['source']}: {row['outcome']}{revision}: {row['reason']}"


def _classified(db: Connection, document: str) -> Iterator[str]:
    for row in db.execute(_CLASSIFIED, {"document": document}).mappings():
        message: dict[str, Any] = row["message"]
        yield (
            f"  {row['received']:%Y-%m-%d %H:%M:%S} classifier, revision {row['revision']}: {message['kind']},"
            f" importance {message['importance']}, {'relevant' if message['relevant'] else 'not relevant'},"
            f" source {message.get('reliability') or 'F'}"
        )
        quotes = shown(
            message.get("rights", "full"), [event["evidence"]["quote"] for event in message["events"]]
        ).quotes
        for event, quote in zip(message["events"], quotes, strict=True):
            reasons = ", ".join(event["reasons"])
            who = ", ".join(event["entities"])
            told = f": “{quote}”" if quote else ""
            yield f"      {event['label']}/{event['status']} by {who or 'nobody named'}{told}"
            yield f"        ({event['confidence']:.2f}; {reasons})"


def _decisions(db: Connection, document: str) -> Iterator[str]:
    threads: dict[str, None] = {}
    for row in db.execute(_DECISIONS, {"document": document}).mappings():
        yield f"  {row['at']:%Y-%m-%d %H:%M:%S} alerter, revision {row['revision']}: {row['outcome']}: {row['reason']}"
        for name, why in (row["detail"].get("unwanted") or {}).items():
            yield f"      not for {name}: {why}"
        if row["thread_id"]:
            threads[row["thread_id"]] = None
    for thread in threads:
        for found in db.execute(_THREAD, {"thread": thread}).mappings():
            yield (
                f"  thread {thread}: {found['title']} ({found['documents']} documents, fact version"
                f" {found['fact_version']})"
            )
            yield f"      {_agreement(ThreadState.model_validate(found['state']), document)}"
        for row in db.execute(_DELIVERIES, {"thread": thread}).mappings():
            yield f"      {_delivery(row, document)}"


def _agreement(thread: ThreadState, document: str) -> str:
    """Who tells the same as the document, or, of one that adds nothing to the thread, as its newest member."""
    found = agreement_on(thread.member(document) or thread.members[-1], thread)
    return f"{agreement_words(found, 'en')}: {', '.join(found.names) or 'no outlet is named'}"


def _delivery(row: RowMapping, document: str) -> str:
    own = "" if row["document_id"] == document else f" (by document {row['document_id']})"
    when = row["delivered"] or row["due"] or row["decided"]
    why = f": {row['reason']}" if row["reason"] else ""
    return (
        f"{row['kind']} {row['fact_version']} to {row['channel']} of {row['subscription']}:"
        f" {row['state']} {when:%Y-%m-%d %H:%M:%S}, {row['attempts']} attempts{own}{why}"
    )
