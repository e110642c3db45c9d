"""Which rows are past their time, and in which order they go. What is still open stays, however old it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Rows of one table that go when they are older than the period's cutoff (`:cutoff`)."""

    name: str
    table: str
    period: str
    """A field of Retention."""
    age: str
    """The column that tells how old a row is; empty where there is none."""
    past: str
    """The condition, in SQL."""
    batch: int = 1_000
    """Rows of one transaction: some tens of milliseconds."""
    locked: bool = True
    """Whether rows that somebody else holds are gone round; who may not update a table may not lock its rows."""


_OLD_THREAD = (
    "not exists (select 1 from thread_documents other where other.thread_id = thread_documents.thread_id"
    " and other.joined >= :cutoff)"
)
_DISABLED = "select 1 from portal_users u where u.id = {table}.user_id and u.disabled"

RULES = (
    Rule(
        "deliveries",
        "deliveries",
        "deliveries",
        "decided",
        "decided < :cutoff and due is null and lease_by is null and state not in ('held', 'digest')"
        " and (delivered is null or announced is not null)",
    ),
    Rule("alert decisions", "alert_decisions", "deliveries", "at", "at < :cutoff"),
    Rule("digests", "digests", "deliveries", "built", "built < :cutoff"),
    Rule("silences", "silences", "deliveries", "until", "until < :cutoff"),
    Rule(
        "standings of sources",
        "source_standings",
        "deliveries",
        "seen",
        "seen < :cutoff and exists (select 1 from source_standings later where later.source = source_standings.source"
        " and later.id > source_standings.id)",
    ),
    Rule("classifications", "classifications", "articles", "received", "received < :cutoff"),
    Rule("reports of threads", "thread_documents", "articles", "joined", f"joined < :cutoff and {_OLD_THREAD}"),
    Rule(
        "threads",
        "threads",
        "articles",
        "latest",
        "latest < :cutoff and opened < :cutoff"
        " and not exists (select 1 from thread_documents d where d.thread_id = threads.thread_id)"
        " and not exists (select 1 from deliveries d where d.thread_id = threads.thread_id and d.due is not null)",
    ),
    Rule(
        "documents",
        "documents",
        "articles",
        "fetched",
        "fetched < :cutoff and not exists (select 1 from documents later where later.document_id ="
        " documents.document_id and later.fetched >= :cutoff)",
    ),
    Rule(
        "fingerprints",
        "bands",
        "articles",
        "",
        "not exists (select 1 from documents d where d.number = bands.number)",
        batch=20_000,
    ),
    Rule("crawl decisions", "crawl_decisions", "decisions", "at", "at < :cutoff and outcome <> 'erased'"),
    Rule(
        "fetched addresses",
        "listed_pages",
        "queue",
        "first_seen",
        "first_seen < :cutoff and due is null and lease_by is null",
    ),
    Rule("messages that Kafka has", "outbox", "sent", "sent", "sent < :cutoff"),
    Rule("dead letters that Kafka has", "alerter_dead_letters", "letters", "sent", "sent < :cutoff"),
    Rule("kept listings", "source_pages", "letters", "at", "at < :cutoff"),
    Rule(
        "hosts",
        "hosts",
        "letters",
        "next_turn",
        "next_turn < :cutoff and (open_until is null or open_until < :cutoff)",
    ),
    Rule("requests of readers", "desk_requests", "decisions", "asked", "asked < :cutoff"),
    Rule("answers to readers", "desk_answers", "decisions", "until", "until < :cutoff"),
    Rule(
        "corrections",
        "corrections",
        "articles",
        "at",
        "at < :cutoff and exists (select 1 from correction_cases c where c.correction = corrections.id)",
    ),
    Rule(
        "what became of corrections",
        "correction_cases",
        "articles",
        "at",
        "at < :cutoff and not exists (select 1 from corrections c where c.id = correction_cases.correction)",
    ),
    Rule(
        "sessions that ended",
        "portal_sessions",
        "access",
        "until",
        f"until < now() or exists ({_DISABLED.format(table='portal_sessions')} is not null)",
        locked=False,
    ),
    Rule(
        "keys that open nothing",
        "portal_keys",
        "access",
        "revoked",
        f"revoked < :cutoff or until < :cutoff or exists ({_DISABLED.format(table='portal_keys')} < :cutoff)",
        locked=False,
    ),
    Rule(
        "visits of readers",
        "portal_visits",
        "visits",
        "seen",
        "seen < :cutoff or not exists (select 1 from portal_users u where u.id = portal_visits.reader)",
        locked=False,
    ),
    Rule("audit log", "audit_log", "audit", "at", "at < :cutoff", locked=False),
    Rule("headlines of the neutral index", "recall_headlines", "index", "dated", "dated < :cutoff"),
    Rule("polls of the neutral index", "recall_polls", "index", "at", "at < :cutoff"),
)
