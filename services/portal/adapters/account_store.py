"""Users and sessions in PostgreSQL. Each edit stands in the audit log by the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from services.portal.adapters.account_ends import EndStore
from services.portal.adapters.account_rows import USER, session_of, user_of
from services.portal.adapters.database import transaction
from services.portal.application.account_ports import Edit, Vouched
from services.portal.domain.accounts import LOCAL, Role, Session, User
from shared.errors import PermanentError
from shared.store import audit

_USERS = f"select {USER} from portal_users u"  # noqa: S608  # fixed names
_SESSIONS = f"select s.*, {USER} from portal_sessions s join portal_users u on u.id = s.user_id"  # noqa: S608  # fixed
_SESSION = text(f"{_SESSIONS} where s.id = :id and s.until > :now and u.disabled is null")
_OF_USER = text(f"{_SESSIONS} where s.user_id = :user and s.until > :now order by s.created desc limit 200")
_ADD = text(
    "insert into portal_users (id, name, password, issuer, subject, role, teams, created)"
    " values (:id, :name, :password, :issuer, :subject, :role, :teams, :created) on conflict do nothing returning id"
)
_MAKE_WAY = text(
    "update portal_users set name = name || '+' || left(id, 6) where name = :name and id <> :id returning name"
)
_OPEN = text(
    "insert into portal_sessions (id, user_id, via, agent, created, seen, until)"
    " values (:id, :user, :via, :agent, :created, :created, :until)"
)
_END = text(
    "delete from portal_sessions where user_id = :user and (cast(:only as text) is null or id = :only)"
    " and (cast(:but as text) is null or id <> :but)"
)


class SqlAccounts(EndStore):
    """The tables of shared/store/portal_accounts.py."""

    def user(self, name: str) -> User | None:
        """The user with that name, as `name_of` writes it."""
        return self._one("u.name = :value", name)

    def user_by_id(self, user_id: str) -> User | None:
        """The user with that identifier."""
        return self._one("u.id = :value", user_id)

    def users(self) -> Sequence[User]:
        """All users by name, disabled ones too."""
        with transaction(self._engine) as db:
            return [user_of(row) for row in db.execute(text(f"{_USERS} order by u.name limit 5000")).mappings()]

    def add_user(self, user: User, edit: Edit) -> None:
        """Store a new user. Raises PermanentError where the name is taken."""
        with transaction(self._engine) as db:
            if not _add(db, user, None):
                raise PermanentError(f"there is a user {user.name} already")
            audit.record(db, edit.who, "user.add", user.name, edit.reason, after=_state(user.role, user.teams))

    def vouched(self, told: Vouched, fresh: str, now: datetime) -> User:
        """The user of whom a provider says this: made as `fresh` where unknown, else brought up to date."""
        asked = text(f"{_USERS} where u.issuer = :issuer and u.subject = :subject for update")
        who = {"issuer": told.issuer, "subject": told.subject}
        with transaction(self._engine) as db:
            row = db.execute(asked, who).mappings().first()
            if row is None:
                role, teams = told.role, told.teams or ()
                user = User(fresh, told.name, role, teams, now, issuer=told.issuer)
                if not _add(db, user, told.subject):  # the name is another's: both can be told apart
                    user = User(fresh, f"{told.name[:50]}+{fresh[:6]}", role, teams, now, issuer=told.issuer)
                    if not _add(db, user, told.subject):
                        raise PermanentError("two sign-ins of one new user at the same time")
                audit.record(db, "oidc", "user.add", user.name, after=_state(role, teams))
                return user
            user = user_of(row)
            role = told.role if told.says_role else user.role
            teams = user.teams if told.teams is None else told.teams
            if (role, teams) != (user.role, user.teams):
                _set_role(db, user, role, teams, Edit("oidc"))
            return User(user.id, user.name, role, teams, user.created, user.disabled, None, user.issuer)

    def local(self, now: datetime) -> User:
        """The user of the one-time link, by its identifier, made where there is none yet.

        Whoever has its name from before names were reserved is given another: what was `local`'s stays so.
        """
        with transaction(self._engine) as db:
            asked, one = text(f"{_USERS} where u.id = :id"), {"id": LOCAL}
            if db.execute(asked, one).first() is None:
                for row in db.execute(_MAKE_WAY, {"name": LOCAL, "id": LOCAL}):
                    audit.record(db, LOCAL, "user.rename", row.name, f"the name {LOCAL} is reserved")
                _add(db, User(LOCAL, LOCAL, "admin", (), now), None)
            return user_of(db.execute(asked, one).mappings().one())

    def set_role(self, user_id: str, role: Role, teams: tuple[str, ...], edit: Edit) -> None:
        """Say what a user may and sees; takes hold with the next request."""
        with transaction(self._engine) as db:
            _set_role(db, _held(db, user_id), role, teams, edit)

    def set_disabled(self, user_id: str, at: datetime | None, edit: Edit) -> None:
        """Let a user in no more, and end all sessions; or, with None, in again."""
        with transaction(self._engine) as db:
            user = _held(db, user_id)
            db.execute(text("update portal_users set disabled = :at where id = :id"), {"at": at, "id": user_id})
            if at is not None:
                _end(db, user_id)
            audit.record(db, edit.who, "user.enable" if at is None else "user.disable", user.name, edit.reason)

    def set_password(self, user_id: str, hashed: str, edit: Edit | None) -> None:
        """Store a hash. With an edit all sessions end; without, it is the same password, hashed anew."""
        with transaction(self._engine) as db:
            user = _held(db, user_id)
            db.execute(text("update portal_users set password = :hash where id = :id"), {"hash": hashed, "id": user_id})
            if edit is not None:
                _end(db, user_id)
                audit.record(db, edit.who, "user.password", user.name, edit.reason)

    def open_session(self, session: Session, edit: Edit) -> None:
        """Store a new session, and forget those that ended."""
        values = {"id": session.id, "user": session.user.id, "via": session.via, "agent": session.agent}
        with transaction(self._engine) as db:
            db.execute(text("delete from portal_sessions where until < :now"), {"now": session.created})
            db.execute(_OPEN, values | {"created": session.created, "until": session.until})
            audit.record(db, edit.who, "sign_in.accept", session.user.name, edit.reason, detail=edit.detail)

    def session(self, session_id: str, now: datetime) -> Session | None:
        """The session, with its user as he is now; None for one that ended or whose user is disabled."""
        with transaction(self._engine) as db:
            row = db.execute(_SESSION, {"id": session_id, "now": now}).mappings().first()
            return session_of(row) if row else None

    def saw_session(self, session_id: str, seen: datetime, until: datetime) -> None:
        """Note that it was seen, and until when it lasts therefore."""
        asked = text("update portal_sessions set seen = :seen, until = :until where id = :id")
        with transaction(self._engine) as db:
            db.execute(asked, {"id": session_id, "seen": seen, "until": until})

    def sessions(self, user_id: str, now: datetime) -> Sequence[Session]:
        """Those of a user that last, the newest first."""
        with transaction(self._engine) as db:
            return [session_of(row) for row in db.execute(_OF_USER, {"user": user_id, "now": now}).mappings()]

    def end_sessions(self, user_id: str, only: str | None, but: str | None, edit: Edit | None) -> int:
        """End those of a user, `only` one or all `but` one; how many. Without an edit nothing is recorded."""
        with transaction(self._engine) as db:
            ended = _end(db, user_id, only, but)
            if edit is not None:
                subject = _held(db, user_id).name
                audit.record(db, edit.who, "session.end", subject, edit.reason, detail={"ended": ended})
            return ended

    def refused(self, edit: Edit) -> None:
        """Record that somebody was not let in."""
        with transaction(self._engine) as db:
            audit.record(db, edit.who, "sign_in.refuse", edit.who, edit.reason, detail=edit.detail)

    def _one(self, where: str, value: str) -> User | None:
        with transaction(self._engine) as db:
            row = db.execute(text(f"{_USERS} where {where}"), {"value": value}).mappings().first()
            return user_of(row) if row else None


def _add(db: Connection, user: User, subject: str | None) -> bool:
    """Whether it could be added: its name and its subject are nobody else's."""
    values: dict[str, Any] = {"id": user.id, "name": user.name, "password": user.password, "issuer": user.issuer}
    values |= {"subject": subject, "role": user.role, "teams": list(user.teams), "created": user.created}
    return db.execute(_ADD, values).first() is not None


def _held(db: Connection, user_id: str) -> User:
    row = db.execute(text(f"{_USERS} where u.id = :id for update"), {"id": user_id}).mappings().first()
    if row is None:
        raise PermanentError("there is no such user")
    return user_of(row)


def _set_role(db: Connection, user: User, role: Role, teams: tuple[str, ...], edit: Edit) -> None:
    asked = text("update portal_users set role = :role, teams = :teams where id = :id")
    db.execute(asked, {"role": role, "teams": list(teams), "id": user.id})
    before, after = _state(user.role, user.teams), _state(role, teams)
    audit.record(db, edit.who, "user.role", user.name, edit.reason, before, after, {"role": role})


def _end(db: Connection, user_id: str, only: str | None = None, but: str | None = None) -> int:
    return db.execute(_END, {"user": user_id, "only": only, "but": but}).rowcount


def _state(role: str, teams: tuple[str, ...]) -> str:
    return audit.digest({"role": role, "teams": list(teams)})
