"""The queue's statements. Times are the database's."""

from sqlalchemy import text

from shared.store.tombstones import NOT_ERASED

ENROL = text(
    "insert into sources (name, state, next_poll, failures, listed) "
    "select name, '{}', now(), 0, 0 from unnest(cast(:names as text[])) as name on conflict do nothing"
)
# Each crawler takes its share of what is due: `most`, or as many as come to it when all that are alive take alike.
_SHARE = (
    "limit least(cast(:most as bigint), (select ceil(count(*) / cast(:alive as float)) from (select 1 from {due} "
    "limit cast(:most as bigint) * cast(:alive as bigint)) as taken))"
)
_DUE_SOURCES = (
    "sources where name = any(:names) and next_poll <= now() and (lease_until is null or lease_until < now())"
)
LEASE_SOURCES = text(
    "update sources set lease_by = :lease, lease_until = now() + make_interval(secs => :seconds) "  # noqa: S608  # fixed names
    f"where name in (select name from {_DUE_SOURCES} order by next_poll "
    f"{_SHARE.format(due=_DUE_SOURCES)} for update skip locked) "
    "returning name, state, failures, rhythm, health, last_new"
)
NEXT_POLL = text(
    "select greatest(0, extract(epoch from min(greatest(next_poll, coalesce(lease_until, next_poll))) - now())) "
    "from sources where name = any(:names)"
)
POLLED = text(
    "update sources set state = cast(:state as jsonb), next_poll = now() + make_interval(secs => :next_in), "
    "lease_by = null, lease_until = null, failures = 0, last_success = now(), "
    "last_error = nullif(:fault, ''), last_error_at = case when :fault <> '' then now() end, "
    "listed = coalesce(:listed, listed), last_new = :last_new, "
    "rhythm = cast(:rhythm as jsonb), health = cast(:health as jsonb) "
    "where name = :name and lease_by = :lease"
)
POLL_FAILED = text(
    "update sources set next_poll = now() + make_interval(secs => :next_in), lease_by = null, lease_until = null, "
    "failures = failures + 1, last_error = :reason, last_error_at = now(), "
    "health = coalesce(cast(:health as jsonb), health) where name = :name and lease_by = :lease"
)
STANDINGS = text(
    "select name, health, rhythm, coalesce(completeness, '{}') as completeness, failures, listed, next_poll, "
    "last_success, last_new, last_error, last_error_at from sources left join source_looks on source = name "
    "where name = any(:names) order by name"
)
# An address belongs to the source that listed it first, else two listings' markers would take turns; but a source that
# may alert takes it over from one that only measures.
# A marker that changes at every poll, without the article changing, is followed less and less: 2 minutes, 4, … a day.
LIST = text(
    "insert into listed_pages as known "  # noqa: S608  # fixed names
    "(source, address, host, marker, hints, ordered_by, history, first_seen, due, attempts, unchanged) "
    "select :source, address, host, marker, hints, ordered_by, history, now(), now(), 0, 0 "
    "from jsonb_to_recordset(cast(:rows as jsonb)) "
    "as row(address text, host text, marker text, hints jsonb, ordered_by timestamptz, history boolean) "
    f"where {NOT_ERASED.format(address='row.address')} order by address "
    "on conflict (address) do update set marker = excluded.marker, hints = excluded.hints, source = excluded.source, "
    "history = false, first_seen = now(), due = now() + make_interval(secs => case when known.unchanged = 0 then 0 "
    "else least(60 * power(2, least(known.unchanged, 11)), 86400) end) "
    "where not excluded.history and ((known.source = excluded.source and known.marker <> excluded.marker) "
    "or (known.source = any(:recall) and not excluded.source = any(:recall))) "
    "returning address, (xmax = 0) as inserted"
)
FULL_HOSTS = text(
    "select host from listed_pages where due is not null and not history and host = any(:hosts) "
    "group by host having count(*) >= :most"
)
OF_OTHERS = text("select address from listed_pages where address = any(:addresses) and source <> :source")
COMPLETENESS = text("select completeness from source_looks where source = :source")
_DUE_PAGES = (
    "listed_pages where due <= now() and (lease_until is null or lease_until < now()) "
    "and source = any(:sources) and not host = any(:busy)"
)
LEASE_PAGES = text(
    "update listed_pages set lease_by = :lease || '/' || id, attempts = attempts + 1, "  # noqa: S608  # fixed names
    "lease_until = now() + make_interval(secs => :seconds) "
    f"where id in (select id from {_DUE_PAGES} order by history, ordered_by, id "
    f"{_SHARE.format(due=_DUE_PAGES)} for update skip locked) "
    "returning id, source, address, host, marker, hints, first_seen, attempts, lease_by, "
    "cast(coalesce(extract(epoch from now() - unreached_since), 0) as float) as unreached, "
    "history, ordered_by"
)
# Whoever locks several pages does it by their addresses, so that two never wait for each other.
RENEW = (
    text(
        "update listed_pages set lease_until = now() + make_interval(secs => :seconds) where id in "
        "(select id from listed_pages where lease_by = any(:leases) order by address for update)"
    ),
    text("update sources set lease_until = now() + make_interval(secs => :seconds) where lease_by = any(:leases)"),
)
GIVE_BACK = text(
    "update listed_pages set lease_by = null, lease_until = null, attempts = greatest(0, attempts - 1) "
    "where id = :id and lease_by = :lease"
)
RELEASE = text("update sources set lease_by = null, lease_until = null where name = :name and lease_by = :lease")
# A page goes on where it was, with the attempt counted: one that ends the process is not tried for ever.
TAKE_BACK = (
    text("update listed_pages set lease_by = null, lease_until = null where starts_with(lease_by, :name)"),
    text("update sources set lease_by = null, lease_until = null where starts_with(lease_by, :name)"),
)
WAITING = text(
    "select (select count(*) from listed_pages where due <= now()) as pages, "
    "count(*) filter (where refused is null) as messages, count(refused) as refused, "
    "coalesce(extract(epoch from now() - min(created) filter (where refused is null)), 0)::float as oldest "
    "from outbox where sent is null"
)
KEPT_LATELY = text(
    "select 1 from source_pages where source = :source and kept_as = :kept_as "
    "and at > now() - make_interval(mins => 60)"
)
KEEP = text(
    "insert into source_pages (source, kept_as, address, charset, body, at) "
    "values (:source, :kept_as, :address, :charset, :body, now()) on conflict (source, kept_as) "
    "do update set address = excluded.address, charset = excluded.charset, body = excluded.body, at = excluded.at"
)
ALIVE = (
    text("insert into crawlers (name, seen) values (:name, now()) on conflict (name) do update set seen = now()"),
    text("delete from crawlers where seen < now() - make_interval(days => 1)"),
)
HOW_MANY = text("select count(*) from crawlers where seen > now() - make_interval(secs => :seconds)")
GONE = text("delete from crawlers where name = :name")
