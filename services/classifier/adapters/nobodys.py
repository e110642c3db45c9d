"""Partitions that the group gave to nobody, and how they find a worker.

A worker with a lasting name (static membership, KIP-345) that comes back within its session gets the assignment from
before, without a rebalance. If that was made while the topic did not exist, or had fewer partitions, nobody ever makes
another: the worker leads the group and is not told so (seen with Kafka 4.3 and aiokafka 0.14). A worker that leaves and
joins anew begins one.
"""

from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import MemberToRemove

from shared.errors import TransientError


class Nobodys:
    """Looks, between two questions of the watchman, at who has what in a group."""

    def __init__(self, admin: KafkaAdminClient, group: str, topic: str) -> None:
        self._admin = admin
        self._group = group
        self._topic = topic
        self._before: frozenset[int] = frozenset()

    def look(self, partitions: set[int]) -> set[int]:
        """Those of the `partitions` that nobody had at the last look either; none while the group finds itself.

        Raises KafkaError.
        """
        group = self._admin.describe_groups([self._group])[self._group]
        free = frozenset(partitions - self._had(group)) if group["group_state"] == "Stable" else frozenset()
        since, self._before = self._before, free
        return set(free & since)

    def leave(self, instance: str) -> None:
        """Take the worker of this lasting name out of the group: it joins anew by itself, and all is given out anew.

        Raises KafkaError, and TransientError when the group does not know it.
        """
        self._before = frozenset()
        leaving = MemberToRemove(group_instance_id=instance, reason="partitions are assigned to nobody")
        for error in self._admin.remove_group_members(self._group, [leaving]).values():
            if error.errno:
                raise TransientError(f"{instance} cannot leave the group {self._group}: {error.__name__}")

    def _had(self, group: dict[str, Any]) -> set[int]:
        return {
            partition
            for member in group["members"]
            if isinstance(given := member["member_assignment"], dict)
            for topic in given["assigned_partitions"]
            if topic["topic"] == self._topic
            for partition in topic["partitions"]
        }
