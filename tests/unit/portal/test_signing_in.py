"""The settings of signing in: what fits together, and what is refused at the start, by the variable's name."""

from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine

from services.portal.settings import PortalSettings
from services.portal.signing_in import make_doors, names_of
from shared.errors import ConfigError

pytestmark = pytest.mark.unit

ENGINE = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
"""Nothing connects by it."""
SECRET = "the secret of the provider"  # a word that must not be repeated
OIDC: dict[str, Any] = {
    "portal_oidc_issuer": "https://login.example.com/realm",
    "portal_oidc_client_id": "luming",
    "portal_oidc_client_secret": SecretStr(SECRET),
    "portal_address": "https://portal.example.com/",
}


def settings(**told: Any) -> PortalSettings:
    """Settings with these values."""
    return PortalSettings(database_url="postgresql://nobody@127.0.0.1:1/none", **told)


def test_without_settings_there_is_a_link_and_no_provider() -> None:
    doors = make_doors(ENGINE, settings())
    assert doors.link
    assert doors.provider is None
    assert not doors.https
    assert doors.proxies == ()
    assert names_of(settings()) == "127.0.0.1,localhost"


def test_an_https_address_keeps_cookies_to_https_and_is_a_name_to_ask_by() -> None:
    told = settings(**OIDC, portal_proxies="10.0.0.0/8", portal_link=False, portal_oidc_role_claim="groups",
                    portal_oidc_roles="a=admin", portal_oidc_fallback="none")  # fmt: skip
    doors = make_doors(ENGINE, told)
    assert doors.https
    assert doors.address == "https://portal.example.com"
    assert doors.provider is not None
    assert not doors.link
    assert doors.claims.role({"groups": ["a"]}) == "admin"
    assert doors.claims.role({}) is None
    assert names_of(told) == "127.0.0.1,localhost,portal.example.com"


@pytest.mark.parametrize(
    ("told", "variable"),
    [
        ({**OIDC, "portal_oidc_client_id": ""}, "PORTAL_OIDC_CLIENT_ID"),
        ({**OIDC, "portal_oidc_client_secret": None}, "PORTAL_OIDC_CLIENT_SECRET"),
        ({**OIDC, "portal_address": ""}, "PORTAL_ADDRESS"),
        ({**OIDC, "portal_oidc_issuer": "http://login.example.com"}, "PORTAL_OIDC_ISSUER"),
        ({**OIDC, "portal_oidc_roles": "a=owner"}, "PORTAL_OIDC_ROLES"),
        ({**OIDC, "portal_oidc_teams": "a"}, "PORTAL_OIDC_TEAMS"),
        ({**OIDC, "portal_oidc_fallback": "owner"}, "PORTAL_OIDC_FALLBACK"),
        ({"portal_proxies": "10.0.0.1/8"}, "PORTAL_PROXIES"),
        ({"portal_address": "portal.example.com"}, "PORTAL_ADDRESS"),
        ({"portal_address": "https://portal.example.com/path"}, "PORTAL_ADDRESS"),
        ({"portal_address": "https://u:p@portal.example.com"}, "PORTAL_ADDRESS"),
        ({"portal_address": "https://portal.example.com:x"}, "PORTAL_ADDRESS"),
        ({"portal_address": "javascript:alert(1)"}, "PORTAL_ADDRESS"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(told: dict[str, Any], variable: str) -> None:
    with pytest.raises(ConfigError) as error:
        make_doors(ENGINE, settings(**told))
    assert variable in str(error.value)
    assert SECRET not in str(error.value)


def test_a_provider_on_this_machine_may_do_without_https() -> None:
    for issuer in ("http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"):
        assert make_doors(ENGINE, settings(**OIDC | {"portal_oidc_issuer": issuer})).provider is not None
