"""Writes what is said elsewhere already: topics, who may do what with them, and the rules that Prometheus watches by.

    python -m deploy.k8s.generate

A test holds the written files equal to their origin.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from shared.messages.topics import TOPICS, Topic

BASE = Path(__file__).parent / "base"
RULES = Path(__file__).parents[1] / "prometheus"
RIGHTS = Path(__file__).parents[1] / "kafka" / "rights.yaml"
HEAD = "# Written by python -m deploy.k8s.generate from {origin}: change it there.\n"
CLUSTER = "luming"
"""Name of the Kafka cluster, as kafka/cluster.yaml has it."""
PREFIX = "luming."
"""What every topic's name begins with."""


def topic_manifest(topic: Topic) -> dict[str, Any]:
    """The KafkaTopic of a topic, with the settings that `ensure_topics` would make it with."""
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaTopic",
        "metadata": {"name": topic.name, "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {
            "partitions": topic.partitions,
            "replicas": topic.replication,
            "config": {"retention.ms": topic.retention * 1000, "min.insync.replicas": topic.min_insync},
        },
    }


def user_manifest(principal: str, granted: Mapping[str, Any], every_topic: Sequence[str]) -> dict[str, Any]:
    """The KafkaUser of a principal: what it may do with each topic and group, and what all may with every topic."""
    every = {"resource": {"type": "topic", "name": PREFIX, "patternType": "prefix"}, "operations": list(every_topic)}
    named = [
        {"resource": {"type": kind, "name": name, "patternType": "literal"}, "operations": operations}
        for kind in ("topic", "group")
        for name, operations in granted.get(f"{kind}s", {}).items()
    ]
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaUser",
        "metadata": {"name": f"luming-{principal}", "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": [every, *named]},
        },
    }


def users() -> list[dict[str, Any]]:
    """A KafkaUser for each principal of deploy/kafka/rights.yaml; `create` is left out: KafkaTopics make the topics."""
    rights = yaml.safe_load(RIGHTS.read_text("utf-8"))
    return [user_manifest(name, granted, rights["every_topic"]) for name, granted in rights["principals"].items()]


def rule_files() -> list[Path]:
    """The files of rules that promtool tests, their tests left out."""
    return sorted(path for path in RULES.glob("*rules*.yaml") if "test" not in path.name)


def rule_manifest(files: list[Path]) -> dict[str, Any]:
    """The PrometheusRule that holds every group of these files, unchanged."""
    groups = [group for path in files for group in yaml.safe_load(path.read_text("utf-8"))["groups"]]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "luming"},
        "spec": {"groups": groups},
    }


def written() -> dict[Path, str]:
    """Every generated file and its text."""
    topics = yaml.safe_dump_all([topic_manifest(topic) for topic in TOPICS], sort_keys=False)
    makes_users = yaml.safe_dump_all(users(), sort_keys=False)
    rules = yaml.safe_dump(rule_manifest(rule_files()), sort_keys=False, allow_unicode=True, width=120)
    return {
        BASE / "kafka" / "topics.yaml": HEAD.format(origin="shared/messages/topics.py") + topics,
        BASE / "kafka" / "users.yaml": HEAD.format(origin="deploy/kafka/rights.yaml") + makes_users,
        BASE / "monitoring" / "rules.yaml": HEAD.format(origin="deploy/prometheus") + rules,
    }


def main(
    check: Annotated[
        bool, typer.Option("--check", help="write nothing; exit code 1 where a file is out of date")
    ] = False,
) -> None:
    """Write the manifests that come from topics, rights and rules."""
    files = written()
    if check:
        old = [path for path, text in files.items() if not path.is_file() or path.read_text("utf-8") != text]
        for path in old:
            typer.echo(f"{path} is out of date\n  mend: python -m deploy.k8s.generate", err=True)
        raise typer.Exit(bool(old))
    for path, text in files.items():
        path.write_text(text, "utf-8")
        typer.echo(f"wrote {path}")


if __name__ == "__main__":
    typer.run(main)
