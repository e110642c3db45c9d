"""Writes what is said elsewhere already: topics from shared/messages/topics.py, rules from deploy/prometheus.

    python -m deploy.k8s.generate

A test holds the written files equal to their origin.
"""

from pathlib import Path
from typing import Any

import yaml

from shared.messages.topics import TOPICS, Topic

BASE = Path(__file__).parent / "base"
RULES = Path(__file__).parents[1] / "prometheus"
HEAD = "# Written by python -m deploy.k8s.generate from {origin}: change it there.\n"
CLUSTER = "luming"
"""Name of the Kafka cluster, as kafka/cluster.yaml has it."""


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
    rules = yaml.safe_dump(rule_manifest(rule_files()), sort_keys=False, allow_unicode=True, width=120)
    return {
        BASE / "kafka" / "topics.yaml": HEAD.format(origin="shared/messages/topics.py") + topics,
        BASE / "monitoring" / "rules.yaml": HEAD.format(origin="deploy/prometheus") + rules,
    }


def main() -> None:
    """Write the files."""
    for path, text in written().items():
        path.write_text(text, "utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
