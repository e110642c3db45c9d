"""Partitions that nobody has: seen at the second look, in a group at rest, and mended by leaving it."""

from typing import Any

import pytest
from kafka.errors import NoError, UnknownMemberIdError

from services.classifier.adapters.nobodys import Nobodys
from shared.errors import TransientError

pytestmark = pytest.mark.unit


def member(*partitions: int, topic: str = "documents") -> dict[str, Any]:
    return {"member_assignment": {"assigned_partitions": [{"topic": topic, "partitions": list(partitions)}]}}


class FakeAdmin:
    """A group as Kafka describes it."""

    def __init__(self, *members: dict[str, Any], state: str = "Stable") -> None:
        self.members, self.state = list(members), state
        self.left: list[str] = []
        self.answer: type[Exception] = NoError

    def describe_groups(self, names: list[str]) -> dict[str, Any]:
        return {name: {"group_state": self.state, "members": self.members} for name in names}

    def remove_group_members(self, group: str, members: list[Any]) -> dict[str, type[Exception]]:
        self.left += [each.group_instance_id for each in members]
        return {each.group_instance_id: self.answer for each in members}


def looks(admin: Any) -> Nobodys:
    return Nobodys(admin, "classifier", "documents")


def test_what_nobody_has_is_told_at_the_second_look() -> None:
    nobodys = looks(FakeAdmin(member(0), {"member_assignment": b""}, member(2, topic="other")))
    assert nobodys.look({0, 1, 2}) == set()
    assert nobodys.look({0, 1, 2}) == {1, 2}


def test_what_others_have_is_theirs() -> None:
    nobodys = looks(FakeAdmin(member(0), member(1, 2)))
    assert [nobodys.look({1, 2}) for _ in range(3)] == [set()] * 3


def test_a_group_that_finds_itself_is_left_alone() -> None:
    admin = FakeAdmin(member(0))
    nobodys = looks(admin)
    nobodys.look({1})
    admin.state = "PreparingRebalance"
    assert nobodys.look({1}) == set()
    admin.state = "Stable"
    assert nobodys.look({1}) == set()
    assert nobodys.look({1}) == {1}


def test_who_has_left_waits_two_looks_before_it_leaves_again() -> None:
    admin = FakeAdmin()
    nobodys = looks(admin)
    nobodys.look({0})
    assert nobodys.look({0}) == {0}
    nobodys.leave("one")
    assert admin.left == ["one"]
    assert nobodys.look({0}) == set()


def test_a_group_that_does_not_know_the_worker_says_so() -> None:
    admin = FakeAdmin()
    admin.answer = UnknownMemberIdError
    with pytest.raises(TransientError, match="one cannot leave the group classifier: UnknownMemberIdError"):
        looks(admin).leave("one")
