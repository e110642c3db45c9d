"""Counting and deleting by the rules, on PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, text

from services.maintenance.adapters.database import transaction
from services.maintenance.adapters.rules import RULES, Rule
from services.maintenance.application.ports import Amount


class SqlRows:
    """See application/ports.py."""

    def __init__(self, engine: Engine, rules: Sequence[Rule] = RULES) -> None:
        self._engine = engine
        self._rules = {rule.name: rule for rule in rules}

    @property
    def order(self) -> list[tuple[str, str]]:
        """Name and period of each rule, in the order in which rows go."""
        return [(rule.name, rule.period) for rule in self._rules.values()]

    def overdue(self, cutoffs: Mapping[str, datetime]) -> Sequence[Amount]:
        """What would go, by rule."""
        return [self._amount(rule, cutoffs[rule.period]) for rule in self._rules.values()]

    def delete(self, name: str, cutoff: datetime) -> int:
        """Delete one batch; rows that somebody else holds are left for the next."""
        rule = self._rules[name]
        batch = (
            f"delete from {rule.table} where ctid = any(array(select ctid from {rule.table} where {rule.past}"  # noqa: S608  # rules of this package
            f" limit {rule.batch}{' for update skip locked' if rule.locked else ''}))"
        )
        with transaction(self._engine) as connection:
            values = {"cutoff": cutoff} if ":cutoff" in rule.past else {}
            return int(connection.execute(text(batch), values).rowcount)

    def _amount(self, rule: Rule, cutoff: datetime) -> Amount:
        oldest = f"min({rule.age})" if rule.age else "null"
        counted = f"select count(*), {oldest} from {rule.table} where {rule.past}"  # noqa: S608  # rules of this package
        with transaction(self._engine) as connection:
            values = {"cutoff": cutoff} if ":cutoff" in rule.past else {}
            rows, age = connection.execute(text(counted), values).one()
        return Amount(rule.name, rule.table, rule.period, int(rows), age)
