"""`refill`, put together: documents that Kafka lost before they were taken in are sent again from the database."""

from services.crawler.adapters.outbox import SqlOutbox
from shared.errors import LumingError, TransientError
from shared.store.engine import AWAY, make_engine


def refill(database_url: str, dry_run: bool) -> int:
    """How many rows of the outbox go out again, or would. A running crawler sends them.

    Raises ConfigError for a wrong address, TransientError without the database, PermanentError when the tables of
    crawler and alerter are not made yet.
    """
    engine = make_engine(database_url)
    try:
        return SqlOutbox(engine).refill(dry_run)
    finally:
        engine.dispose()


def mend(error: LumingError) -> str:
    """What a person can do about it: a database that is away, or one without the tables."""
    if isinstance(error, TransientError):
        return AWAY
    return "start a crawler and an alerter once, which make their tables; or set DATABASE_URL to Luming's database"
