"""Where things lie on one machine, from the project's own folder; standard library only, for setup.py reads it too."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""

LUMING = ROOT / ".luming"
"""All that running the project writes: caches, the broker's and the database's files, logs. May be deleted whole."""

CACHE = LUMING / "cache"
"""What was fetched once; `make clean` keeps it."""

KAFKA_JARS = CACHE / "kafka"
"""The checked jars of Apache Kafka, flat."""

JAR_LIST = ROOT / "deploy" / "local" / "kafka_jars.txt"
"""SHA-256 and name of every jar that may be started, one a line."""

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"

KAFKA_DATA = LUMING / "kafka"
"""The broker of every command that was given no KAFKA_BOOTSTRAP_SERVERS."""

DATABASE_DATA = LUMING / "postgres"
"""The database of every command that was given no DATABASE_URL."""
