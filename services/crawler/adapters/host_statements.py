"""The statements on the table `hosts`, in the database's time. A place is a request under way: its token with the time,
in seconds since 1970, at which it is taken for lost."""

from sqlalchemy import text

TAKE = text(
    "insert into hosts as known (host, next_turn, under_way, reason, refusals, doubt) values (:host, "
    "now() + make_interval(secs => :pace), "
    "jsonb_build_object(cast(:token as text), extract(epoch from now()) + :lost), '', 0, '') "
    "on conflict (host) do update set next_turn = greatest(known.next_turn, now()) + make_interval(secs => "
    "case when known.refusals > 0 then greatest(cast(:pace as float), :probe) else :pace end), "
    "under_way = (select coalesce(jsonb_object_agg(way.key, way.value), jsonb_build_object()) "
    "from jsonb_each(known.under_way) as way where cast(way.value as float) > extract(epoch from now())) "
    "|| excluded.under_way "
    "where known.next_turn <= now() + make_interval(secs => :patience) "
    "and (known.open_until is null or known.open_until <= now()) "
    "and (select count(*) from jsonb_each(known.under_way) as way "
    "where cast(way.value as float) > extract(epoch from now())) < :most "
    "returning extract(epoch from next_turn - now()) as next_in, next_turn, refusals, doubt"
)
"""A place and a turn, or no row."""
WHY = text(
    "select extract(epoch from next_turn - now()) as turn, extract(epoch from open_until - now()) as closed, reason, "
    "(select min(cast(way.value as float)) from jsonb_each(under_way) as way "
    "where cast(way.value as float) > extract(epoch from now())) - extract(epoch from now()) as lost "
    "from hosts where host = :host"
)
"""What keeps a request back; `lost`: seconds until the first place runs out unless it is renewed."""
STANDING = text(
    "select extract(epoch from open_until - now()) as closed, reason, refusals, doubt from hosts where host = :host"
)
DONE = text("update hosts set under_way = under_way - cast(:token as text) where host = :host")
WITHDRAWN = text(
    "update hosts set under_way = under_way - cast(:token as text), next_turn = "
    "case when next_turn = :turn then next_turn - make_interval(secs => :gap) else next_turn end where host = :host"
)
"""A turn that is not used is the next one's, unless others have come after it already."""
CHANGED = text(
    "insert into hosts as known (host, next_turn, under_way, reason, refusals, doubt, open_until) values (:host, "
    "now(), jsonb_build_object(), :reason, :refusals, :doubt, "
    "case when :pause > 0 then now() + make_interval(secs => :pause) end) "
    "on conflict (host) do update set under_way = known.under_way - cast(:token as text), "
    "refusals = excluded.refusals, doubt = excluded.doubt, reason = excluded.reason, "
    "open_until = case when :pause > 0 then greatest(known.open_until, excluded.open_until) "
    "when :cleared then null else known.open_until end, "
    "next_turn = case when :cleared then now() + make_interval(secs => :pace) else known.next_turn end"
)
"""What an answer says of its host, which may have no row yet when it was asked for a part of a page alone."""
REST = text(
    "update hosts set next_turn = greatest(next_turn, now()) + make_interval(secs => :seconds) where host = :host"
)
RENEW = text(
    "update hosts set under_way = under_way || "
    "jsonb_build_object(cast(:token as text), extract(epoch from now()) + :lost) "
    "where host = :host and under_way -> cast(:token as text) is not null"
)
"""A place that ran out meanwhile, in a process that was frozen, stays lost."""
FORGET = text(
    "delete from hosts where next_turn < now() - make_interval(secs => :old) "
    "and (open_until is null or open_until < now() - make_interval(secs => :old))"
)
