"""What signing in is put together from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Engine

from services.portal.adapters.account_store import SqlAccounts
from services.portal.adapters.database import database
from services.portal.adapters.oidc import OidcProvider
from services.portal.adapters.passwords import Argon2
from services.portal.application.accounts import Accounts
from services.portal.domain import claims
from services.portal.domain.accounts import Role, role_of
from services.portal.settings import PortalSettings
from services.portal.web.doorman import Doors
from services.portal.web.limits import Limits
from services.portal.web.proxies import networks_of
from shared.errors import ConfigError

T = TypeVar("T")
BACK = "/sign-in/oidc/back"
"""Where the provider sends browsers back to: to be registered there, behind the portal's address."""


def now() -> datetime:
    """By this machine's clock, in UTC."""
    return datetime.now(UTC)


def make_accounts(engine: Engine, clock: Callable[[], datetime] = now) -> Accounts:
    """Users, sessions and keys over a database."""
    return Accounts(SqlAccounts(engine), Argon2(), clock)


@contextmanager
def command_accounts(database_url: str) -> Iterator[Accounts]:
    """Users, sessions and keys for a command. Raises ConfigError where no database is named."""
    with database(database_url) as engine:
        yield make_accounts(engine)


def plain_doors(engine: Engine) -> Doors:
    """Doors with users, links and keys, without OIDC and without a limit on requests."""
    return Doors(make_accounts(engine), Limits(requests=0))


def make_doors(engine: Engine, settings: PortalSettings) -> Doors:
    """The doors as the settings say. Raises ConfigError for settings that do not fit together."""
    address = _address(settings.portal_address)
    return Doors(
        accounts=make_accounts(engine),
        limits=Limits(settings.portal_requests),
        proxies=_read("PORTAL_PROXIES", settings.portal_proxies, networks_of, "networks such as 10.0.0.0/8"),
        address=address,
        provider=_provider(settings, address),
        claims=_claims(settings),
        link=settings.portal_link,
    )


def names_of(settings: PortalSettings) -> str:
    """The host names by which browsers may ask: those of PORTAL_NAMES, and that of PORTAL_ADDRESS."""
    own = urlsplit(_address(settings.portal_address)).hostname
    return f"{settings.portal_names},{own}" if own else settings.portal_names


def _address(told: str) -> str:
    if not told:
        return ""
    right = "https://portal.example.com"
    try:
        parts = urlsplit(told)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
        good = good and parts.path in ("", "/") and parts.username is None and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise ConfigError("environment variable PORTAL_ADDRESS", None, f"is {told!r}, no address of a site", right)
    return told.rstrip("/")


def _provider(settings: PortalSettings, address: str) -> OidcProvider | None:
    issuer, secret = settings.portal_oidc_issuer, settings.portal_oidc_client_secret
    if not issuer:
        return None
    for name, given in (
        ("PORTAL_OIDC_CLIENT_ID", settings.portal_oidc_client_id),
        ("PORTAL_OIDC_CLIENT_SECRET", secret),
        ("PORTAL_ADDRESS", address),
    ):
        if not given:
            wrong = "is not set, and PORTAL_OIDC_ISSUER needs it"
            raise ConfigError(f"environment variable {name}", None, wrong, "set it")
    if not issuer.startswith("https://") and not _on_this_machine(issuer):
        wrong = "is not https: anybody on the way could sign in as anybody"
        raise ConfigError("environment variable PORTAL_OIDC_ISSUER", None, wrong, "https://login.example.com/realm")
    return OidcProvider(issuer, settings.portal_oidc_client_id, secret, address + BACK, now)


def _claims(settings: PortalSettings) -> claims.Mapping:
    fallback = settings.portal_oidc_fallback
    return claims.Mapping(
        role_claim=settings.portal_oidc_role_claim,
        roles=_read("PORTAL_OIDC_ROLES", settings.portal_oidc_roles, claims.roles, "group=editor,other=admin"),
        fallback=_read("PORTAL_OIDC_FALLBACK", fallback, _fallback, "reader, editor, admin or none"),
        team_claim=settings.portal_oidc_team_claim,
        teams=_read("PORTAL_OIDC_TEAMS", settings.portal_oidc_teams, claims.pairs, "group=team,other=team2"),
    )


def _fallback(told: str) -> Role | None:
    return None if told == "none" else role_of(told)


def _read(name: str, told: str, read: Callable[[str], T], right: str) -> T:
    try:
        return read(told)
    except ValueError as error:
        raise ConfigError(f"environment variable {name}", None, f"cannot be used: {error}", right) from error


def _on_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
