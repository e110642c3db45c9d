"""The portal's desk with users of several roles, and alerters' desks behind it."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import Connection, Engine, text

from services.portal.web.limits import Limits
from shared.messages import DocumentClassified
from shared.store.crawler import Document
from tests.integration.desk_rig import desk
from tests.integration.portal_accounts_rig import Clock, add, doors_of, sign_in
from tests.integration.portal_rows import document
from tests.integration.portal_web_rig import EXCERPT, LINKED, Client, Site

FILE = """\
# Who hears of what.
subscriptions:
  # Moves of the house.
  - name: strategy   # ours
    when:
      entities: [ant_group, alibaba_health]   # both
      importance: 3
    channels: {console: true}

  - name: regulation
    when: {families: [regulatory_event]}
    channels: {console: true}
"""
NO_LIMIT = "100000/minute"
USERS = {
    "ada": ("admin", ()),
    "ed": ("editor", ("strategy", "peers")),
    "rea": ("reader", ("strategy",)),
    "lea": ("reader", ("regulation",)),
}


def documents_of(found: Sequence[DocumentClassified]) -> list[Document]:
    """The stored documents of these answers, with their titles."""
    return [
        document(1, one.title, one.lead, document_id=one.document_id, url=one.url, source=one.source) for one in found
    ]


def desk_filled(db: Connection) -> None:
    """A version, an answered preview that names documents by their rights, and corrections of them."""
    told = [
        {
            "document_id": each,
            "told": "2026-11-22T08:00:00+00:00",
            "route": "all",
            "channel": "console",
            "importance": 3,
        }
        for each in (LINKED, EXCERPT)
    ]
    preview = {"since": "2026-11-01T00:00:00+00:00", "documents": 2, "teams": {"current": {}, "changed": {}}}
    answer = json.dumps({**preview, "counts": {"gained": 2, "lost": 0, "moved": 0}, "gained": told})
    text_of = "subscriptions:\n  - name: all\n    channels: {console: true}\n"
    for statement, values in (
        ("insert into subscription_versions (content, hash, origin, who, at, reason)"
         " values (:text, '', 'file', 'test', now(), '')", {"text": text_of}),
        ("insert into desk_requests (kind, who, content, base_version) values ('preview', 'ada', cast(:c as jsonb), 1)",
         {"c": json.dumps({"text": text_of, "team": "all", "days": 14})}),
        ("insert into desk_answers (request, by, until, attempts, state, content, answered)"
         " values (1, 'a', now(), 1, 'done', cast(:c as jsonb), now())", {"c": answer}),
        *(("insert into corrections (who, wrong, document_id, revision, event, answer, note)"
           " values ('ada', 'missing', :id, 1, '{}', '{}', 'a note')", {"id": each}) for each in (LINKED, EXCERPT)),
    ):  # fmt: skip
        db.execute(text(statement), values)


class DeskSite(Site):
    """The pages with four users: ada may everything, ed edits strategy, rea reads it, lea reads another."""

    def __init__(self, engine: Engine, config_dir: Path, previews: str = NO_LIMIT) -> None:
        doors = doors_of(engine, Clock(), limits=Limits(0, NO_LIMIT, NO_LIMIT, NO_LIMIT, previews))
        super().__init__(engine, config_dir, doors)
        self.engine = engine
        for name, (role, teams) in USERS.items():
            add(doors, name, role, *teams)  # type: ignore[arg-type]  # one of the roles

    def of(self, name: str) -> Client:
        """A browser in which that user is signed in."""
        made = self.client(signed_in=False)
        assert sign_in(made, name).status_code == 303
        return made

    @contextmanager
    def alerters(self, number: int = 1) -> Iterator[None]:
        """So many alerters' desks answer meanwhile."""
        stop = threading.Event()

        def work(name: str) -> None:
            step = desk(self.engine, name).step
            while not stop.is_set():
                if not step():
                    stop.wait(0.05)

        threads = [threading.Thread(target=work, args=(f"alerter-{each}",)) for each in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)

    def followed(self, client: Client, answer: httpx.Response) -> httpx.Response:
        """The page to which a form led."""
        assert answer.status_code == 303, answer.text
        return client.get(answer.headers["location"], headers={"Accept-Language": "en"})
