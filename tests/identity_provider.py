"""A little identity provider on loopback: discovery, keys, codes used once, PKCE and client checked."""

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET = "hippolint", "s3cret:with/odd%signs"
_ALL = JWSRegistry(algorithms=["RS256", "PS256", "ES256", "HS256"])


class IdentityProvider:
    """What it says can be bent by a test."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.published = [self.key]
        self.algorithm = "RS256"
        self.claims = {"sub": "s-1", "email": "anne@hopital.example", "email_verified": True}
        self.bent = {}
        self.nonce = None
        self.metadata = {}
        self.answers = {}
        self.codes = {}
        self.asked = []
        self.issuer = ""

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.metadata

    def authorize(self, query):
        """Where the browser of somebody who has signed in is sent."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form, authorization):
        if not self._known(form, authorization):
            return 401, {"error": "invalid_client"}
        query = self.codes.pop(form["code"], None)
        proof = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            query is None
            or query["redirect_uri"] != form["redirect_uri"]
            or query["code_challenge"] != proof.decode().rstrip("=")
        ):
            return 400, {"error": "invalid_grant", "error_description": "CANARY"}
        access = secrets.token_urlsafe(16)
        return 200, {"access_token": access, "id_token": self.id_token(query["nonce"])}

    def _known(self, form, authorization):
        if "client_secret" in form:
            return (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        pair = b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        return [unquote(p) for p in pair] == [CLIENT, SECRET]

    def id_token(self, nonce):
        at = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": self.nonce or nonce,
        }
        claims |= self.claims | self.bent
        claims = {k: v for k, v in claims.items() if v is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "none":
            return f"{_part(header)}.{_part(claims)}."
        return jwt.encode(header, claims, self.key, registry=_ALL)

    def get(self, path):
        return {
            "/.well-known/openid-configuration": self.discovery,
            "/keys": lambda: {
                "keys": [k.as_dict(private=False, use="sig") for k in self.published]
            },
        }[path]()


def _part(told):
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def other_key(kid=None):
    """An elliptic key, or one that pretends to be `kid`."""
    return (
        RSAKey.generate_key(2048, {"kid": kid})
        if kid
        else ECKey.generate_key("P-256", auto_kid=True)
    )


@contextmanager
def running():
    """One that answers until the end of the block."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path == "/authorize":
                query = dict(parse_qsl(urlsplit(self.path).query))
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
                return
            self._answer(path, lambda: (200, provider.get(path)))

        def do_POST(self):
            provider.asked.append(self.path)
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            authorization = self.headers.get("Authorization", "")
            self._answer(self.path, lambda: provider.token(form, authorization))

        def _answer(self, path, made):
            status, body = provider.answers.get(path) or made()
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
