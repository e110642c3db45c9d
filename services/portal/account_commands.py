"""`python -m services.portal user` and `key`: who may use the portal, told by whoever runs it.

A password is read from the terminal or from standard input, never from the command line, which others can see.
"""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from services.portal import signing_in
from services.portal.application.account_ports import Edit
from services.portal.application.accounts import Accounts
from services.portal.command_errors import told
from services.portal.domain.accounts import LOCAL, Key, User, name_of, new_name, role_of, scopes_of, teams_of
from shared.errors import ConfigError, PermanentError
from shared.runtime.logs import configure_logging

user = typer.Typer(help="Users: add, list, role, disable, enable, password, delete.", no_args_is_help=True)
key = typer.Typer(help="Keys of programs: add, list, revoke.", no_args_is_help=True)
Database = Annotated[str, typer.Option(envvar="DATABASE_URL", help="where users are")]
Name = Annotated[str, typer.Argument(help="the user's name")]
Role = Annotated[str, typer.Option(help="reader | editor | admin")]
Teams = Annotated[str, typer.Option(help="teams whose subscriptions the user sees, comma-separated")]


@contextmanager
def _accounts(database_url: str) -> Iterator[Accounts]:
    configure_logging("portal", "WARNING")
    with told(), signing_in.command_accounts(database_url) as accounts:
        yield accounts


def _by() -> Edit:
    """In whose name the audit log has it: the login of this machine."""
    try:
        return Edit(f"{getpass.getuser()} (command)")
    except (KeyError, OSError):  # a login without a name
        return Edit("command")


def _new_password() -> str:
    """The password: typed twice in a terminal, else the first line of standard input. Raises ConfigError."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("password: ")
    if first != getpass.getpass("again: "):
        raise ConfigError("the password", None, "was typed in two ways", "type the same twice")
    return first


def _wrong(error: ValueError) -> ConfigError:
    return ConfigError("what was given", None, f"cannot be used: {error}", "see --help")


@user.command("add")
def add(name: Name, role: Role = "reader", teams: Teams = "", database_url: Database = "") -> None:
    """Add a user, who signs in by name and password; the password is asked for, or read from standard input."""
    with _accounts(database_url) as accounts:
        try:
            wanted, seen = role_of(role), teams_of(teams)
            made = accounts.add_user(new_name(name), _new_password(), wanted, seen, _by())
        except ValueError as error:
            raise _wrong(error) from error
        typer.echo(f"{made.name} may sign in as {made.role}")


@user.command("list")
def listed(database_url: Database = "") -> None:
    """Print all users."""
    with _accounts(database_url) as accounts:
        now = datetime.now(UTC)
        for one in accounts.store.users():
            how = one.issuer or ("password" if one.password else "one-time link")
            state = f"disabled {one.disabled:%Y-%m-%d}" if one.disabled else "may sign in"
            open_now = len(accounts.store.sessions(one.id, now))
            teams = ",".join(one.teams) or "-"
            typer.echo(f"{one.name}\t{one.role}\t{teams}\t{how}\t{state}\t{open_now} sessions")


@user.command("role")
def role(
    name: Name, role: Annotated[str, typer.Argument(help="reader | editor | admin")],
    teams: Annotated[str | None, typer.Option(help="teams, comma-separated; without it they stay")] = None,
    database_url: Database = "",
) -> None:  # fmt: skip
    """Say what a user may; it takes hold with the next request."""
    with _accounts(database_url) as accounts:
        one = _one(accounts, name)
        try:
            accounts.store.set_role(one.id, role_of(role), one.teams if teams is None else teams_of(teams), _by())
        except ValueError as error:
            raise _wrong(error) from error
        typer.echo(f"{one.name} is {role}")


@user.command("disable")
def disable(name: Name, database_url: Database = "") -> None:
    """Let a user in no more: sessions end at once, keys open nothing."""
    with _accounts(database_url) as accounts:
        one = _one(accounts, name)
        accounts.disable(one, _by())
        typer.echo(f"{one.name} is let in no more")


@user.command("enable")
def enable(name: Name, database_url: Database = "") -> None:
    """Let a disabled user in again."""
    with _accounts(database_url) as accounts:
        one = _one(accounts, name)
        accounts.enable(one, _by())
        typer.echo(f"{one.name} may sign in")


@user.command("password")
def password(name: Name, database_url: Database = "") -> None:
    """Give a user another password, asked for or read from standard input; all sessions end."""
    with _accounts(database_url) as accounts:
        one = _one(accounts, name)
        try:
            accounts.set_password(one, _new_password(), _by())
        except ValueError as error:
            raise _wrong(error) from error
        typer.echo(f"{one.name} has a new password")


@user.command("delete")
def delete(name: Name, database_url: Database = "") -> None:
    """Delete a user for ever, with sessions, keys and feed addresses; the name is free again.

    Whom an OIDC provider vouches for is made anew at the next sign-in: take the role there first, or disable the user.
    """
    with _accounts(database_url) as accounts:
        one = _one(accounts, name)
        accounts.delete(one, _by())
        typer.echo(f"{one.name} is deleted; the audit log knows the user as {one.id}")


@key.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="what the key is for")],
    user: Annotated[str, typer.Option(help="in whose name it asks")],
    scopes: Annotated[str, typer.Option(help="read,write,export")] = "read",
    days: Annotated[int, typer.Option(min=1, max=3_650, help="that it lasts")] = 90,
    database_url: Database = "",
) -> None:
    """Make a key and print it, this once."""
    with _accounts(database_url) as accounts:
        one = _one(accounts, user)
        try:
            made = accounts.new_key(one, name, scopes_of(scopes), timedelta(days=days), _by())
        except ValueError as error:
            raise _wrong(error) from error
        typer.echo(made)
        typer.echo("keep it: it is not shown again; send it as `Authorization: Bearer …`", err=True)


@key.command("list")
def keys(database_url: Database = "") -> None:
    """Print all keys, without what they open with."""
    with _accounts(database_url) as accounts:
        for one in accounts.store.keys(None):
            typer.echo("\t".join((one.id, one.user.name, one.name, ",".join(sorted(one.scopes)), _state(one))))


@key.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="as `key list` names it")], database_url: Database = "") -> None:
    """Have a key open nothing any more."""
    with _accounts(database_url) as accounts:
        accounts.revoke(key_id, None, _by())
        typer.echo(f"{key_id} opens nothing any more")


def _state(one: Key) -> str:
    if one.revoked:
        return f"revoked {one.revoked:%Y-%m-%d}"
    used = f"{one.used:%Y-%m-%d}" if one.used else "never"
    return f"until {one.until:%Y-%m-%d}, last used {used}" if one.until else f"last used {used}"


def _one(accounts: Accounts, name: str) -> User:
    """The user. Raises PermanentError where there is none; `local` is that of the one-time link, made if need be."""
    try:
        named = name_of(name)
    except ValueError as error:
        raise _wrong(error) from error
    if named == LOCAL:
        return accounts.store.local(datetime.now(UTC))
    found = accounts.store.user(named)
    if found is None:
        raise PermanentError(f"there is no user {named}: `user list` names them")
    return found
