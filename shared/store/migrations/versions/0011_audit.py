"""The audit log, which the database lets nobody change, and nobody shorten before six months are over.

Revision: 0011_audit. After 0012_tombstones: numbers are given out when work begins.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011_audit"
down_revision = "0012_tombstones"
branch_labels = None
depends_on = None

KEPT = "184 days"
"""As shared/store/audit.py has it; a test holds both together."""

STAMP = """
create function audit_log_stamp() returns trigger language plpgsql as $$
begin
    new.at := now();
    new.role := session_user;
    return new;
end $$
"""
REFUSE = f"""
create function audit_log_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.at < now() - interval '{KEPT}' then
            return old;
        end if;
    end if;
    raise exception 'the audit log is only added to; entries go after {KEPT}' using errcode = 'insufficient_privilege';
end $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False, server_default=sa.text("session_user")),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.String()),
        sa.Column("after", sa.String()),
        sa.Column("detail", JSONB(), nullable=False),
    )
    op.create_index("audit_log_at", "audit_log", ["at"])
    op.execute(STAMP)
    op.execute(REFUSE)
    op.execute(
        "create trigger audit_log_stamp before insert on audit_log for each row execute function audit_log_stamp()"
    )
    op.execute(
        "create trigger audit_log_kept before update or delete on audit_log"
        " for each row execute function audit_log_refuse()"
    )
    op.execute(
        "create trigger audit_log_whole before truncate on audit_log"
        " for each statement execute function audit_log_refuse()"
    )


def downgrade() -> None:
    op.drop_table("audit_log")
    op.execute("drop function audit_log_refuse()")
    op.execute("drop function audit_log_stamp()")
