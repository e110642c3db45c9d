"""An OpenID Connect provider: the code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 9700).

What it says is believed when it is signed by a key of its own document, was made for us, now, for this very browser.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import SecretStr

from services.portal.application.vouching import Answered, Asked, NotSent, Refused
from shared.errors import TransientError

SCOPE = "openid profile email"
SECONDS = 5.0
"""For each step of an exchange with the provider."""
FRESH = timedelta(hours=1)
"""How long the provider's description and keys are taken as read; an unknown key is looked for at once."""
FAILED = timedelta(seconds=10)
"""How long a provider that did not answer, or answered nonsense, is not asked again."""
LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""How an answer may be signed: by a key that only the provider has. `none` and shared secrets are not among these."""
CODE = 4_000
"""Characters of a code or state that are looked at."""


@dataclass(frozen=True, slots=True)
class _Known:
    described: Mapping[str, Any]
    keys: KeySet
    at: datetime


class OidcProvider:
    """One provider, found by its issuer."""

    def __init__(
        self, issuer: str, client_id: str, secret: SecretStr | None, redirect: str, clock: Callable[[], datetime]
    ) -> None:
        """`redirect` is where it sends browsers back to. Nothing is asked yet."""
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret or SecretStr("")
        self._redirect = redirect
        self._clock = clock
        self._lock = threading.Lock()
        """Held for a look at what follows, never while the provider is asked."""
        self._known: _Known | None = None
        self._reading: Future[_Known] | None = None
        self._failed: tuple[datetime, type[TransientError | Refused], str] | None = None

    def begin(self) -> tuple[str, Asked]:
        """The address to send a browser to. Raises TransientError when the provider is away, Refused for nonsense."""
        known = self._look()
        asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._client() as client:
            address, _ = client.create_authorization_url(
                known.described["authorization_endpoint"],
                state=asked.state,
                code_verifier=asked.verifier,
                nonce=asked.nonce,
            )
        return str(address), asked

    def finish(self, asked: Asked, answered: Answered) -> Mapping[str, object]:
        """The claims about the person, all checked. Raises Refused, NotSent, and TransientError when it is away."""
        if not compare_digest(asked.state.encode(), answered.state[:CODE].encode("utf-8", "replace")):
            raise NotSent("the state is not that of this browser")
        if answered.error:
            raise Refused(f"the provider refuses: {answered.error[:100]!r}")
        known = self._look()
        says_issuer = known.described.get("authorization_response_iss_parameter_supported") is True
        if (says_issuer or answered.issuer) and answered.issuer != self._issuer:
            raise Refused("the answer names another issuer")
        if not 0 < len(answered.code) <= CODE:
            raise Refused("the answer holds no code")
        token = self._exchange(known, answered.code, asked.verifier)
        return self._checked(known, token, asked.nonce)

    def _exchange(self, known: _Known, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            with self._client() as client:
                token: Mapping[str, Any] = client.fetch_token(
                    known.described["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                )
        except AuthlibBaseError as error:
            raise Refused(f"the provider gives no token: {error.error!r}") from error
        except httpx2.HTTPError as error:
            away = TransientError(f"the provider does not answer: {type(error).__name__}")
            self._failing(away)
            raise away from error
        except ValueError as error:
            raise Refused("the provider's token is no JSON") from error
        return token

    def _checked(self, known: _Known, token: Mapping[str, Any], nonce: str) -> Mapping[str, object]:
        written = token.get("id_token")
        if not isinstance(written, str):
            raise Refused("the provider gives no ID token")
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True, "allow_blank": False},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
        try:
            read = self._decoded(known, written)
            claims = CodeIDToken(read.claims, read.header, options=wanted, params=params)
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise Refused(f"the ID token cannot be believed: {type(error).__name__} {str(error)[:100]}") from error
        if not isinstance(claims["sub"], str) or len(claims["sub"]) > 255:
            raise Refused("the ID token names nobody")
        return dict(claims)

    def _decoded(self, known: _Known, written: str) -> jwt.Token:
        said = known.described.get("id_token_signing_alg_values_supported", ["RS256"])
        allowed = [each for each in SIGNED if each in said]
        try:
            return jwt.decode(written, known.keys, algorithms=allowed)
        except InvalidKeyIdError:  # the provider has a new key
            return jwt.decode(written, self._look(anew=known).keys, algorithms=allowed)

    def _look(self, anew: _Known | None = None) -> _Known:
        """The provider's description and keys; read again when too old, or no newer than `anew`.

        One request reads them. Others that come meanwhile wait for what it finds, no longer than one step may take.
        """
        with self._lock:
            known, now = self._known, self._clock()
            if self._failed is not None and timedelta() <= now - self._failed[0] < FAILED:
                raise self._failed[1](self._failed[2])
            if known is not None and now - known.at <= FRESH and known is not anew:
                return known
            reading, mine = self._reading, self._reading is None
            if reading is None:
                reading = self._reading = Future()
        if mine:
            self._read_for_all(reading, now)
        try:
            return reading.result(SECONDS)
        except TooLate as error:
            raise TransientError("the provider does not answer: others wait for it too") from error

    def _read_for_all(self, reading: Future[_Known], now: datetime) -> None:
        """Whatever comes of it, those who wait are told."""
        try:
            found = self._read(now)
        except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for, in this thread too
            if isinstance(error, (TransientError, Refused)):
                self._failing(error)
            with self._lock:
                self._reading = None
            reading.set_exception(error)
            return
        with self._lock:
            self._known, self._reading = found, None
        reading.set_result(found)

    def _failing(self, error: TransientError | Refused) -> None:
        """Remember that the provider cannot be asked."""
        with self._lock:
            self._failed = self._clock(), type(error), str(error)

    def _read(self, now: datetime) -> _Known:
        try:
            with self._client() as client:
                described = _json(client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                if described.get("issuer") != self._issuer:
                    raise Refused("the provider's description names another issuer")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    self._safe(described.get(name), name)
                keys = KeySet.import_key_set(_json(client, described["jwks_uri"]))  # type: ignore[arg-type]  # checked there
        except httpx2.HTTPError as error:
            raise TransientError(f"the provider does not answer: {type(error).__name__}") from error
        except (JoseError, ValueError, KeyError) as error:
            raise Refused(f"the provider's description cannot be read: {type(error).__name__}") from error
        return _Known(described, keys, now)

    def _safe(self, address: object, name: str) -> None:
        """Secrets go over https alone, unless the issuer itself, on this machine, does without."""
        if not isinstance(address, str) or not address.startswith(
            "https://" if self._issuer.startswith("https://") else ("http://", "https://")
        ):
            raise Refused(f"the provider's {name} is no address over https")

    def _client(self) -> Any:
        """A client for one exchange. It follows no redirect: the secret would go along."""
        return OAuth2Client(
            self._client_id,
            self._secret.get_secret_value(),
            scope=SCOPE,
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106  # the name of a method
            timeout=SECONDS,
            follow_redirects=False,
        )


def _json(client: Any, address: str) -> Mapping[str, Any]:
    answer = client.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  # what was answered is wrong, not who calls
    return told
