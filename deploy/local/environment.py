"""Broker and database for one command: those of the environment, or the local ones of `.luming/`, started for it.

    .venv/bin/python -m deploy.local.environment .venv/bin/python -m services.alerter explain …

runs any command of a service with KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL set. What runs already is joined and left
running; what was started here is stopped when the command ends.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from deploy.backup.archive import archived
from deploy.local.broker import Broker
from deploy.local.clusters import KAFKA, without_security
from deploy.local.database import Database
from deploy.local.kafka_jars import WrongJar
from deploy.local.paths import DATABASE_DATA, KAFKA_DATA
from deploy.local.process import StartFailed

DATABASE = "DATABASE_URL"
ONE_BROKER = {"TOPIC_REPLICATION": "1"}
"""What services must be told of a cluster of one."""


@contextmanager
def provided(kafka: bool = True, database: bool = True) -> Iterator[dict[str, str]]:
    """The environment with both addresses in it; `kafka` or `database` False leaves that one out.

    Raises StartFailed or WrongJar when a local server does not start.
    """
    environment = dict(os.environ)
    with ExitStack() as stack:
        if kafka and not environment.get(KAFKA):
            broker = Broker(KAFKA_DATA)
            stack.callback(broker.stop)
            environment = without_security(environment) | ONE_BROKER | {KAFKA: broker.start()}
        if database and not environment.get(DATABASE):
            server = Database(DATABASE_DATA, archived(environment))
            stack.callback(server.stop)
            environment[DATABASE] = server.start()
        yield environment


def main() -> None:
    """Run the command given on the command line, and leave with its exit code."""
    if len(sys.argv) < 2:
        raise SystemExit("which command?\n  mend: python -m deploy.local.environment COMMAND ARGUMENT…")
    try:
        with provided() as environment:
            raise SystemExit(subprocess.run(sys.argv[1:], env=environment, check=False).returncode)
    except (StartFailed, WrongJar) as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
