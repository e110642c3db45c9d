"""Alembic's entry: runs the migrations on the connection that `shared.store.engine.migrate` hands over.

`make migration` hands over the tables' metadata too, and the difference becomes the next migration.
"""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """SQLModel's own string type is PostgreSQL's text; migrations shall not need SQLModel."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
