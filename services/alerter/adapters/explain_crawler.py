"""The way of an article through the crawler's tables: listed, fetched, decided, sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from services.alerter.adapters.explain_way import End, Step, shown
from services.alerter.domain.recall import Cause

_LISTED = text(
    "select p.*, h.open_until, h.reason as host_reason from listed_pages p left join hosts h using (host)"
    " where address = :asked or address in"
    " (select address from crawl_decisions where document_id = :document and document_id <> '') order by first_seen"
)
_LOOKS = text(
    "select at, source, address, outcome, reason, revision, document_id from crawl_decisions"
    " where address = :asked or document_id = :document order by id"
)
_STORED = text(
    "select revision, source, title, url, published, published_precision, first_seen, fetched, duplicate_of"
    " from documents where document_id = :document order by revision"
)
_SENT = text("select id, created, sent, refused from outbox where key = :document order by id")

_CAUSES: Mapping[str, Cause] = {"irrelevant": "not_matched", "duplicate": "duplicate"}
"""Of looks that ended; the others did not bring the article."""


class CrawlerWay:
    """What the crawler did with it."""

    def __init__(self, db: Connection, asked: str, document: str, zone: ZoneInfo) -> None:
        """`document` is empty for an address that became none."""
        place = {"asked": asked, "document": document}
        self._zone = zone
        self._listed = [dict(row) for row in db.execute(_LISTED, place).mappings()]
        self._looks = [dict(row) for row in db.execute(_LOOKS, place).mappings()]
        self.stored: Sequence[Mapping[str, Any]] = [dict(row) for row in db.execute(_STORED, place).mappings()]
        self._sent = [dict(row) for row in db.execute(_SENT, place).mappings()]

    @property
    def known(self) -> bool:
        """Whether it was ever listed."""
        return bool(self._listed or self._looks or self.stored)

    def steps(self) -> Iterator[Step]:
        """In the order of time."""
        found = [*self._listings(), *self._visits(), *self._storings(), *self._sendings()]
        yield from sorted(found, key=lambda step: step.at.timestamp() if step.at else 0.0)

    def _listings(self) -> Iterator[Step]:
        for row in self._listed:
            why = " while reading back" if row["history"] else ""
            words = f"{row['source']}: listed{why}: {row['address']}"
            yield Step("crawler", row["first_seen"], words, data={"outcome": "listed", "source": row["source"]})

    def _visits(self) -> Iterator[Step]:
        for row in self._looks:
            revision = f" (revision {row['revision']})" if row["revision"] else ""
            words = f"{row['source']}: {row['outcome']}{revision}: {row['reason']}"
            yield Step("crawler", row["at"], words, data=row)

    def _storings(self) -> Iterator[Step]:
        for row in self.stored:
            published = row["published"]
            said = f"published {shown(published, self._zone)}" if published else "its page says no date"
            words = f"{row['source']}: fetched (revision {row['revision']}): {said}"
            yield Step("crawler", row["fetched"], words, data=row)

    def _sendings(self) -> Iterator[Step]:
        for row in self._sent:
            if row["sent"] is not None:
                yield Step("crawler", row["sent"], "handed to Kafka", data=row)
            elif row["refused"] is not None:
                yield Step("crawler", row["created"], f"cannot be handed to Kafka: {row['refused']}", data=row)

    def end(self) -> End:
        """How far it came, of what the classifier never answered for."""
        waiting = next((row for row in self._sent if row["sent"] is None), None)
        last = self._looks[-1] if self._looks else None
        page = next((row for row in self._listed if row["due"] is not None), None)
        if waiting is not None:
            if waiting["refused"]:
                return End("ended", f"in the crawler's outbox, where it cannot be sent: {waiting['refused']}", "failed")
            since = shown(waiting["created"], self._zone)
            return End("waits", f"in the crawler's outbox since {since}: Kafka has not taken it yet", "waiting")
        if self._sent:
            since = shown(self._sent[-1]["sent"], self._zone)
            more = "is the classifier running and its lag zero? A dead letter would be in luming.dead-letters.v1"
            return End("waits", f"for the classifier's answer since {since}: {more}", "waiting")
        if page is not None:
            return End("waits", self._waiting(page, last), "waiting")
        if last is not None:
            return End("ended", self._gave_up(last), _CAUSES.get(last["outcome"], "not_crawled"))
        if self.stored:
            return End("ended", "stored by the crawler, which sent it to nobody", "not_crawled")
        return End("ended", "listed, and not to be fetched any more", "not_crawled")

    def _waiting(self, page: Mapping[str, Any], last: Mapping[str, Any] | None) -> str:
        """In the crawler's queue."""
        said = f"to be fetched by the crawler since {shown(page['first_seen'], self._zone)},"
        said += f" due {shown(page['due'], self._zone)}"
        if page["attempts"]:
            said += f", tried {page['attempts']} times"
        if last is not None and last["outcome"] == "retry":
            said += f": {last['reason']}"
        if page["lease_by"]:
            said += f"; {page['lease_by']} has it now"
        if page["open_until"] is not None:
            said += (
                f"; {page['host']} is left alone until {shown(page['open_until'], self._zone)}: {page['host_reason']}"
            )
        if page["history"]:
            said += "; what is read back is fetched when nothing new waits"
        return said

    def _gave_up(self, last: Mapping[str, Any]) -> str:
        outcome, reason, at = last["outcome"], last["reason"], shown(last["at"], self._zone)
        if outcome == "duplicate":
            original = next((row["duplicate_of"] for row in reversed(self.stored) if row["duplicate_of"]), None)
            of = f"; explain {original} tells how that went" if original else ""
            return f"at the crawler, as a reprint, at {at}: {reason}{of}"
        return f"at the crawler, {outcome}, at {at}: {reason}"
