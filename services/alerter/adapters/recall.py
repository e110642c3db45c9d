"""The neutral index in the database, and what was told of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from services.alerter.application.recall import Known
from services.alerter.domain.recall import Headline
from services.alerter.domain.recall_index import BEFORE, Day, Poll

_AROUND = 3
"""Days before and after, within which a story with the same headline is the same story."""
_STORY = 400
"""Days for which a story may go on: threads that were quiet for longer are closed."""
_HEADLINES = text(
    """
    with told as materialized (
        select d.document_id, d.thread_id from deliveries d left join deliveries whole on whole.id = d.bundle
        where d.kind in ('new', 'update') and (d.delivered is not null or whole.delivered is not null)
          and d.decided >= cast(:start as timestamptz) - make_interval(days => :story)
    ), day as (
        select address, array_agg(distinct source) as sources, min(dated) as dated,
               (array_agg(title order by listed, source))[1] as title,
               (array_agg(outlet order by listed, source))[1] as outlet
        from recall_headlines where dated >= :start and dated < :end group by address
    )
    select day.*, found.document_id, c.message,
           exists (select from told where told.document_id = found.document_id) as told,
           exists (select from told where told.document_id = original.id or told.thread_id in
                     (select thread_id from thread_documents where document_id in (found.document_id, original.id))
           ) as story_told
    from day
    left join lateral (select document_id from crawl_decisions d
                       where d.address = day.address and document_id <> '' order by id desc limit 1) found on true
    left join lateral (select coalesce(duplicate_of, document_id) as id from documents d
                       where d.document_id = found.document_id order by revision desc limit 1) original on true
    left join lateral (select message from classifications k
                       where k.document_id = original.id order by revision desc limit 1) c on true
    order by day.dated, day.address
    """
)
_POLLS = text("select source, at, listed, fault from recall_polls where at >= :since and at < :end order by at, id")
_TITLES = text(
    """
    select c.message->>'title' as title, min(c.message->>'url') as url
    from deliveries d left join deliveries whole on whole.id = d.bundle
    join thread_documents t on t.thread_id = d.thread_id
    join classifications c on c.document_id = t.document_id and c.revision = t.revision
    where d.kind in ('new', 'update') and (d.delivered is not null or whole.delivered is not null)
      and d.decided >= cast(:start as timestamptz) - make_interval(days => :around)
      and d.decided < cast(:end as timestamptz) + make_interval(days => :around)
    group by 1
    """
)


class SqlIndex:
    """The index, read in the caller's transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def headlines(self, day: Day) -> Sequence[tuple[Headline, Known]]:
        """One for each address and day's headline."""
        rows = self._db.execute(_HEADLINES, {"start": day.start, "end": day.end, "story": _STORY})
        return [
            (
                Headline(row.title, (row.address,), tuple(sorted(row.sources)), row.outlet, row.dated),
                Known(row.document_id or "", _entities(row.message or {}), row.told, row.story_told),
            )
            for row in rows
        ]

    def polls(self, day: Day) -> Sequence[Poll]:
        """Of the day and of the days before it that show what is usual."""
        rows = self._db.execute(_POLLS, {"since": day.start - BEFORE, "end": day.end})
        return [Poll(row.source, row.at, row.listed, row.fault) for row in rows]

    def told_titles(self, day: Day) -> Mapping[str, str]:
        """Titles of told stories around the day, with their addresses."""
        rows = self._db.execute(_TITLES, {"start": day.start, "end": day.end, "around": _AROUND})
        return {row.title: row.url for row in rows}


def _entities(message: Mapping[str, object]) -> tuple[str, ...]:
    """Those that act in what a relevant article tells."""
    events = message.get("events")
    if not message.get("relevant") or not isinstance(events, list):
        return ()
    return tuple(dict.fromkeys(entity for event in events for entity in event["entities"]))
