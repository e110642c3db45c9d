"""A document that is erased while it is on the topic is neither kept nor told, however late it comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from services.alerter.adapters.store import SqlStore, SqlUnit
from services.alerter.adapters.weights import load_weights
from services.alerter.application.ports import Incoming, Store
from services.alerter.application.take_in import Outcome, TakeIn
from services.alerter.domain.likeness import Likeness
from services.alerter.domain.routes import routes_of
from services.alerter.domain.routes_index import RouteIndex
from services.alerter.domain.subscriptions import Subscriptions
from services.maintenance.adapters.erasing import SqlErasure
from services.maintenance.application.ports import Target
from shared.errors import TransientError
from shared.messages import DocumentClassified
from shared.messages.codec import encode
from tests.fakes.alerter_store import MemoryStore
from tests.fakes.classified import classified, event
from tests.integration.maintenance_rig import count

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC)
PERSON = "欧阳测试"


@dataclass
class Alerter:
    """One team that wants everything; `read` gives it the record at an offset."""

    store: Store
    engine: Engine

    def read(self, offset: int, document: DocumentClassified) -> Outcome:
        plain = {"subscriptions": [{"name": "team", "channels": {"console": True}}]}
        index = RouteIndex(routes_of(Subscriptions.model_validate(plain).subscriptions))
        step = TakeIn(self.store, lambda: index, Likeness(load_weights()), {}, lambda: NOW)
        return step(Incoming("luming.classified.v1", 0, offset, None, encode(document)))

    def erase(self) -> None:
        if isinstance(self.store, MemoryStore):
            self.store.unit.erased.add(story().document_id)
            self.store.unit.classifications.clear()
        else:
            erase(self.engine)

    def kept(self) -> tuple[int, int, int]:
        """Classifications, deliveries that are due, dead letters."""
        if isinstance(self.store, MemoryStore):
            unit = self.store.unit
            return len(unit.classifications), len(unit.alerts), len(unit.letters)
        due = count(self.engine, "deliveries", "due is not null")
        return count(self.engine, "classifications"), due, count(self.engine, "alerter_dead_letters")


def erase(engine: Engine) -> None:
    one = story()
    SqlErasure(engine).erase(Target(one.document_id, one.title, one.url), "privacy@example.com", "request 7")


def story(number: int = 1, revision: int = 1) -> DocumentClassified:
    told = event("partnership", "announced", f"firm{number}", quote=f"{PERSON}签署协议{number}")
    made = classified(f"d{number}", f"{PERSON}与示例健康签约{number}", told, seen=NOW, published=NOW)
    return made.model_copy(update={"revision": revision, "url": f"https://example.com/{number}"})


@pytest.fixture(params=["memory", "postgresql"])
def alerter(request: pytest.FixtureRequest, engine: Engine) -> Alerter:
    return Alerter(MemoryStore() if request.param == "memory" else SqlStore(engine, "g"), engine)


def test_it_ends_suppressed_with_the_reason_and_others_are_told(alerter: Alerter) -> None:
    alerter.erase()
    ended = alerter.read(0, story())
    assert (ended.outcome, ended.reason, ended.deliveries) == ("suppressed", "erased", 0)
    assert alerter.kept() == (0, 0, 0)
    assert alerter.read(1, story(2)).outcome == "alerted"
    assert alerter.kept() == (1, 1, 0)


def test_each_revision_is_decided_on_once_however_often_it_is_read(alerter: Alerter) -> None:
    alerter.erase()
    outcomes = [alerter.read(offset, story(revision=revision)).outcome for offset, revision in enumerate((1, 1, 2, 1))]
    assert outcomes == ["suppressed", None, "suppressed", None]
    assert alerter.kept() == (0, 0, 0)


def test_what_was_told_before_it_was_erased_and_is_replayed_changes_nothing(engine: Engine) -> None:
    alerter = Alerter(SqlStore(engine, "g"), engine)
    assert alerter.read(0, story()).outcome == "alerted"
    alerter.erase()
    assert alerter.read(1, story()).outcome is None
    assert alerter.kept() == (0, 0, 0)
    assert count(engine, "deliveries", "state = 'suppressed' and reason = 'erased'") == 1
    assert count(engine, "alert_decisions") == 1


class SlowUnit(SqlUnit):
    """Erased in full after its tombstone was looked for and before the lock was had."""

    def lock_threads(self) -> None:
        if self._db.execute(text("select count(*) from tombstones")).scalar() == 0:
            erase(self._db.engine)
        super().lock_threads()


class SlowStore(SqlStore):
    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        with super().begin() as unit:
            unit.__class__ = SlowUnit
            yield unit


def test_what_is_erased_while_it_is_taken_in_is_rolled_back_and_ends_at_the_next_try(engine: Engine) -> None:
    alerter = Alerter(SlowStore(engine, "g"), engine)
    with pytest.raises(TransientError, match="erased while it was taken in"):
        alerter.read(0, story())
    assert alerter.kept() == (0, 0, 0)
    ended = alerter.read(0, story())
    assert (ended.outcome, ended.reason) == ("suppressed", "erased")
    assert alerter.kept() == (0, 0, 0)
    with engine.connect() as db:
        said = [str(row) for row in db.execute(text("select d::text from alert_decisions d")).scalars()]
    assert len(said) == 1
    assert PERSON not in said[0]
