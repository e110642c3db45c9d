"""The versions of the subscriptions in the database: the newest is in force in every alerter."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, TextClause, text

from services.alerter.adapters.database import transaction
from services.alerter.application.reload import Origin, Version
from shared.store.audit import digest, record

_READ = text("select version, content, origin, who, at, reason from subscription_versions where version = :version")
_NEWEST = text(
    "select version, content, origin, who, at, reason from subscription_versions order by version desc limit :most"
)
_AFTER = text(
    "select version, content, origin, who, at, reason from subscription_versions where version > :version"
    " order by version limit 100"
)
_LAST_FILE = text(
    "select version, content, origin, who, at, reason from subscription_versions where origin = 'file'"
    " order by version desc limit 1"
)
_ADD = text(
    "insert into subscription_versions (content, hash, origin, who, at, reason)"
    " values (:content, :hash, :origin, :who, now(), :reason) returning version, content, origin, who, at, reason"
)


class SqlVersions:
    """Reads and adds versions; each call is a transaction. All raise TransientError while the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> int:
        """Number of the newest version; 0 when there is none."""
        with transaction(self._engine) as db:
            return int(db.execute(text("select coalesce(max(version), 0) from subscription_versions")).scalar_one())

    def read(self, version: int) -> Version | None:
        """That version; None when there is none of the number."""
        with transaction(self._engine) as db:
            return _one(db, _READ, version=version)

    def history(self, most: int) -> Sequence[Version]:
        """The newest versions, the newest first."""
        with transaction(self._engine) as db:
            return [Version(*row) for row in db.execute(_NEWEST, {"most": most})]

    def add(self, content: str, origin: Origin, who: str, reason: str) -> Version:
        """The version in force afterwards: a new one, unless the newest says the same letter by letter."""
        with transaction(self._engine) as db:
            return add_version(db, content, origin, who, reason)

    def add_file(self, content: str, who: str, reason: str) -> Version:
        """The version in force after an alerter has read its file.

        A file that is the last one that was taken over is nothing new: edits made since stay. Any other file is a new
        version, also one that was in force long ago.
        """
        with transaction(self._engine) as db:
            _alone(db)
            newest, last = _one(db, _NEWEST, most=1), _one(db, _LAST_FILE)
            if newest and last and last.content == content:
                return newest
            return _add(db, content, "file", who, reason, newest)

    def export(self, version: int, who: str) -> Version | None:
        """That version, handed out to somebody; None when there is none of the number."""
        with transaction(self._engine) as db:
            found = _one(db, _READ, version=version)
            if found is not None:
                record(db, who, "config.export", f"subscriptions {version}", after=digest(found.content))
            return found


def newest_alone(db: Connection) -> Version | None:
    """The newest version, to which nobody else adds until the transaction ends."""
    _alone(db)
    return _one(db, _NEWEST, most=1)


def add_version(db: Connection, content: str, origin: Origin, who: str, reason: str) -> Version:
    """`SqlVersions.add` in a transaction that is open."""
    newest = newest_alone(db)
    if newest and newest.content == content:
        return newest
    return _add(db, content, origin, who, reason, newest)


def versions_after(db: Connection, version: int) -> Sequence[Version]:
    """Those that were added after it, the oldest first."""
    return [Version(*row) for row in db.execute(_AFTER, {"version": version})]


def hash_of(content: str) -> str:
    """SHA-256 of a version's text."""
    return hashlib.sha256(content.encode()).hexdigest()


def _alone(db: Connection) -> None:
    """Several alerters that start with one new file make one version of it; readers are not held up."""
    db.execute(text("select pg_advisory_xact_lock(hashtext('subscription_versions'))"))


def _one(db: Connection, query: TextClause, **values: object) -> Version | None:
    row = db.execute(query, values).first()
    return Version(*row) if row else None


def _add(db: Connection, content: str, origin: Origin, who: str, reason: str, before: Version | None) -> Version:
    values = {"content": content, "hash": hash_of(content), "origin": origin, "who": who, "reason": reason}
    made = Version(*db.execute(_ADD, values).one())
    was = digest(before.content) if before else None
    detail = {"origin": origin}
    record(db, who, "config.import", f"subscriptions {made.version}", reason, was, digest(content), detail)
    return made
