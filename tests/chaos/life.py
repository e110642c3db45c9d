"""One process of a system, from its start to its end; and how fast receivers are."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from bench.alerting.receivers import thinking
from deploy.local.probes import Answer, service_probe
from tests.chaos.holdings import Holding, open_sockets, resident


class Pace:
    """How long receivers think before they have a message, and again before they say so; may change in a run."""

    def __init__(self, seconds: float, seed: int) -> None:
        """`seconds` at most."""
        self.seconds = seconds
        self._share = thinking(seed, 1.0)

    def __call__(self) -> float:
        """Seconds."""
        return self.seconds * self._share()


@dataclass
class Life:
    """One process: a service from its start to its end."""

    name: str
    """`alerter`, or `alerter-2` for a second one."""
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    sockets_at_start: int = 0
    """Open when it first said that it was ready."""
    megabytes: list[float] = field(default_factory=list)
    """Its memory each time that all queues were empty."""

    @property
    def pid(self) -> int:
        """Its id; a program that starts it (prlimit) becomes it."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs (or is stopped by a signal)."""
        return self.process.poll() is None

    def ask(self) -> Answer:
        """What it says of itself on /healthz and /readyz."""
        return service_probe(self.port)()

    def holding(self) -> Holding:
        """What it holds now, beside what it held before; for a moment at which all queues are empty."""
        self.megabytes.append(resident(self.pid))
        return Holding(self.name, self.sockets_at_start, open_sockets(self.pid), tuple(self.megabytes))

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])
