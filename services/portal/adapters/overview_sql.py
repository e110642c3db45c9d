"""The statements of the overview, the pages of companies and the comparison: all over the search index.

`search_documents` is read by its key, which begins with the time, in the partitions of the period alone. Arrays of a
row are unnested with a 0 put at the end, the number that no facet has: it stands for "all", so that one pass counts
rows, columns and totals. Stories are counted in two steps, first one row a story and cell, which a hash does, since
count(distinct) would sort every row.
"""

from sqlalchemy import text

SETTINGS = text(
    "select set_config('jit', 'off', true), set_config('work_mem', '32MB', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('max_parallel_workers_per_gather', '0', true), set_config('statement_timeout', :slowest, true)"
)
FACETS = text("select field, value, number from search_facets where field in ('entity', 'label', 'status')")
_HITS = """
    hits as materialized (
        select width_bucket(at, cast(:starts as timestamptz[])) - 1 as week, at, thread_id, entities, labels
        from search_documents
        where at >= :since and at < :until
            and (cast(:entity as smallint) is null or cast(:entity as smallint) = any(entities))
            and (cast(:label as smallint) is null or cast(:label as smallint) = any(labels))
    )
"""
_COUNTED = "count(thread_id) as stories, cast(sum(documents) as bigint) as documents, max(newest) as newest"


def _tallies(axis: str) -> str:
    return f"""
    with {_HITS},
    weekly as (
        select week, value, thread_id, count(*) as documents, max(at) as newest
        from hits, unnest(array_append({axis}, cast(0 as smallint))) as value group by 1, 2, 3
    ),
    period as (
        select entity, label, thread_id, count(*) as documents, max(at) as newest
        from hits, unnest(array_append(entities, cast(0 as smallint))) as entity,
            unnest(array_append(labels, cast(0 as smallint))) as label group by 1, 2, 3
    )
    select 'week' as part, week as one, value as other, {_COUNTED} from weekly group by 2, 3
    union all
    select 'period', entity, label, {_COUNTED} from period group by 2, 3
    """  # noqa: S608  # made of the constants of this module; values are parameters


TALLIES = {"entity": text(_tallies("entities")), "label": text(_tallies("labels"))}
"""By what stands beside the weeks."""
