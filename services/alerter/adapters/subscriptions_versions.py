"""The versions of the subscriptions in the database: the newest is in force in every alerter."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.alerter.adapters.database import transaction
from services.alerter.application.reload import Origin, Version
from shared.store.alerter import SubscriptionVersion

_COLUMNS = (
    SubscriptionVersion.version,
    SubscriptionVersion.content,
    SubscriptionVersion.origin,
    SubscriptionVersion.who,
    SubscriptionVersion.at,
    SubscriptionVersion.reason,
)


class SqlVersions:
    """Reads and adds versions; each call is a transaction. All raise TransientError while the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> int:
        """Number of the newest version; 0 when there is none."""
        with transaction(self._engine) as db:
            return db.execute(select(func.coalesce(func.max(SubscriptionVersion.version), 0))).scalar_one()

    def read(self, version: int) -> Version | None:
        """That version; None when there is none of the number."""
        with transaction(self._engine) as db:
            return _one(db, "version = :version", version=version)

    def history(self, most: int) -> Sequence[Version]:
        """The newest versions, the newest first."""
        with transaction(self._engine) as db:
            rows = db.execute(select(*_COLUMNS).order_by(col(SubscriptionVersion.version).desc()).limit(most))
            return [Version(*row) for row in rows]

    def add(self, content: str, origin: Origin, who: str, reason: str) -> Version:
        """The version in force afterwards: a new one, unless the newest says the same letter by letter."""
        with transaction(self._engine) as db:
            _alone(db)
            newest = _one(db, "true")
            return newest if newest and newest.content == content else _add(db, content, origin, who, reason)

    def add_file(self, content: str, who: str, reason: str) -> Version:
        """The version in force after an alerter has read its file.

        A file that is the last one that was taken over is nothing new: edits made since stay. Any other file is a new
        version, also one that was in force long ago.
        """
        with transaction(self._engine) as db:
            _alone(db)
            newest, last = _one(db, "true"), _one(db, "origin = 'file'")
            if newest and last and last.content == content:
                return newest
            return _add(db, content, "file", who, reason)


def hash_of(content: str) -> str:
    """SHA-256 of a version's text."""
    return hashlib.sha256(content.encode()).hexdigest()


def _alone(db: Connection) -> None:
    """Several alerters that start with one new file make one version of it; readers are not held up."""
    db.execute(text("lock table subscription_versions in share row exclusive mode"))


def _one(db: Connection, which: str, **values: object) -> Version | None:
    row = db.execute(select(*_COLUMNS).where(text(which)).order_by(text("version desc")).limit(1), values).first()
    return Version(*row) if row else None


def _add(db: Connection, content: str, origin: Origin, who: str, reason: str) -> Version:
    values = {"content": content, "hash": hash_of(content), "origin": origin, "who": who, "reason": reason}
    made = insert(SubscriptionVersion).values(**values, at=func.now()).returning(*_COLUMNS)
    return Version(*db.execute(made).one())
