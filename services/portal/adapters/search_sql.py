"""The statements of a search. What was typed reaches them as parameters alone; their text is made of the parts here."""

from typing import Any

from sqlalchemy import TextClause, text

from services.portal.domain.plan import Check, Plan
from services.portal.domain.windows import Window

# Hits are found by the index of codes and nothing else: left to itself the planner reads a partition in the order of
# time until it has enough, which takes seconds for a rare word.
SETTINGS = text(
    "select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true),"
    " set_config('work_mem', '32MB', true), set_config('statement_timeout', :slowest, true)"
)
CANDIDATES = text(
    """
    select s.document_id, s.at, s.words, s.importance, s.repeats, s.thread_id,
        s.codes && cast(:entities as integer[]) as about
    from unnest(cast(:ats as timestamptz[]), cast(:ids as text[])) as c(at, document_id)
    join search_documents s on s.at = c.at and s.document_id = c.document_id
    where s.at between :first and :last
    """
)
_NARROW = "at, document_id, entities, labels, statuses, source, kind, language"
_ORDER = "order by at desc, document_id desc"
_MANY = {"entity": "entities", "label": "labels", "status": "statuses"}
_ONE = ("source", "kind", "language")
Asked = dict[str, Any]


def matches_sql(plan: Plan, window: Window) -> tuple[TextClause, Asked]:
    """Counts, facets and the newest of one window."""
    asked = _asked(plan, window)
    where = _where(plan, asked)
    checked = _checked(plan, asked)
    limit = "" if plan.filtered else f"{_ORDER} limit :exact + 1"
    words = ", words, codes" if checked else ""
    looked = f"(select * from m {_ORDER} limit :exact) as looked"  # noqa: S608  # constants; values are parameters
    verified = f"{_NARROW} from {looked} where {' and '.join(checked)}" if checked else f"* from {looked}"
    found = "(select count(*) from v)" if checked else "(select count(*) from m)"
    number = "least((select count(*) from m), :exact)" if checked else "(select count(*) from m)"
    statement = f"""
    with m as materialized (select {_NARROW}{words} from search_documents where {where} {limit}),
    v as materialized (select {verified}),
    n as materialized (select at, document_id from v {_ORDER} limit :most)
    select (select count(*) from m) as matched, {number} as looked, {found} as found,
        (select array_agg(at {_ORDER}) from n) as ats, (select array_agg(document_id {_ORDER}) from n) as ids,
        {", ".join(_facets())}
    """  # noqa: S608  # made of the constants of this module; values are parameters
    return text(statement), asked


def newest_sql(plan: Plan, window: Window, also: str) -> tuple[TextClause, Asked]:
    """The newest of one window whose title holds the words (`title`), or that are about an entity (`entities`)."""
    asked = _asked(plan, window)
    where = [_where(plan, asked)]
    if also == "title":
        where.append("title_codes @> cast(:title as integer[])")
        asked["title"] = list(plan.title)
    else:
        where.append("codes && cast(:entities as integer[])")
        asked["entities"] = list(plan.entities)
    checked = _checked(plan, asked)
    verify = f"where {' and '.join(checked)}" if checked else ""
    columns = "at, document_id" + (", words, codes" if checked else "")
    statement = f"""
    with m as materialized (select {columns} from search_documents where {" and ".join(where)})
    select at, document_id from (select * from m {_ORDER} limit 2 * :most) as looked {verify} {_ORDER} limit :most
    """  # noqa: S608  # as above
    return text(statement), asked


def places_sql(plan: Plan, window: Window, most: int) -> tuple[TextClause, Asked]:
    """Time and id of all that one window holds, the newest first, at most `most`."""
    asked = _asked(plan, window) | {"most": most}
    where = _where(plan, asked)
    checked = " and ".join(_checked(plan, asked)) or "true"
    # What the codes narrow down is sorted as a whole; all documents are read in the order of time until it is enough.
    held = "materialized" if plan.filtered else "not materialized"
    columns = "at, document_id" + (", words, codes" if plan.checks or plan.excluded else "")
    statement = f"""
    with m as {held} (select {columns} from search_documents where {where})
    select at, document_id from m where {checked} {_ORDER} limit :most
    """  # noqa: S608  # as above
    return text(statement), asked


def _asked(plan: Plan, window: Window) -> Asked:
    return {"since": window.since, "until": window.until, "up_to": plan.up_to, "most": plan.most, "exact": plan.exact}


def _where(plan: Plan, asked: Asked) -> str:
    """What the indexes decide."""
    found = ["at >= :since", "at < :until", "number <= :up_to"]
    if plan.required:
        found.append("codes @> cast(:required as integer[])")
        asked["required"] = list(plan.required)
    for number, group in enumerate(plan.any_of):
        found.append(f"codes && cast(:any_{number} as integer[])")
        asked[f"any_{number}"] = list(group)
    if plan.none_of:
        found.append("not codes && cast(:none_of as integer[])")
        asked["none_of"] = list(plan.none_of)
    for number, without in enumerate(plan.excluded):
        if without.check is None:
            found.append(f"not codes @> cast(:without_{number} as integer[])")
            asked[f"without_{number}"] = list(without.codes)
    if plan.after is not None:
        found.append("(at, document_id) < (:after_at, :after_id)")
        asked["after_at"], asked["after_id"] = plan.after
    return " and ".join(found)


def _checked(plan: Plan, asked: Asked) -> list[str]:
    """What is verified on the words."""
    found = [_check(check, f"check_{number}", asked) for number, check in enumerate(plan.checks)]
    for number, without in enumerate(plan.excluded):
        if without.check is not None:
            held = _check(without.check, f"no_{number}", asked)
            found.append(f"not (codes @> cast(:no_codes_{number} as integer[]) and {held})")
            asked[f"no_codes_{number}"] = list(without.codes)
    return found


def _check(check: Check, name: str, asked: Asked) -> str:
    asked[name] = check.expression if check.text is None else check.text
    if check.text is None:
        return f"words ~ :{name}"
    return f"position(:{name} in words) > 0"


def _facets() -> list[str]:
    many = [
        f"(select jsonb_object_agg(number, held) from (select number, count(*) as held from v, unnest({column})"  # noqa: S608
        f" as number group by number) as counted) as {field}"
        for field, column in _MANY.items()
    ]
    one = [
        f"(select jsonb_object_agg({field}, held) from (select {field}, count(*) as held from v group by {field})"  # noqa: S608
        f" as counted) as {field}"
        for field in _ONE
    ]
    return many + one
