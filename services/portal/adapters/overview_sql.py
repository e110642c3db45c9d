"""The statements of the overview: all over the search index.

Stories stand for themselves as a number of 64 bits made of the thread's name: two of a million share one once in 37
million times.
"""

from sqlalchemy import text

SETTINGS = text(
    "select set_config('jit', 'off', true), set_config('work_mem', '32MB', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('max_parallel_workers_per_gather', '0', true), set_config('statement_timeout', :slowest, true)"
)
FACETS = text("select field, value, number from search_facets where field in ('entity', 'label', 'status')")
COLUMNS = text(
    """
    select entities, labels, array_send(array_agg(at)) as moments,
        array_send(array_agg(coalesce(hashtextextended(thread_id, 0), 0))) as stories
    from search_documents where at >= :first and at < :end group by entities, labels
    """
)
"""A stretch of the index, few rows with long arrays, as they are sent between programs: to read a million numbers one
by one would take longer than to count them. 0 is a document in no story."""
