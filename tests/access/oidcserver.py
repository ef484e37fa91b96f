"""A small identity provider (OpenID Connect) on this machine: discovery, consent, token."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = {"client_id": "encours", "secret": "entre nous"}


@dataclass
class Provider:
    """Who is signed in at the provider, what it says of him, and how it lies when a test wants it to."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    token_changes: dict[str, Any] = field(default_factory=dict)
    userinfo_changes: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT["client_id"], "iat": now, "exp": now + 60, **self.person}
        return jwt.encode({**claims, **self.token_changes}, KEY, algorithm="RS256", headers={"kid": "1"})


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Handler(BaseHTTPRequestHandler):
    server: ProviderServer

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        provider = self.server.provider
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._send(_discovery(provider.issuer))
        elif url.path == "/authorize":
            self._lead_back(query)
        elif url.path == "/userinfo":
            self._send({**provider.person, **provider.userinfo_changes})
        else:
            self._send({}, 404)

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()}
        grant = self.server.provider.codes.pop(sent.get("code", ""), None)
        if grant is None or not _is_proved(sent, grant):
            self._send({"error": "invalid_grant"}, 400)
            return
        token = self.server.provider.token()
        self._send({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _lead_back(self, query: dict[str, str]) -> None:
        code = secrets.token_urlsafe(16)
        self.server.provider.codes[code] = query
        self.send_response(302)
        back = urlencode({"code": code, "state": query["state"]})
        self.send_header("Location", f"{query['redirect_uri']}?{back}")
        self.end_headers()

    def _send(self, content: dict[str, Any], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class ProviderServer(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.provider = Provider(issuer=f"http://127.0.0.1:{self.server_address[1]}")


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""
    server = ProviderServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }


def _is_proved(sent: dict[str, str], grant: dict[str, str]) -> bool:
    """Tell whether the caller is our client, and the one who began: PKCE, S256."""
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return (
        sent.get("client_id") == CLIENT["client_id"]
        and sent.get("client_secret") == CLIENT["secret"]
        and sent.get("redirect_uri") == grant["redirect_uri"]
        and grant.get("code_challenge_method") == "S256"
        and challenge == grant.get("code_challenge")
    )
