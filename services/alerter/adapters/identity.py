"""Who this alerter is among its peers, proven by a lock that the database frees when the process ends.

Only the holder of a name's lock may take back what that name left on the wire: its last life is over for certain. A
second process of the same name gets a name of its own.
"""

import uuid

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import TransientError
from shared.runtime.logs import get_logger

log = get_logger(__name__)


class Identity:
    """A name, and whether its lock is held. Close it last."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self.name = name
        self.certain = self._take()

    def still(self) -> str:
        """The name that holds from now on: the old one while its lock is held or can be had again, else a new one.

        A cut connection frees the lock unsaid, so this is asked again and again. Raises TransientError when the
        database is away: then the name is as it was.
        """
        if not self.certain:
            return self.name  # made up for this process alone
        if self._connection is not None:
            try:
                self._connection.execute(text("select 1"))
                self._connection.commit()
            except SQLAlchemyError as error:
                log.warning("the lock of the name was lost", name=self.name, error=str(error))
                self.close()  # an invalidated connection would go on with a new session, which holds no lock
            else:
                return self.name
        self.certain = self._take()
        return self.name

    def _take(self) -> bool:
        """Whether the name's lock is held; when another holds it, the name becomes one of its own."""
        connection = None
        try:
            connection = self._engine.connect()
            held = connection.execute(
                text("select pg_try_advisory_lock(7215433, hashtext(:name))"), {"name": self.name}
            )
            taken = bool(held.scalar_one())
            connection.commit()  # the lock belongs to the session; nothing else is open on it
        except SQLAlchemyError as error:
            if connection is not None:
                connection.invalidate()  # it must not go back to the others with a lock on it
                connection.close()
            raise TransientError(f"the database is away: {error}") from error
        if taken:
            self._connection = connection
            return True
        connection.close()
        name, self.name = self.name, f"{self.name}-{uuid.uuid4().hex[:8]}"
        log.warning("another alerter has this name", name=name, taken=self.name)
        return False

    def close(self) -> None:
        """Give the name free."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
