"""What every process tells Prometheus of itself, whatever it does: build, conditions, disks, certificates, memory.

Looked up when Prometheus asks, so that no loop has to keep it fresh.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.runtime.build import build_of
from shared.runtime.certificates import earliest_end, files_of_database
from shared.runtime.health import Health
from shared.runtime.logs import get_logger
from shared.runtime.settings import ServiceSettings

log = get_logger(__name__)

HEALTHY, READY = "luming_healthy", "luming_ready"
FREE, SIZE = "luming_disk_free_bytes", "luming_disk_size_bytes"
EXPIRY = "luming_certificate_expiry_timestamp_seconds"


class Conditions(Collector):
    """What /healthz and /readyz answer, as numbers."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """1 where it holds."""
        healthy = "1 while the process makes progress, as /healthz says"
        yield GaugeMetricFamily(HEALTHY, healthy, value=0 if self._health.illness() else 1)
        ready = GaugeMetricFamily(READY, "1 while the condition of /readyz holds", labels=["condition"])
        for name, why in self._health.conditions().items():
            ready.add_metric([name], 0 if why else 1)
        yield ready


class Disks(Collector):
    """Room on the disks of the folders that a process writes to."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        """`folders`: the name of the setting to the folder."""
        self._folders = dict(folders)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Free for this process, and the whole, in bytes; a folder that is gone is not shown."""
        free = GaugeMetricFamily(FREE, "Free room on the disk of a folder that is written to", labels=["folder"])
        size = GaugeMetricFamily(SIZE, "Size of that disk", labels=["folder"])
        for name, folder in self._folders.items():
            try:
                usage = shutil.disk_usage(folder)
            except OSError as error:
                log.warning("the disk of a folder cannot be looked at", folder=name, error=str(error))
                continue
            free.add_metric([name], usage.free)
            size.add_metric([name], usage.total)
        yield free
        yield size


class Certificates(Collector):
    """When the certificates of the settings end."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """`files`: the name of the setting to the PEM file."""
        self._files = dict(files)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Of each file the end that comes first; a renewed file is seen at once, an unreadable one is not shown."""
        ends = GaugeMetricFamily(EXPIRY, "When the first certificate of the file ends", labels=["file"])
        for name, file in self._files.items():
            try:
                end = earliest_end(file)
            except (OSError, ValueError) as error:
                log.warning("a certificate cannot be read", file=name, error=str(error))
                continue
            if end is not None:
                ends.add_metric([name], end.timestamp())
        yield ends


def describe_process(registry: CollectorRegistry, service: str, settings: ServiceSettings, health: Health) -> None:
    """Have the registry tell of the process that runs `service` with these settings."""
    build = build_of(settings.build_revision)
    info = Gauge("luming_build_info", "1; which build runs", ["service", "version", "revision", "python"],
                 registry=registry)  # fmt: skip
    info.labels(service, build.version, build.revision, build.python).set(1)
    registry.register(Conditions(health))
    registry.register(Disks(_folders(settings)))
    registry.register(Certificates(_certificates(settings)))
    ProcessCollector(registry=registry)


def _paths(settings: ServiceSettings) -> dict[str, Path]:
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {name: value for name, value in values.items() if isinstance(value, Path)}


def _folders(settings: ServiceSettings) -> dict[str, Path]:
    """Settings that name a folder to write to end in _dir; CONFIG_DIR and MODEL_DIR are only read."""
    read = ("config_dir", "model_dir")
    return {name: path for name, path in _paths(settings).items() if name.endswith("_dir") and name not in read}


def _certificates(settings: ServiceSettings) -> dict[str, Path]:
    """Settings that name a file of certificates have cert or cafile in their name; keys have neither. The database's
    are named to libpq, which no setting repeats."""
    own = {name: path for name, path in _paths(settings).items() if "cert" in name or "cafile" in name}
    return own | files_of_database(settings.database_url)
