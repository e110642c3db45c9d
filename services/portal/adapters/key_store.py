"""Keys of programs in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, text

from services.portal.adapters.account_rows import USER, key_of
from services.portal.adapters.database import transaction
from services.portal.application.account_ports import Edit
from services.portal.application.feed_keys import CALLED, MOST, TooManyFeeds
from services.portal.domain.accounts import Key
from shared.errors import PermanentError
from shared.store import audit

_KEYS = f"select k.*, {USER} from portal_keys k join portal_users u on u.id = k.user_id"  # noqa: S608  # fixed names
_BY_HASH = text(f"{_KEYS} where k.hash = :hash")
_OF_USER = text(
    f"{_KEYS} where cast(:user as text) is null or k.user_id = :user"
    " order by k.revoked is not null or coalesce(k.until <= now(), false), k.created desc, k.id limit 1000"
)
_ALONE = text("select from portal_users where id = :user for update")
_FEEDS = text(
    "select count(*) from portal_keys where user_id = :user and starts_with(name, :called)"
    " and revoked is null and (until is null or until > :now)"
)
_ADD = text(
    "insert into portal_keys (id, hash, user_id, name, scopes, created, until)"
    " values (:id, :hash, :user, :name, :scopes, :created, :until)"
)
_REVOKE = text(
    "update portal_keys k set revoked = :at from portal_users u where k.id = :id and u.id = k.user_id"
    " and k.revoked is null and (cast(:user as text) is null or k.user_id = :user) returning k.name, u.name as owner"
)


class KeyStore:
    """The table portal_keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_key(self, key: Key, hashed: str, edit: Edit) -> None:
        """Store a new key by its hash. Raises TooManyFeeds."""
        values = {"id": key.id, "hash": hashed, "user": key.user.id, "name": key.name, "scopes": sorted(key.scopes)}
        detail: dict[str, object] = {"id": key.id, "user": key.user.name, "scopes": sorted(key.scopes)}
        with transaction(self._engine) as db:
            if key.name.startswith(CALLED):
                db.execute(_ALONE, {"user": key.user.id})  # of two at once the second one counts the first
                held = db.execute(_FEEDS, {"user": key.user.id, "called": CALLED, "now": key.created}).scalar_one()
                if held >= MOST:
                    raise TooManyFeeds(f"{key.user.name} has {held} feeds, and at most {MOST} may be")
            db.execute(_ADD, values | {"created": key.created, "until": key.until})
            audit.record(db, edit.who, "key.add", key.name, edit.reason, detail=detail)

    def key(self, hashed: str) -> Key | None:
        """The key with that hash, with its user as he is now."""
        with transaction(self._engine) as db:
            row = db.execute(_BY_HASH, {"hash": hashed}).mappings().first()
            return key_of(row) if row else None

    def saw_key(self, key_id: str, seen: datetime) -> None:
        """Note that it was used."""
        with transaction(self._engine) as db:
            db.execute(text("update portal_keys set used = :seen where id = :id"), {"id": key_id, "seen": seen})

    def keys(self, user_id: str | None) -> Sequence[Key]:
        """Those of a user, or of all: good ones first, of these and of the others the newest."""
        with transaction(self._engine) as db:
            return [key_of(row) for row in db.execute(_OF_USER, {"user": user_id}).mappings()]

    def revoke_key(self, key_id: str, user_id: str | None, at: datetime, edit: Edit) -> None:
        """Have a key open nothing; only one of that user, if one is named. Raises PermanentError for none."""
        with transaction(self._engine) as db:
            row = db.execute(_REVOKE, {"id": key_id, "user": user_id, "at": at}).mappings().first()
            if row is None:
                raise PermanentError("there is no such key that is still good")
            detail: dict[str, object] = {"id": key_id, "user": row["owner"]}
            audit.record(db, edit.who, "key.revoke", row["name"], edit.reason, detail=detail)
