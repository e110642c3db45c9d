"""Ends of users in PostgreSQL: those whom a provider's claims let in no more, and those who are deleted."""

from datetime import datetime

from sqlalchemy import text

from services.portal.adapters.database import transaction
from services.portal.adapters.key_store import KeyStore
from services.portal.application.account_ports import Edit
from shared.errors import PermanentError
from shared.store import audit

_VOUCHED = text("select id, name from portal_users where issuer = :issuer and subject = :subject for update")
_SESSIONS = text("delete from portal_sessions where user_id = :user")
_KEYS = text("update portal_keys set revoked = :at where user_id = :user and revoked is null")

_HELD = text("select name from portal_users where id = :user for update")
_FORGET_KEYS = text("delete from portal_keys where user_id = :user")
_FORGET_VISITS = text("delete from portal_visits where reader = :user")
_FORGET = text("delete from portal_users where id = :user")


class EndStore(KeyStore):
    """The tables of shared/store/portal_accounts.py."""

    def shut_out(self, issuer: str, subject: str, at: datetime, edit: Edit) -> None:
        """Record that a person for whom a provider vouches was not let in; sessions and keys that the person has end.

        The user stays: whom the claims let in again signs in as before, and makes new keys.
        """
        with transaction(self._engine) as db:
            user = db.execute(_VOUCHED, {"issuer": issuer, "subject": subject}).first()
            who, detail = edit.who, dict(edit.detail)
            if user is not None:
                who = user.name
                detail["sessions"] = db.execute(_SESSIONS, {"user": user.id}).rowcount
                detail["keys"] = db.execute(_KEYS, {"user": user.id, "at": at}).rowcount
            audit.record(db, who, "sign_in.refuse", who, edit.reason, detail=detail)

    def delete_user(self, user_id: str, edit: Edit) -> None:
        """Delete a user with sessions, keys, feed addresses and visits. Raises PermanentError where there is none.

        The entry names the user by the identifier; the name stands in it as a digest, which proves who was meant.
        """
        with transaction(self._engine) as db:
            user, one = db.execute(_HELD, {"user": user_id}).first(), {"user": user_id}
            if user is None:
                raise PermanentError("there is no such user")
            gone = {
                name: db.execute(statement, one).rowcount
                for name, statement in (("sessions", _SESSIONS), ("keys", _FORGET_KEYS), ("visits", _FORGET_VISITS))
            }
            db.execute(_FORGET, one)
            before = audit.digest(user.name)
            audit.record(db, edit.who, "user.delete", user_id, edit.reason, before, detail={**edit.detail, **gone})
