"""The statements of the transaction that takes in a document.

Written once: what SQLAlchemy builds anew for each message costs more of the processor than PostgreSQL's answer.
"""

from functools import cache

from services.alerter.adapters.quick import Quick

MOVE = Quick(
    "update consumer_positions set next_offset = :next where consumer_group = :consumer_group"
    " and topic = :topic and partition = :partition and next_offset <= :offset"
)
FIRST_POSITION = Quick(
    "insert into consumer_positions (consumer_group, topic, partition, next_offset)"
    " values (:consumer_group, :topic, :partition, 0) on conflict do nothing"
)
REVISIONS = Quick(
    """
    select revision, false as erased from classifications where document_id = :document
    union all
    select d.revision, true from tombstones t left join alert_decisions d on d.document_id = :document
    where t.key = :tombstone
    """
)
"""Those taken in; of an erased document also those decided on, or one row without a number. Asked together: the
tombstone costs no way to the database of its own."""
LOCK = Quick("select pg_advisory_xact_lock(:key)")
CANDIDATES = Quick(
    """
    select t.thread_id, t.changes from thread_documents d join threads t on t.thread_id = d.thread_id
    where d.document_id = :document
    union all
    (select thread_id, changes from threads
     where latest between :first and :last and keys ?| cast(:keys as text[])
     order by latest desc, thread_id limit :most)
    union all
    select null, null from tombstones where key = :tombstone
    """
)
"""The document's own thread, however old it is, and those that come into question; twice where it is both. A row of
nothing when the document was erased: it is asked under the lock that erasing takes too."""
STATES = Quick("select thread_id, changes, state from threads where thread_id = any(:threads)")
THREAD = Quick(
    """
    insert into threads (thread_id, opened, latest, title, fact_version, state, keys, changes)
    values (:thread, :now, :latest, :title, :fact_version, cast(:state as jsonb), cast(:keys as jsonb), 1)
    on conflict (thread_id) do update
    set latest = excluded.latest, title = excluded.title, fact_version = excluded.fact_version,
        state = excluded.state, keys = excluded.keys, changes = threads.changes + 1
    returning changes, array(
        select array[d.subscription, d.channel] from deliveries d left join deliveries whole on whole.id = d.bundle
        where d.thread_id = :thread and coalesce(whole.state, d.state) not in ('suppressed', 'permanent')
    ) as told
    """
)
"""With who was told of it: what is told with others ends as the message of all does."""
_AT_ITS_END = {
    "classified": """
    insert into classifications (document_id, revision, message, received)
    values (:document, :revision, cast(:message as jsonb), :now)
    """,
    "member": """
    insert into thread_documents (document_id, thread_id, revision, joined, fact_version, reason)
    values (:document, :member_of, :revision, :now, :fact_version, :joined_for)
    on conflict (document_id) do update
    set thread_id = excluded.thread_id, revision = excluded.revision, fact_version = excluded.fact_version,
        reason = excluded.reason
    """,
    "decided": """
    insert into alert_decisions (document_id, revision, outcome, reason, thread_id, detail, at)
    values (:document, :revision, :outcome, :reason, :thread, cast(:detail as jsonb), :now)
    """,
}


@cache
def at_its_end(parts: tuple[str, ...]) -> Quick:
    """Writes those parts of what becomes of a document, `decided` last, in one way to the database."""
    *before, last = parts
    named = ", ".join(f"{part} as ({_AT_ITS_END[part]})" for part in before)
    return Quick(f"with {named} {_AT_ITS_END[last]}" if named else _AT_ITS_END[last])


LETTER = Quick("insert into alerter_dead_letters (key, value, created) values (:key, :value, :now)")
DELIVERY = Quick(
    """
    insert into deliveries (thread_id, fact_version, subscription, channel, channel_kind, document_id, revision, kind,
                            state, content, due, attempts, lost_senders, reason, decided, repeated_on_the_wire, team,
                            budget_day, held_until, entities)
    values (:thread, :fact_version, :subscription, :channel, :channel_kind, :document, :revision, :kind,
            cast(:state as text), cast(:content as jsonb), case when cast(:state as text) = 'due' then now() end, 0, 0,
            :reason, :now, false, :team, :budget_day, :held_until, cast(:entities as jsonb))
    on conflict do nothing
    returning id
    """
)
POSITIONS = Quick(
    "select partition, next_offset from consumer_positions where consumer_group = :group and topic = :topic"
)
FORGET = Quick(
    "update consumer_positions set next_offset = :at"
    " where consumer_group = :group and topic = :topic and partition = :partition"
)
