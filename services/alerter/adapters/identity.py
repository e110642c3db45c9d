"""Who this alerter is among its peers, proven by a lock that the database frees when the process ends.

Only the holder of a name's lock may take back what that name left on the wire: its last life is over for certain. A
second process of the same name gets a name of its own.
"""

import uuid

from sqlalchemy import Connection, Engine, text

from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)


class Identity:
    """A name, and whether its lock is held. Close it last."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._connection: Connection | None = None
        try:
            connection = engine.connect()
            held = connection.execute(text("select pg_try_advisory_lock(7215433, hashtext(:name))"), {"name": name})
            self.certain = bool(held.scalar_one())
            connection.commit()  # the lock belongs to the session; nothing else is open on it
        except Exception as error:
            raise TransientError(f"the database is away: {error}") from error
        if self.certain:
            self._connection = connection
            self.name = name
        else:
            connection.close()
            self.name = f"{name}-{uuid.uuid4().hex[:8]}"
            log.warning("another alerter has this name", name=name, taken=self.name)

    def close(self) -> None:
        """Give the name free."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
