"""The statements of a search. What was typed reaches them as parameters alone; their text is made of the parts here."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import TextClause, text

from services.portal.adapters.search_where import Asked, asked_of, checks_of, where_of
from services.portal.domain import codes
from services.portal.domain.plan import Plan
from services.portal.domain.windows import Window

SETTINGS = text(
    "select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true),"
    " set_config('work_mem', '32MB', true), set_config('statement_timeout', :slowest, true)"
)
"""For one transaction on a connection that is not of search_pool.py, which says why."""
_ORDER = "order by at desc, document_id desc"
_PLACES = f"array_agg(at {_ORDER}), array_agg(document_id {_ORDER})"
_READ = "(select at, document_id, facets, words || '' as words from l offset 0) as read"
"""Where there are several conditions: each text is fetched once, and not by every one of them anew."""
_PARAMETER = re.compile(r"(?<!:):(\w+)")
Statement = tuple[str, Asked]


@lru_cache(maxsize=512)
def driven(statement: str) -> str:
    """The statement with its parameters as the driver writes them."""
    return _PARAMETER.sub(r"%(\1)s", statement)


def matches_sql(plan: Plan, window: Window, texts: int, ranked: bool) -> Statement:
    """Counts, facets and the newest of one window; of a ranked search the newest titled and about, too.

    A row of matched, looked, found, the facets of all of them, then three times and three ids.
    """
    asked = asked_of(plan, window) | {"most": plan.most, "texts": texts}
    checked = checks_of(plan, asked)
    columns = ["at", "document_id", "facets", *(["words"] if checked else [])]
    if titled := ranked and bool(plan.title):
        columns.append("title_codes @> cast(:title as integer[]) as titled")
        asked["title"] = list(plan.title)
    if about := ranked and bool(plan.entities):
        columns.append("entities && cast(:entities as smallint[]) as about")
        asked["entities"] = _entities(plan)
    where = where_of(plan, asked)
    read = _READ if len(checked) > 1 or any(one.literals for one in plan.checks) else "l"
    parts = [f"m as materialized (select {', '.join(columns)} from search_documents where {where})"]  # noqa: S608  # constants; values are parameters
    if checked:
        parts.append(f"l as (select * from m {_ORDER} limit :texts)")  # noqa: S608  # constants; values are parameters
        parts.append(f"v as materialized (select at, document_id, facets from {read} where {' and '.join(checked)})")  # noqa: S608  # constants; values are parameters
    hits, looked = ("v", "least((select count(*) from m), :texts)") if checked else ("m", "(select count(*) from m)")
    facets = "(select string_agg(facets, '') from m)"
    if checked:
        facets = (
            f"case when (select count(*) from m) > :texts then {facets} else (select string_agg(facets, '') from v) end"  # noqa: S608  # constants; values are parameters
        )
    statement = f"""
    with {", ".join(parts)}
    select (select count(*) from m), {looked}, (select count(*) from {hits}), {facets}, n.*, t.*, a.*
    from {_newest(hits)} as n, {_newest("m", "titled", titled)} as t, {_newest("m", "about", about)} as a
    """  # noqa: S608  # made of the constants of this module; values are parameters
    return driven(statement), asked


def _newest(of: str, where: str = "true", wanted: bool = True) -> str:
    if not wanted:
        return "(select null, null)"
    return f"(select {_PLACES} from (select at, document_id from {of} where {where} {_ORDER} limit :most) as newest)"  # noqa: S608  # constants


def older_sql(plan: Plan, window: Window, titled: bool, about: bool) -> Statement:
    """The newest of one window whose title holds the words, and that are about an entity; not verified."""
    asked = asked_of(plan, window) | {"most": plan.most}
    found = []
    if titled:
        found.append(f"true as titled, at, document_id from search_documents where {where_of(plan, asked, title=True)}")
    if about:
        held = dict(asked)
        where = where_of(plan, held)
        # The words and one entity together are what the index finds quickest.
        ways = " or ".join(f"({where} and codes @> array[{int(code)}])" for code in plan.entities)
        found.append(f"false as titled, at, document_id from search_documents where {ways}")
        asked |= held
    each = (f"(with m as materialized (select {one}) select * from m {_ORDER} limit :most)" for one in found)  # noqa: S608  # as above
    return driven(" union all ".join(each)), asked


def following_sql(plan: Plan, window: Window, after: tuple[datetime, str] | None, most: int) -> Statement:
    """The newest verified ones of one window that are older than `after`; texts are verified until it is enough."""
    asked = asked_of(plan, window) | {"most": most}
    checked = checks_of(plan, asked)
    where = where_of(plan, asked)
    if after is not None:
        where += " and (at, document_id) < (:after_at, :after_id)"
        asked["after_at"], asked["after_id"] = after
    columns = "at, document_id" + (", words" if checked else "")
    verify = f"where {' and '.join(checked)}" if checked else ""
    statement = f"""
    with m as materialized (select {columns} from search_documents where {where})
    select at, document_id from (select * from m {_ORDER} offset 0) as every {verify} limit :most
    """  # noqa: S608  # as above
    return driven(statement), asked


def candidates_sql(
    plan: Plan, places: Sequence[tuple[datetime, str]], stamps: Sequence[str] | None = None
) -> Statement:
    """What is scored of documents: id, time, words, stamp of the row, importance, repeats, thread, about the entities.

    Words come of those alone whose stamp is not the one given, and none without stamps.
    """
    ats = [at for at, _ in places]
    asked: Asked = {"first": min(ats), "last": max(ats), "entities": _entities(plan)}
    # One text each: hundreds of values in an array take longer to write than to look up.
    asked |= {"ats": ",".join(map(str, ats)), "ids": ",".join(document for _, document in places)}
    asked["stamps"] = ",".join(stamps if stamps is not None else ["" for _ in places])
    # The transaction that wrote a row tells it from every earlier one of the same document.
    words = "case when s.xmin::text = c.stamp then null else s.words end" if stamps is not None else "null"
    statement = f"""
    select s.document_id, s.at, {words}, s.xmin::text, s.importance, s.repeats, s.thread_id,
        s.entities && cast(:entities as smallint[])
    from unnest(cast(string_to_array(:ats, ',') as timestamptz[]), string_to_array(:ids, ','),
        string_to_array(:stamps, ',')) as c(at, document_id, stamp)
    join search_documents s on s.at = c.at and s.document_id = c.document_id
    where s.at between :first and :last
    """  # noqa: S608  # as above
    return driven(statement), asked


def places_sql(plan: Plan, window: Window, most: int) -> tuple[TextClause, Asked]:
    """Time and id of all that one window holds, the newest first, at most `most`."""
    asked = asked_of(plan, window) | {"most": most}
    where = where_of(plan, asked)
    checked = " and ".join(checks_of(plan, asked)) or "true"
    # What the codes narrow down is sorted as a whole; all documents are read in the order of time until it is enough.
    held = "materialized" if plan.filtered else "not materialized"
    columns = "at, document_id" + (", words" if plan.checks or plan.excluded else "")
    statement = f"""
    with m as {held} (select {columns} from search_documents where {where})
    select at, document_id from m where {checked} {_ORDER} limit :most
    """  # noqa: S608  # as above
    return text(statement), asked


def _entities(plan: Plan) -> list[int]:
    return [codes.facet_of(code)[1] for code in plan.entities]
