"""Sends what is due on one kind of channel: lease, wire, outcome, each committed before the next."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from services.alerter.application.hand_over import handed_over_by
from services.alerter.application.ports import Channel, Leased, Ledger, Look
from services.alerter.domain.may_receive import receivable
from services.alerter.domain.pace import Paces
from services.alerter.domain.retry import BLIND_CRASHES, CRASHES, hopeless, pause
from shared.errors import PermanentError, TransientError, UnknownOutcome
from shared.messages import DeadLetter
from shared.runtime.logs import get_logger

log = get_logger(__name__)

_LOOK_AGAIN = 2.0
"""Seconds before a message whose answer was lost is looked up: the other side may still be at it."""


class Watched(Protocol):
    """Who wants to know how sending goes."""

    def sent(self, leased: Leased, state: str, seconds: float) -> None:
        """A send ended in `state` after so many seconds on the wire."""


class Sender:
    """Sends one delivery after the other on one channel; dispatch.py keeps several of them under way."""

    def __init__(
        self,
        channel: Channel,
        ledger: Ledger,
        watched: Watched,
        now: Callable[[], datetime],
        announce: Callable[[], None],
        refresh: Callable[[], bool] | None = None,
    ) -> None:
        """`announce` is called after each delivery; `refresh` changes one message when none is due to be sent."""
        self._channel = channel
        self._paces = Paces(channel.pace)
        self._ledger = ledger
        self._watched = watched
        self._now = now
        self._announce = announce
        self._tells = bool(getattr(channel, "tells_hand_over", False))  # those that cannot need not say so
        self.kind = channel.kind
        self.refresh = refresh

    def step(self, stop: threading.Event) -> bool:
        """Send one delivery; False when none is due. Raises TransientError when the ledger cannot be reached."""
        leased = self.lease().leased
        if leased is None:
            return self.refresh is not None and self.refresh()
        return self.send(leased, stop)

    def lease(self, busy: Collection[str] = ()) -> Look:
        """The next due delivery that goes to none of the `busy` channels, and if more is due. Raises TransientError."""
        return self._ledger.lease(self.kind, self._tells, busy)

    def send(self, leased: Leased, stop: threading.Event) -> bool:
        """Send it and record what came of it; true. May be called from several threads, once at a time a channel."""
        began = time.perf_counter()
        state, record = self._try(leased)
        self._insist(record, stop)
        self._watched.sent(leased, state, time.perf_counter() - began)
        if state == "delivered":
            self._announce()
        return True

    def _try(self, leased: Leased) -> tuple[str, Callable[[], None]]:
        """What came of it, and how that is to be recorded."""
        ledger = self._ledger
        try:
            if leased.lost:
                asked, found = self._look_up(leased)
                if found is not None:
                    return "delivered", lambda: ledger.delivered(leased, found)
                if leased.repeated and not asked and leased.lost_senders > BLIND_CRASHES:
                    return self._never_known(leased)
            if leased.lost_senders > CRASHES:
                return self._give_up(leased, "PermanentError", f"its sender ended {CRASHES} times in the middle")
            if wait := self._paces.wait(leased.target, time.monotonic()):
                return self._held_back(leased, wait)
            if leased.lost and not self._tells:
                ledger.handing_over(leased)
            self._paces.sent(leased.target, time.monotonic())
            alert = receivable(leased.alert, self._channel.may_receive)
            with handed_over_by(lambda: ledger.handing_over(leased)):
                reference = self._channel.send(leased.target, alert, self._now())
        except UnknownOutcome as error:
            # What was lost before is now on the wire for the second time.
            return self._unknown(replace(leased, repeated=leased.repeated or leased.lost), error)
        except TransientError as error:
            return self._later(leased, error)
        except PermanentError as error:
            return self._give_up(leased, type(error).__name__, str(error))
        except Exception as error:  # a defect in a channel ends this delivery, not the others behind it
            log.exception("the channel failed", channel=leased.channel, delivery=leased.alert.delivery_key)
            return self._give_up(leased, type(error).__name__, str(error))
        return "delivered", lambda: ledger.delivered(leased, reference)

    def _held_back(self, leased: Leased, wait: float) -> tuple[str, Callable[[], None]]:
        """Nothing is sent: the target has had as many as it takes, and all that waits for it waits with this one."""
        reason = f"{self._channel.kind} takes {self._channel.pace} to one target"
        log.info("held back by the channel's pace", delivery=leased.alert.delivery_key, again_in=round(wait, 1))
        if leased.lost:
            return "unknown", lambda: self._ledger.unknown(leased, wait, reason)
        return "due", lambda: self._ledger.retry(leased, wait, reason, whole_channel=True)

    def _look_up(self, leased: Leased) -> tuple[bool, str | None]:
        """Whether the channel could say, and what it calls the message."""
        if not self._channel.can_look_up:
            return False, None
        try:
            return True, self._channel.look_up(leased.target, leased.alert)
        except UnknownOutcome as error:  # a question changes nothing: it is asked again, later and later
            raise TransientError(f"cannot be looked up now: {error}") from error
        except PermanentError as error:  # the right to look is missing: then it is sent once more
            log.warning("cannot be looked up", delivery=leased.alert.delivery_key, error=str(error))
            return False, None

    def _never_known(self, leased: Leased) -> tuple[str, Callable[[], None]]:
        """Its senders died again and again, nobody can be asked, and each time the reader may have been told."""
        reason = f"its sender ended {leased.lost_senders} times in the middle, and the channel cannot be asked"
        log.error("its end will never be known", delivery=leased.alert.delivery_key, attempts=leased.attempts)
        return "unknown", lambda: self._ledger.unknown(leased, None, reason)

    def _later(self, leased: Leased, error: TransientError) -> tuple[str, Callable[[], None]]:
        if hopeless(leased.age):
            return self._give_up(leased, "TransientError", f"given up after a day: {error}")
        wait = pause(leased.attempts, error.retry_after)
        log.warning("will be sent again", delivery=leased.alert.delivery_key, error=str(error), again_in=wait)
        if leased.lost:  # the repeat did not reach the other side, so `repeated` stays as it was before it
            return "unknown", lambda: self._ledger.unknown(leased, wait, str(error))
        asked = error.retry_after is not None
        return "due", lambda: self._ledger.retry(leased, wait, str(error), whole_channel=asked)

    def _unknown(self, leased: Leased, error: UnknownOutcome) -> tuple[str, Callable[[], None]]:
        """Looked up where the channel can, else sent once more; after that its end is not known."""
        again = self._channel.can_look_up or not leased.repeated
        log.warning("the answer was lost", delivery=leased.alert.delivery_key, error=str(error), looked_into=again)
        pause_asked = max(_LOOK_AGAIN, error.retry_after or 0.0)
        wait = pause_asked if again and not hopeless(leased.age) else None
        return "unknown", lambda: self._ledger.unknown(leased, wait, str(error))

    def _give_up(self, leased: Leased, error: str, reason: str) -> tuple[str, Callable[[], None]]:
        alert = leased.alert
        log.error("cannot be delivered", delivery=alert.delivery_key, document_id=alert.document_id, reason=reason)
        letter = DeadLetter(
            service="alerter",
            topic="deliveries",
            partition=0,
            offset=leased.id,
            key=alert.delivery_key.encode(),
            value=alert.model_dump_json().encode(),
            error=error,
            reason=reason,
            document_id=alert.document_id,
            attempts=max(1, leased.attempts),
            failed=self._now(),
        )
        return "permanent", lambda: self._ledger.permanent(leased, letter)

    def _insist(self, record: Callable[[], None], stop: threading.Event) -> None:
        """Record an outcome even when the database is away for a while: it is known only here."""
        failures = 0
        while True:
            try:
                return record()
            except TransientError as error:
                failures += 1
                log.warning("an outcome waits for the database", channel=self._channel.kind, error=str(error))
                if stop.wait(min(pause(failures, None), 2.0)) and failures > 3:
                    log.warning("stopped before an outcome was recorded; it counts as unknown")
                    return None
