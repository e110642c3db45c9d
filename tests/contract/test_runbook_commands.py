"""What the runbooks tell people to type names what there is, in a pod that may do it."""

import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

from tests.contract.manifests import Manifest, of_kind, rendered, templates

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs" / "runbooks").glob("*.md")), ROOT / "deploy" / "k8s" / "README.md"]
EXEC = re.compile(r"kubectl -n luming exec (?:-it? )?(\S+)(?: -c (\S+))? -- ([^`\n]+)")
PROGRAM = re.compile(r"python -m services\.(\w+)((?: +[^\s`|&;<>\'#]+)*)")
MOULDS = re.compile(r"create job (\S+) --from=cronjob/([a-z-]+)")
ELSEWHERE = {("classifier", "replay"): "luming-replay", ("maintenance", "erase"): "luming-erase"}
"""Commands for which no service's login to Kafka is enough (deploy/kafka/rights.yaml), and the pod that has it."""
WITH_DATABASE = {("classifier", one) for one in ("correct", "corrections", "reclassify")}
"""Commands that the classifier's pod, which has no login to the database, cannot run."""


def executed(page: Path) -> Iterator[tuple[str, str]]:
    """Target of each `exec` of a page, and what is run there."""
    for target, container, command in EXEC.findall(page.read_text("utf-8")):
        assert container in ("", "postgres")
        yield target, command


def programs(text: str) -> Iterator[tuple[str, list[str]]]:
    """Service and words of each command of ours."""
    for service, words in PROGRAM.findall(text):
        yield service, words.split()


@cache
def there() -> list[Manifest]:
    """Production's objects, to be read only."""
    return rendered("prod")


def workloads() -> set[str]:
    """Kind and name of what has pods."""
    return {f"{owner['kind']}/{owner['metadata']['name']}" for owner, _ in templates(there())}


@cache
def program(service: str) -> TyperGroup:
    """The commands of a service."""
    found = typer.main.get_command(importlib.import_module(f"services.{service}.__main__").app)
    assert isinstance(found, TyperGroup)
    return found


def unknown(service: str, words: list[str]) -> list[str]:
    """The command, where there is none of that name, or its options that it does not know."""
    command: Any = program(service)
    rest = list(words)
    while isinstance(command, TyperGroup):
        if not rest or rest[0] not in command.commands:
            return rest[:1] or ["no command"]
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in rest if word.startswith("--") and word.split("=")[0] not in known | {"--help"}]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_commands_and_options_exist(page: Path) -> None:
    told = [(service, words) for service, words in programs(page.read_text("utf-8")) if words != ["…"]]
    assert [(service, words) for service, words in told if unknown(service, words)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_command_is_run_in_a_pod_that_is_there_and_may(page: Path) -> None:
    known, made = workloads(), dict(MOULDS.findall(page.read_text("utf-8")))
    assert {f"CronJob/{mould}" for mould in made.values()} <= known
    for target, command in executed(page):
        kind, _, name = target.rpartition("/")
        if not kind:
            assert re.fullmatch(r"luming-db-\d|POD", name), target
            continue
        owner = f"Deployment/{name}" if kind == "deploy" else f"CronJob/{made.get(name)}"
        assert owner in known, (target, "is no Deployment, or the page makes no such Job")
        for service, words in programs(command):
            wanted = ELSEWHERE.get((service, words[0]), f"luming-{service}")
            assert owner.split("/")[1] == wanted, (target, command)
            assert (service, words[0]) not in WITH_DATABASE, (target, command)


def test_rights_of_their_own_are_run_by_some_page() -> None:
    run = {
        (service, words[0]) for page in PAGES for _, command in executed(page) for service, words in programs(command)
    }
    assert ELSEWHERE.keys() <= run
    assert len(run) > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_what_is_restarted_undone_scaled_and_forwarded_is_there(page: Path) -> None:
    text, objects = page.read_text("utf-8"), there()
    named = re.findall(r"(?:rollout \w+|describe|get|logs|scale) deploy[ /](luming-[a-z-]+)", text)
    assert {f"Deployment/{name}" for name in named} <= workloads()
    scaled = {one["metadata"]["name"] for one in of_kind(objects, "ScaledObject")}
    assert not scaled & set(re.findall(r"scale deploy/(\S+)", text)), "KEDA takes back what is scaled by hand"
    assert set(re.findall(r"(?:annotate|patch) scaledobject (\S+)", text)) <= scaled
    (kafka,) = of_kind(objects, "Kafka")
    exporters = {f"{kafka['metadata']['name']}-kafka-exporter"} if "kafkaExporter" in kafka["spec"] else set()
    assert set(re.findall(r"port-forward deploy(?:ment)?/(\S+)", text)) <= exporters


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_no_page_asks_kafka_in_the_clear_or_a_pod_of_no_pool(page: Path) -> None:
    (pool,) = of_kind(there(), "KafkaNodePool")
    text = page.read_text("utf-8")
    assert ":9092" not in text
    pods = set(re.findall(r"\bluming-(\w+)-\d\b", text)) - {"db"}
    assert pods <= {pool["metadata"]["name"]}
