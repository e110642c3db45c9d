"""The processes of one run: their commands, environments and ports."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.clusters import handed_on
from deploy.local.newsstand.outlets import OUTLETS
from deploy.local.newsstand.saved import NAME as SAVED
from deploy.local.observer import Receivers
from deploy.local.paths import LUMING, ROOT
from deploy.local.portal import LINK
from deploy.local.ports import free_ports
from deploy.local.probes import port_probe, service_probe
from deploy.local.watched import Service

SERVICES = ("classifier", "alerter", "portal", "crawler")
"""The slowest to become ready first."""
RECEIVERS = ("slack", "mail")
START_FILE = "start"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "LOG_LEVEL")
"""What the demo's processes see of the caller's environment; a Slack token or a proxy must not reach them."""


@dataclass(frozen=True)
class Ports:
    """Chosen once a run, so that a process that is started again keeps its own."""

    health: Mapping[str, int]
    receivers: Mapping[str, int]
    outlets: Mapping[str, int]
    pages: int
    """Of the portal; what it tells of itself is in `health`."""

    @classmethod
    def choose(cls, saved: bool = False) -> "Ports":
        """Free ports for all; `saved`: for the one outlet of saved pages."""
        outlets = (SAVED,) if saved else tuple(outlet.name for outlet in OUTLETS)
        names = (*SERVICES, *RECEIVERS, *outlets, "pages")
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        services, receivers, sites = ({name: ports[name] for name in group} for group in (SERVICES, RECEIVERS, outlets))
        return cls(services, receivers, sites, ports["pages"])

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each outlet."""
        return {name: f"http://127.0.0.1:{port}" for name, port in self.outlets.items()}


def receivers_of(folder: Path) -> Receivers:
    """Where this run's receivers keep what they get."""
    return Receivers(folder / "slack", folder / "mail", folder / "console.jsonl")


def demo_environment(folder: Path, config: Path, ports: Ports, token: str) -> dict[str, str]:
    """What the services are told in the demo, broker and database aside; `config` holds the newsstand's files.

    CONFIG_DIR is taken from the caller, so that a changed watchlist or taxonomy can be tried on the newsstand.

    One partition a topic: a story's reports must come to the alerter in the order they were released, and with several
    partitions those of two outlets would overtake each other. In a cluster they may: it only changes which report of
    a story is told first. Raises ConfigError for a secret of a given cluster that cannot be read.
    """
    sources = "saved-sources.yaml" if SAVED in ports.outlets else "sources.yaml"
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return (
        kept
        | handed_on(os.environ)
        | {
            "PYTHONPATH": str(ROOT),
            "CONFIG_DIR": os.environ.get("CONFIG_DIR") or str(ROOT / "config"),
            "TOPIC_REPLICATION": os.environ.get("TOPIC_REPLICATION") or "1",  # a given broker may stand alone
            "TOPIC_PARTITIONS": "1",
            "SOURCES_FILE": str(config / sources),
            "SUBSCRIPTIONS_FILE": str(config / "subscriptions.yaml"),
            "CRAWLER_CONTACT": "demo@luming.example",
            "ALLOW_LOOPBACK": "1",
            "SLACK_BOT_TOKEN": token,
            "SLACK_API_URL": f"http://127.0.0.1:{ports.receivers['slack']}/api/",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(ports.receivers["mail"]),
            "SMTP_FROM": "luming@demo.example",
            "SMTP_STARTTLS": "0",
            "CONSOLE_FILE": str(receivers_of(folder).console),
            **portal_environment(folder, ports.pages),
            **{f"NEWSSTAND_{name.upper()}": address for name, address in ports.addresses.items()},
        }
    )


def portal_environment(folder: Path, port: int) -> dict[str, str]:
    """What the portal of one machine is told: it keeps its index itself, and writes its link to the run's folder."""
    return {"PORTAL_PORT": str(port), "PORTAL_INDEX": "1", "PORTAL_LINK_FILE": str(folder / LINK)}


def receiver(name: str, folder: Path, ports: Ports, environment: Mapping[str, str]) -> Service:
    """The Slack or the mail receiver."""
    port = ports.receivers[name]
    arguments = ("-m", f"deploy.local.receivers.{name}", "--port", str(port), "--folder", str(folder / name))
    return Service(name, arguments, environment, port_probe(port))


def newsstand(folder: Path, ports: Ports, pages: Path | None, environment: Mapping[str, str]) -> Service:
    """The news site, whose releases begin with `open_newsstand`; `pages`: saved pages instead of its own."""
    arguments = ["-m", "deploy.local.newsstand.server", "--start-file", str(folder / START_FILE)]
    arguments += ["--ports", json.dumps(dict(ports.outlets)), "--ports-file", str(folder / "ports.json")]
    arguments += ["--access-log", str(folder / "logs" / "access.jsonl"), "--closed-file", str(folder / "closed")]
    if pages is not None:
        arguments += ["--pages", str(pages)]
    return Service("newsstand", tuple(arguments), environment, port_probe(next(iter(ports.outlets.values()))))


def open_newsstand(folder: Path, start: datetime) -> None:
    """Let the releases begin at `start`. Whoever waits for the file finds it whole or not at all."""
    draft = folder / f"{START_FILE}.part"
    draft.write_text(start.isoformat(), "utf-8")
    draft.replace(folder / START_FILE)


def service(name: str, ports: Mapping[str, int], environment: Mapping[str, str]) -> Service:
    """One of Luming's own services.

    It keeps one name over restarts: a killed one gets its partitions and leases back at once instead of when they run
    out.
    """
    variable = "CRAWLER_INSTANCE" if name == "crawler" else "CONSUMER_INSTANCE"
    place = {"DATA_DIR": str(LUMING), "HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(ports[name])}
    told = {**environment, **place, variable: f"{name}-1"}
    return Service(name, ("-m", f"services.{name}", "run"), told, service_probe(ports[name]))
