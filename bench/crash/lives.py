"""Life after life of one alerter, each ended by SIGKILL, while documents keep coming."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kafka import KafkaProducer

from bench.alerting.nursery import Life
from bench.alerting.world import World, kill
from bench.crash.documents import Sent
from bench.crash.moments import At, Moment, what_at
from shared.messages.codec import encode
from shared.messages.topics import CLASSIFIED
from shared.runtime.kafka import make_producer

STORIES_A_LIFE = 3
"""Stories that are sent at the start of each life: some eight documents, two dozen deliveries."""
MOST_WAITING = 80
"""Documents or deliveries that wait, above which nothing more is sent: kills at the start do no work."""
PATIENCE = 120.0
"""Seconds without a sign of work after which an alerter counts as dead by itself."""
_LOOK = 0.01
"""Seconds between two looks at the log."""
WORK = (b'"message": "taken in"', b'"message": "sent"', b'"message": "not sent"')
"""What an alerter logs when it has done something."""


class Broken(RuntimeError):
    """The alerter ended by itself, or does nothing."""


@dataclass
class Lives:
    """What was sent and what the kills met."""

    world: World
    stories: Iterator[tuple[Sent, ...]]
    sent: list[Sent] = field(default_factory=list)
    told: int = 0
    """Stories that were sent."""
    starts: list[float] = field(default_factory=list)
    """Seconds from start to first sign of work, of the lives that came so far."""
    met: Counter[At] = field(default_factory=Counter)
    """Kills by what the alerter was at; one kill may meet several."""
    _producer: KafkaProducer | None = None

    def feed(self, count: int = STORIES_A_LIFE) -> None:
        """Send so many stories, unless enough waits already."""
        if self._producer is None:
            self._producer = make_producer(self.world.servers, "crash")
        if self.waiting() > MOST_WAITING or self.due() > MOST_WAITING:
            return
        for _ in range(count):
            story = next(self.stories)
            self.told += 1
            for one in story:
                key, value = one.document.document_id.encode(), encode(one.document)
                self._producer.send(CLASSIFIED.name, key=key, value=value, partition=one.partition)
                self.sent.append(one)
        self._producer.flush()

    def live(self, moment: Moment) -> None:
        """One life, from its start to its kill. Raises Broken when it ends or stands still by itself."""
        self.feed()
        offset = self.world.log.stat().st_size if self.world.log.exists() else 0
        began = time.monotonic()
        process = self.world.start()
        if not moment.from_start:
            self._until_work(process, offset)
            self.starts.append(time.monotonic() - began)
        time.sleep(moment.wait(self.start_takes))
        if process.poll() is not None:
            raise Broken(f"the alerter ended by itself, exit code {process.returncode}:\n{tail(self.world)}")
        kill(process)
        self.met.update(what_at(_worked(self.world, offset), *self._state()))

    @property
    def start_takes(self) -> float:
        """Seconds that the last starts took, the median of five."""
        last = sorted(self.starts[-5:])
        return last[len(last) // 2] if last else 0.0

    def drain(self, told: Callable[[int], None]) -> None:
        """A last life that is left alone until nothing waits any more; `told` hears how much does.

        Raises Broken when it gets no further.
        """
        process = self.world.start()
        last, since = -1, time.monotonic()
        while left := self.waiting() + self.due() + self._unannounced():
            told(left)
            if left != last:
                last, since = left, time.monotonic()
            if process.poll() is not None or time.monotonic() - since > PATIENCE:
                raise Broken(f"{left} documents and deliveries wait, and nobody works on them:\n{tail(self.world)}")
            time.sleep(0.2)
        if self._producer is not None:
            self._producer.close()

    def waiting(self) -> int:
        """Documents that were sent and not taken in."""
        return len(self.sent) - taken_in(self.world)

    def due(self) -> int:
        """Deliveries that are not at their end."""
        return int(self.world.rows("select count(*) from deliveries where due is not null")[0][0])

    def _unannounced(self) -> int:
        asked = "select count(*) from deliveries where delivered is not null and announced is null"
        return int(self.world.rows(asked)[0][0])

    def _state(self) -> tuple[frozenset[str], frozenset[str], int]:
        sending = self.world.keys("state = 'sending'")
        arrived = frozenset(list(self.world.receivers.arrived)) | _printed(self.world, sending)
        return sending, arrived, self.waiting()

    def _until_work(self, process: Life, offset: int) -> None:
        end = time.monotonic() + PATIENCE
        while not _worked(self.world, offset):
            if process.poll() is not None or time.monotonic() > end:
                raise Broken(f"the alerter does nothing (exit code {process.poll()}):\n{tail(self.world)}")
            time.sleep(_LOOK)


def taken_in(world: World) -> int:
    """Documents that the run's alerters are past."""
    found = world.rows("select coalesce(sum(next_offset), 0) from consumer_positions")
    return int(found[0][0])


def tail(world: World) -> str:
    """The last lines that an alerter logged."""
    return "\n".join(world.log.read_text("utf-8", "replace").splitlines()[-20:]) if world.log.exists() else ""


def _worked(world: World, offset: int) -> bool:
    with world.log.open("rb") as log:
        log.seek(offset)
        text = log.read()
    return any(sign in text for sign in WORK)


def _printed(world: World, keys: frozenset[str]) -> frozenset[str]:
    """Those of the keys that stand in the console's file."""
    console = [key for key in keys if key.endswith("/console")]
    if not console or not world.receivers.console.exists():
        return frozenset()
    text = world.receivers.console.read_text("utf-8")
    return frozenset(key for key in console if f'"{key}"' in text)
