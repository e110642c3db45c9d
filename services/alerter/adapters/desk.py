"""The portal's requests on PostgreSQL: leased in the alerter's own table, answered in the transaction of the act."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from services.alerter.adapters import silences
from services.alerter.adapters.database import statement, transaction
from services.alerter.adapters.subscriptions_versions import add_version, newest_alone, versions_after
from services.alerter.application.reload import Version
from services.alerter.domain.desk import Answer, Asked, Kind, Rights
from services.alerter.domain.silences import Matcher, Silence
from shared.errors import TransientError
from shared.store.plain_json import plain_json

LEASE = 180.0
"""Seconds: longer than a preview may take. A process that dies lets a request wait so long."""
GOOD_FOR = 24
"""Hours in which a request is answered: nobody's edit of yesterday is put in force by surprise."""
_BUSY = 30.0
"""Seconds that a transaction of the desk may idle: a file of subscriptions is read in one."""
_OPEN = """
    r.kind = any(:kinds) and r.asked > now() - make_interval(hours => :hours)
    and (a.request is null or (a.answered is null and (a.until < now() or a.by = :me)))
"""
_LOOK = text(f"select 1 from desk_requests r left join desk_answers a on a.request = r.id where {_OPEN} limit 1")  # noqa: S608  # fixed words
_LEASE = text(
    "insert into desk_answers (request, by, until, attempts, state, content)"
    " select r.id, :me, now() + make_interval(secs => :lease), 1, '', '{}' from desk_requests r"
    " where r.kind = any(:kinds) and r.asked > now() - make_interval(hours => :hours)"
    " and not exists (select from desk_answers a where a.request = r.id)"
    " order by r.id limit 1 on conflict (request) do nothing returning request"
)
_TAKE_OVER = text(
    "update desk_answers set by = :me, until = now() + make_interval(secs => :lease),"  # noqa: S608  # fixed words
    " attempts = attempts + (by <> :me)::int"
    " where request = (select a.request from desk_answers a join desk_requests r on r.id = a.request"
    f" where {_OPEN} order by 1 limit 1 for update of a skip locked) returning request"
)
_READ = text(
    "select r.id, r.kind, r.who, r.teams, r.content, r.base_version, a.attempts"
    " from desk_requests r join desk_answers a on a.request = r.id where r.id = :request"
)
_RIGHTS = text("select role, teams from desk_rights where request = :request")
_ANSWER = text(
    "update desk_answers set state = :state, content = cast(:content as jsonb), answered = now()"
    " where request = :request and by = :me and answered is null"
)


class SqlTray:
    """Requests of the portal, for one loop of one alerter: who leases under its name is this loop alone."""

    def __init__(self, engine: Engine, identity: str) -> None:
        self._engine = engine
        self._me = f"{identity}/{uuid.uuid4().hex[:8]}"

    def take(self, kinds: Collection[Kind]) -> Asked | None:
        """As Tray's: one that was begun and given up comes before the new ones."""
        told = {"kinds": list(kinds), "hours": GOOD_FOR, "me": self._me, "lease": LEASE}
        with statement(self._engine) as db:
            if db.execute(_LOOK, told).first() is None:
                return None
        with transaction(self._engine) as db:
            number = db.execute(_TAKE_OVER, told).scalar() or db.execute(_LEASE, told).scalar()
            if number is None:
                return None  # another one was faster
            row = db.execute(_READ, {"request": number}).one()
        teams = None if row.teams is None else frozenset(map(str, row.teams))
        return Asked(row.id, row.kind, row.who, teams, row.content, row.base_version, row.attempts)

    @contextmanager
    def begin(self) -> Iterator["SqlUnit"]:
        """As Tray's."""
        with transaction(self._engine, _BUSY) as db:
            yield SqlUnit(db, self._me)


class SqlUnit:
    """As Unit: what the commands write, in one transaction with the answer."""

    def __init__(self, db: Connection, me: str) -> None:
        self._db = db
        self._me = me

    def newest(self) -> Version | None:
        """As Unit's."""
        return newest_alone(self._db)

    def versions_after(self, version: int) -> Sequence[Version]:
        """As Unit's."""
        return versions_after(self._db, version)

    def add_version(self, content: str, who: str, reason: str) -> Version:
        """As Unit's."""
        return add_version(self._db, content, "command", who, reason)

    def silence(self, number: int) -> Silence | None:
        """As Unit's."""
        return next((one for one in silences.open_silences(self._db) if one.id == number), None)

    def add_silence(self, matcher: Matcher, until: datetime, reason: str, who: str) -> int:
        """As Unit's."""
        return silences.add_silence(self._db, matcher, until, reason, who)

    def end_silence(self, number: int, who: str) -> bool:
        """As Unit's."""
        return silences.end_silence(self._db, number, who)

    def rights(self, request: int) -> Rights | None:
        """As Unit's."""
        row = self._db.execute(_RIGHTS, {"request": request}).first()
        return None if row is None else Rights(row.role, frozenset(row.teams))

    def answer(self, request: int, answer: Answer) -> None:
        """As Unit's."""
        told = {"request": request, "me": self._me, "state": answer.state}
        if self._db.execute(_ANSWER, told | {"content": plain_json(answer.content)}).rowcount != 1:
            raise TransientError(f"request {request} was taken over by another alerter")
