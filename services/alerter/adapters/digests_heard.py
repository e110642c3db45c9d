"""What was heard of companies, and how sources stood: read for digests, recorded while the alerter runs."""

from collections import defaultdict

from sqlalchemy import Connection, text

from services.alerter.application.digest_ports import Heard
from services.alerter.domain.coverage import NOT_POLLED, UNPROVEN, Standing
from services.alerter.domain.digest_period import Period

_LOCK = 7_215_435
"""Key of the advisory lock under which one alerter records (its neighbours stand in store.py and holding_shelf.py)."""
_OVERDUE = 3_600.0
"""Seconds that a poll may be late: a busy crawler is minutes behind, never an hour."""
_TELLERS = 180
"""Days before a period's end within which a source that told of a company counts as one that tells of it."""
_ARTICLES = text(
    """
    select entity, count(distinct document_id) as articles from (
        select c.document_id, found->>'entity' as entity from classifications c,
               jsonb_array_elements(c.message->'entities') found
        where c.received >= :start and c.received < :end
        union all
        select document_id, '' from classifications where received >= :start and received < :end
    ) named group by entity
    """
)
_SOURCES = text(
    """
    select distinct c.message->>'source' as source, found->>'entity' as entity
    from classifications c left join lateral jsonb_array_elements(c.message->'entities') found on true
    where c.received >= cast(:end as timestamptz) - make_interval(days => :days) and c.received < :end
    """
)
_RECORDED = text(
    """
    select source, state, reason, since, seen from source_standings
    where seen < :end or id in (select min(id) from source_standings group by source) order by id
    """
)
_RECORD = text(
    f"""
    with read as (
        select name as source, next_poll < now() - make_interval(secs => :overdue) as overdue,
               coalesce(health->>'state', '{UNPROVEN}') as health_state, coalesce(health->>'reason', '') as reason,
               cast(health->>'since' as timestamptz) as changed, last_success, last_new, next_poll
        from sources
    ), stands as (
        select source,
               case when overdue then '{NOT_POLLED}' else health_state end as state,
               case when overdue then 'its poll is overdue' else left(reason, 300) end as reason,
               case when overdue then coalesce(last_success, next_poll)
                    when health_state = 'quiet_suspicious' then coalesce(last_new, changed)
                    when health_state in ('failing', 'broken') then coalesce(last_success, changed)
                    else changed end as since
        from read
    ), last as (
        select distinct on (source) source, state from source_standings order by source, id desc
    )
    insert into source_standings (source, state, reason, since, seen)
    select stands.source, stands.state, stands.reason, coalesce(stands.since, now()), clock_timestamp()
    from stands left join last using (source)
    where last.state is distinct from stands.state order by source
    """  # noqa: S608  constants of the domain
)


def record(db: Connection) -> None:
    """Add a row for each source whose state is another than the last one recorded."""
    if db.execute(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one():
        db.execute(_RECORD, {"overdue": _OVERDUE})


def heard_in(db: Connection, period: Period) -> Heard:
    """Articles of the period, who told of whom before its end, and the recorded states that its digest goes by."""
    span = {"start": period.start, "end": period.end}
    articles = {row.entity: row.articles for row in db.execute(_ARTICLES, span)}
    tellers: dict[str, set[str]] = defaultdict(set)
    for row in db.execute(_SOURCES, {"end": period.end, "days": _TELLERS}):
        tellers[""].add(row.source)
        if row.entity is not None:
            tellers[row.entity].add(row.source)
    standings = [Standing.model_validate(dict(row)) for row in db.execute(_RECORDED, {"end": period.end}).mappings()]
    return Heard(articles, {entity: frozenset(sources) for entity, sources in tellers.items()}, standings)
