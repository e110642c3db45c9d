"""Writes roles.sql from shared/store/rights.py: `.venv/bin/python -m deploy.postgres.roles`."""

from collections.abc import Iterator
from pathlib import Path

from shared.store.rights import PREFIX, SERVICES, statements

FILE = Path(__file__).with_name("roles.sql")
HEAD = """\
-- Written by python -m deploy.postgres.roles from shared/store/rights.py: change it there.
--
-- One role a service, with the rights of "one writer a table, all may read". Run it as the owner of the tables, who may
-- also create roles, after each migration:  psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/postgres/roles.sql
-- A role made here cannot log in. Give it a password (`alter role luming_crawler login`, then psql's \\password), or
-- make logins members of it. Where somebody else makes the roles (an operator's managed roles) this file is not needed:
-- `python -m shared.store.migrate` grants the same to those it finds.
"""
MAKE = """\
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then create role {role} nologin; end if;
end $$;
"""


def lines() -> Iterator[str]:
    """The file's parts, each ending with a newline."""
    yield HEAD
    for service in SERVICES:
        yield "\n" + MAKE.format(role=PREFIX + service)
    yield "\nbegin;\nrevoke create on schema public from public;\n"
    yield "revoke all on all tables in schema public from public;\n"
    for service in SERVICES:
        yield f"\n-- {service}\n" + "".join(f"{statement};\n" for statement in statements(service))
    yield "commit;\n"


if __name__ == "__main__":
    FILE.write_text("".join(lines()), "utf-8")
