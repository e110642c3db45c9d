"""Names, passwords, roles, what claims mean; where to go after signing in; from where a request comes; limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from services.portal.adapters.passwords import NOBODY, Argon2
from services.portal.application.vouching import Refused, person
from services.portal.domain import claims
from services.portal.domain.accounts import (
    IDLE,
    LONGEST,
    Key,
    User,
    name_of,
    new_password,
    password_of,
    role_of,
    scopes_of,
    session_end,
    teams_of,
)
from services.portal.web.limits import Limits
from services.portal.web.local_paths import local
from services.portal.web.problems import ProblemRaised
from services.portal.web.proxies import address_of, networks_of
from services.portal.web.reader import Reader, need, need_scope

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ANNA = User("1", "anna", "reader", ("strategy",), NOW)


@pytest.mark.parametrize(
    ("told", "name"),
    [("Anna", "anna"), (" ＡＮＮＡ ", "anna"), ("李雷", "李雷"), ("a.b+c@d-e_f", "a.b+c@d-e_f"), ("İ", None),
     ("a" * 65, None), ("", None), ("a b", None), ("a\x00", None), ("<a>", None),
     (".a", None), ("a\u202eb", None), ("a/b", None)],
)  # fmt: skip
def test_a_name_is_one_however_it_is_written(told: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(ValueError, match="a name has"):
            name_of(told)
    else:
        assert name_of(told) == name
        assert name_of(name) == name


def test_a_password_that_is_guessed_first_is_not_taken() -> None:
    assert new_password("correct horse battery", "anna") == "correct horse battery"
    assert new_password("e\u0301" * 3 + "tesvousbien?", "anna") == password_of("é" * 3 + "tesvousbien?")
    for weak in ("short", "", "x" * 1_001, "abababababababab", "annalisa.meyer", "annalisa.meyerannalisa.meyer"):
        with pytest.raises(ValueError, match="password"):
            new_password(weak, "annalisa.meyer")


def test_roles_scopes_and_teams_are_read_or_refused() -> None:
    assert role_of("editor") == "editor"
    assert scopes_of("read, export read") == {"read", "export"}
    assert teams_of(" strategy,法务 部, strategy,") == ("strategy", "法务 部")
    refused: list[tuple[Callable[[str], object], str]] = [
        (role_of, "Admin"),
        (scopes_of, ""),
        (scopes_of, "all"),
        (teams_of, "x" * 65),
        (teams_of, "a\nb"),
        (teams_of, ",".join(map(str, range(51)))),
    ]
    for read, wrong in refused:
        with pytest.raises(ValueError, match=r".+"):
            read(wrong)


def test_a_session_slides_until_its_end() -> None:
    assert session_end(NOW, NOW) == NOW + IDLE
    assert session_end(NOW, NOW + timedelta(days=5)) == NOW + timedelta(days=12)
    assert session_end(NOW, NOW + timedelta(days=29)) == NOW + LONGEST


def test_a_key_is_good_until_it_is_old_or_revoked() -> None:
    key = Key("k", ANNA, "script", frozenset({"read"}), NOW)
    assert key.good(NOW + timedelta(days=9_999))
    assert not replace(key, until=NOW).good(NOW)
    assert not replace(key, revoked=NOW).good(NOW)


def test_who_may_less_is_refused() -> None:
    reader = Reader("1", "anna", "editor", ("strategy",), "", "key", frozenset({"read"}))
    need(reader, "reader")
    need(reader, "editor")
    need_scope(reader, "read")
    with pytest.raises(ProblemRaised) as error:
        need(reader, "admin")
    assert error.value.problem.status == 403
    with pytest.raises(ProblemRaised, match="may not"):
        need_scope(reader, "export")
    assert reader.sees("strategy")
    assert not reader.sees("legal")
    assert replace(reader, role="admin").sees("legal")


MAPPING = claims.Mapping("groups", claims.roles("eds=editor; cn=a,ou=b=admin"), None, "org.teams", {})


def test_claims_give_the_highest_role_and_the_teams() -> None:
    told = {"iss": "https://i", "sub": "s", "groups": ["x", "eds"], "org": {"teams": ["法务", "a,b", 7, "x" * 65]}}
    found = person(told, MAPPING)
    assert (found.role, found.says_role, found.teams, found.name) == ("editor", True, ("法务", "a", "b"), "s")
    with pytest.raises(Refused):
        person(told | {"groups": "x"}, MAPPING)
    with pytest.raises(Refused):
        person(told | {"groups": {"eds": 1}}, MAPPING)
    assert person(told, replace(MAPPING, fallback="reader", role_claim="")).role == "reader"
    mapped = replace(MAPPING, teams=claims.pairs("法务=legal"))
    assert person(told, mapped).teams == ("legal",)
    assert person(told, replace(MAPPING, team_claim="")).teams is None
    for wrong in ("a", "=admin", "a=", "a=owner"):
        with pytest.raises(ValueError, match=r".+"):
            claims.roles(wrong)


@pytest.mark.parametrize(
    ("told", "name"),
    [({"preferred_username": "Maya Li"}, "maya-li"), ({"email": "m@x.test"}, "m@x.test"),
     ({"sub": "auth0|7"}, "auth0-7"),
     ({"preferred_username": "<>", "sub": "x"}, "x"), ({"preferred_username": 7, "sub": "|"}, "reader"),
     ({"preferred_username": "Local", "email": "a@example.com"}, "a@example.com"), ({"sub": "unknown"}, "reader")],
)  # fmt: skip
def test_a_person_is_called_as_there_as_far_as_a_name_may(told: dict[str, object], name: str) -> None:
    assert claims.called(told) == name


@pytest.mark.parametrize(
    "told",
    [
        "/",
        "/?q=%E5%8C%BB&sort=newest",
        "/documents/ab#p3",
        "/threads/t%20x",
        "/?q=//evil.test",
        "/?q=%0d%0a",
        "/a/b//c",
    ],
)
def test_pages_here_are_gone_to(told: str) -> None:
    assert local(told) == told


@pytest.mark.parametrize(
    "told",
    ["", "//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "javascript:alert(1)", "evil.test",
     "///evil", "/%2fevil.test", "/%5cevil.test", "%2f%2fevil.test", "/%252fevil.test", "/%25252fevil.test", "/\tevil",
     "/ /evil.test", "/\r\nSet-Cookie: a=b", "/a%0d%0aX: y", "/%00", "/a\\..\\b", "http:/evil.test",
     "https:evil.test", "/%09/evil.test", "//evil.test/%2f..", "/\u2028", "http://[", "/" + "a" * 5_000,
     "/sign-in?next=/", "/enter?token=x", "/sign-out", "@evil", "/%73ign-in", "/\x7f", "?q=a", "/\u0085"],
)  # fmt: skip
def test_what_is_or_might_be_another_place_is_not(told: str) -> None:
    assert local(told) == "/"


@given(st.text(max_size=60))
def test_no_text_leads_away(told: str) -> None:
    found = local(told)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert not any(ord(each) < 33 or each == "\\" for each in found)


def asked(client: str | None, *forwarded: str) -> dict[str, object]:
    """A request from that address."""
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return {"type": "http", "client": (client, 1) if client else None, "headers": headers}


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.5", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("1.1.1.1, 198.51.100.1, 10.0.0.7",), "198.51.100.1"),
        ("10.0.0.5", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.5", ("rubbish",), "10.0.0.5"),
        ("10.0.0.5", ("198.51.100.1, rubbish",), "10.0.0.5"),
        ("10.0.0.5", (), "10.0.0.5"),
        ("::ffff:10.0.0.5", ("2001:db8:1:2:3::4",), "2001:db8:1:2::/64"),
        (None, ("198.51.100.1",), "unknown"),
        ("testclient", (), "unknown"),
    ],
)
def test_only_what_a_known_proxy_says_is_believed(client: str | None, forwarded: tuple[str, ...], address: str) -> None:
    assert address_of(asked(client, *forwarded), networks_of("10.0.0.0/8, fd00::/8")) == address


def test_networks_that_are_none_are_refused() -> None:
    assert networks_of("") == ()
    for wrong in ("10.0.0.0/99", "proxy", "10.0.0.1/8"):
        with pytest.raises(ValueError, match=r".+"):
            networks_of(wrong)


def test_limits_grow_and_are_of_whom_they_are() -> None:
    limits = Limits(2, person="2/minute;3/hour", name="100/hour", address="5/hour")
    assert [limits.request("a") is None for _ in range(3)] == [True, True, False]
    assert limits.request("b") is None
    assert [limits.attempt("anna", "x") is None for _ in range(3)] == [True, True, False]
    assert 0 < (limits.attempt("anna", "x") or 0) <= 61
    assert limits.attempt("anna", "y") is None
    limits.succeeded("anna", "x")
    assert limits.attempt("anna", "x") is None
    assert [limits.attempt(f"user{number}", "x") is None for number in range(4)] == [True, True, False, False]
    assert (limits.attempt("anna", "x") or 0) > 61, "the wait is that of the fullest counter"
    assert all(Limits(0).request("a") is None for _ in range(5_000))


def test_passwords_are_hashed_and_compared() -> None:
    quick, other = Argon2(PasswordHasher(1, 8, 1)), Argon2(PasswordHasher(1, 16, 1))
    hashed = quick.hash("correct horse")
    assert hashed.startswith("$argon2id$")
    assert hashed != quick.hash("correct horse")
    assert quick.verify(hashed, "correct horse")
    for wrong in ("correct hors", "", "\x00", "\ud800"):
        assert not quick.verify(hashed, wrong)
    assert not quick.verify(None, "correct horse")
    assert not quick.verify("no hash", "correct horse")
    assert not quick.outdated(hashed)
    assert other.outdated(hashed)
    assert "m=65536,t=3,p=4" in Argon2().hash("x")
    assert not Argon2().outdated(NOBODY), "a name that nobody has takes the same time"
