"""A small OpenID Connect provider on 127.0.0.1, in a process of its own: `python -m tests.integration.oidc_provider`.

It prints its issuer and serves until its standard input ends. Everybody who comes is the person that the request's
`who` describes (JSON claims); `fault` has it misbehave in one way.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "luming-portal", "an OIDC client's secret, for tests"  # of this provider alone
LATER = "rotated"
"""The key that is published from the moment it is first used."""


class Provider(ThreadingHTTPServer):
    """Holds keys, and codes that were given out."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.keys = {name: RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("first", LATER)}
        self.foreign = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.published = ["first"]
        self.codes: dict[str, dict[str, str]] = {}

    def token(self, asked: dict[str, str]) -> str:
        """The ID token for a code, wrong in the way that was asked for."""
        fault, now = asked.get("fault", ""), int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce", ""),
        } | json.loads(asked.get("who", '{"sub": "nobody"}'))  # fmt: skip
        wrong: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "of another browser"},
            "issuer": {"iss": "http://127.0.0.1:1"},
            "audience": {"aud": "another client"},
            "azp": {"aud": [CLIENT, "another client"], "azp": "another client"},
            "expired": {"iat": now - 900, "exp": now - 600},
            "future": {"iat": now + 900, "exp": now + 1_200},
            "at_hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
            "nobody": {"sub": ""},
        }
        claims |= wrong.get(fault, {})
        for dropped in {"no-nonce": ("nonce",), "no-expiry": ("exp",), "no-subject": ("sub",)}.get(fault, ()):
            del claims[dropped]
        return self.signed(claims, fault)

    def signed(self, claims: dict[str, Any], fault: str) -> str:
        """The token of these claims."""
        if fault == "unsigned":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if fault in ("secret", "public"):  # a signature that whoever knows the secret, or anybody at all, can make
            shared = SECRET.encode() if fault == "secret" else self.keys["first"].as_pem(private=False)
            text = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(claims)}"
            return f"{text}.{_text(hmac.digest(shared, text.encode(), 'sha256'))}"
        name = LATER if fault == LATER else "first"
        if name not in self.published:
            self.published.append(name)
        return jwt.encode(
            {"alg": "RS256", "kid": name}, claims, self.foreign if fault == "foreign" else self.keys[name]
        )


class Answers(BaseHTTPRequestHandler):
    """One request."""

    server: Provider

    def do_GET(self) -> None:
        """Description, keys, and the page that asks who one is, which asks nothing."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        issuer = self.server.issuer
        if parts.path == "/.well-known/openid-configuration":
            self._json({
                "issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys", "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "code_challenge_methods_supported": ["S256"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "authorization_response_iss_parameter_supported": True,
            })  # fmt: skip
        elif parts.path == "/keys":
            published = KeySet([self.server.keys[name] for name in self.server.published])
            self._json(published.as_dict(private=False))
        elif parts.path == "/authorize" and asked.get("client_id") == CLIENT and asked.get("response_type") == "code":
            self._back(asked)
        else:
            self._json({"error": "invalid_request"}, 400)

    def do_POST(self) -> None:
        """A code for a token, once, to who began."""
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        told = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.codes.pop(told.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        proven = asked and asked.get("code_challenge") == _text(digest)
        if self.headers.get("authorization") != f"Basic {login}":
            self._json({"error": "invalid_client"}, 401)
        elif asked is None or not proven or told.get("redirect_uri") != asked.get("redirect_uri"):
            self._json({"error": "invalid_grant"}, 400)
        else:
            answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
            if asked.get("fault") != "no-token":
                answer["id_token"] = self.server.token(asked)
            self._json(answer)

    def _back(self, asked: dict[str, str]) -> None:
        code, fault = secrets.token_urlsafe(16), asked.get("fault", "")
        self.server.codes[code] = asked
        told = {"state": asked.get("state", ""), "code": code, "iss": self.server.issuer}
        told |= {
            "state": {"state": "of another browser"},
            "mixed-up": {"iss": "http://127.0.0.1:1"},
            "denied": {"error": "access_denied"},
            "code": {"code": "made up"},
        }.get(fault, {})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(told)}")
        self.end_headers()

    def _json(self, told: object, status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at answers."""


def _part(told: object) -> str:
    return _text(json.dumps(told).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


if __name__ == "__main__":
    provider = Provider()
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    sys.stdout.write(f"{provider.issuer}\n")
    sys.stdout.flush()
    sys.stdin.read()
    provider.shutdown()
