"""A real Prometheus and Alertmanager that watch the demo, or the live system, while it runs on this machine.

python -m deploy.local.watching [--state FOLDER]

Both programs must be on the PATH (Debian: prometheus, prometheus-alertmanager). Rules are those of deploy/prometheus.
Alerts are printed as Alertmanager's webhook brings them. Files lie in the state folder's `watching/`.
"""

import json
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import typer

from deploy.local.paths import LUMING, ROOT
from deploy.local.ports import free_ports
from deploy.local.process import Launch, Program, StartFailed
from deploy.local.watching_config import alertmanager_config, prometheus_config, write_yaml
from deploy.local.watching_hook import Hook
from shared.runtime.stop import stop_on_signals

PORTS = "metrics.json"
"""The file in a run's folder that says where its services show their metrics: name to port."""
READY_WITHIN = 30.0
"""Seconds that either program may take to answer; they take one."""
RULES = ROOT / "deploy" / "prometheus"


def program(*names: str) -> str:
    """The path of the first program that is there. Raises StartFailed naming the package that brings it."""
    for name in names:
        if found := shutil.which(name):
            return found
    raise StartFailed(f"{names[0]} is not on the PATH\n  mend: apt-get install prometheus prometheus-alertmanager")


class Watching:
    """Both programs, started; alerts go to `hook`."""

    def __init__(self, folder: Path, targets: Mapping[str, int], rules: Sequence[Path], hook: str) -> None:
        """Raises StartFailed when a program is missing, or does not answer."""
        folder.mkdir(parents=True, exist_ok=True)
        self._ports = free_ports(2)
        self._programs: list[Program] = []
        alerting = write_yaml(folder / "alertmanager.yml", alertmanager_config(hook))
        scraping = write_yaml(folder / "prometheus.yml", prometheus_config(targets, rules, self._ports[1]))
        try:
            self._start(folder, "alertmanager", alerting, "/-/ready")
            self._start(folder, "prometheus", scraping, "/-/ready")
        except StartFailed:
            self.stop()
            raise

    @property
    def prometheus(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def alertmanager(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._ports[1]}"

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples that the expression gives now. Raises ValueError when Prometheus refuses it."""
        asked = urlencode({"query": expression})
        with urlopen(f"http://127.0.0.1:{self._ports[0]}/api/v1/query?{asked}", timeout=10) as answer:
            plain = json.load(answer)
        if plain["status"] != "success":
            raise ValueError(f"{expression}: {plain}")
        result = plain["data"]["result"]
        return [{"metric": {}, "value": result}] if plain["data"]["resultType"] == "scalar" else list(result)

    def stop(self) -> None:
        """Stop both."""
        while self._programs:
            self._programs.pop().stop()

    def _start(self, folder: Path, name: str, config: Path, ready: str) -> None:
        port = self._ports[0 if name == "prometheus" else 1]
        if name == "prometheus":
            command = [program("prometheus"), f"--storage.tsdb.path={folder / name}"]
        else:
            # Without a cluster address it looks for a private network to gossip on, and ends where there is none.
            command = [program("prometheus-alertmanager", "alertmanager"), f"--storage.path={folder / name}"]
            command.append("--cluster.listen-address=")
        listen = f"--web.listen-address=127.0.0.1:{port}"
        running = Program(Launch([*command, f"--config.file={config}", listen], folder / f"{name}.log"))
        self._programs.append(running)
        deadline = time.monotonic() + READY_WITHIN
        while not _answers(port, ready):
            if running.exit_code() is not None or time.monotonic() > deadline:
                raise StartFailed(f"{name} does not answer:\n{running.tail()}")
            time.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def targets_in(folder: Path) -> dict[str, int]:
    """Where the services of a run show their metrics. Raises StartFailed when nothing runs there."""
    try:
        plain = json.loads((folder / PORTS).read_text("utf-8"))
    except FileNotFoundError as error:
        raise StartFailed(f"no {PORTS} in {folder}: nothing runs there\n  mend: make demo") from error
    return {str(name): int(port) for name, port in plain.items()}


def newest_run(state: Path) -> Path:
    """The folder of the demo or of the live system, whichever was started last."""
    folders = [state / "demo", state / "run"]
    return max(folders, key=lambda one: (one / PORTS).stat().st_mtime if (one / PORTS).is_file() else 0.0)


def rule_files() -> list[Path]:
    """The project's rules, without their tests."""
    return [path for path in sorted(RULES.glob("*rules*.yaml")) if "test" not in path.name]


def told(alert: Mapping[str, Any]) -> None:
    """An alert on the screen."""
    labels, notes = alert["labels"], alert["annotations"]
    typer.echo(f"{alert['status']}: {labels.get('alertname')} ({labels.get('severity')}): {notes.get('summary', '')}")


def watch(
    state: Annotated[Path, typer.Option(envvar="LUMING_STATE", help="of the run that is watched")] = LUMING,
) -> None:
    """Watch what runs, until Ctrl-C."""
    stop = stop_on_signals()
    folder = state / "watching"
    folder.mkdir(parents=True, exist_ok=True)
    hook = Hook(folder / "alerts.jsonl", told)
    try:
        watching = Watching(folder, targets_in(newest_run(state)), rule_files(), hook.address)
    except StartFailed as error:
        raise SystemExit(str(error)) from error
    typer.echo(f"Prometheus: {watching.prometheus}  Alertmanager: {watching.alertmanager}")
    try:
        _until(stop)
    finally:
        watching.stop()
        hook.close()


def _until(stop: threading.Event) -> None:
    while not stop.wait(1.0):
        pass


if __name__ == "__main__":
    typer.run(watch)
