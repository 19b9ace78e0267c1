"""An identity provider: its addresses and keys, the way there, and who comes back."""

import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from server.config import ConfigError, Oidc
from server.moderation.vouched import Identity
from server.oidc import Attempt, ProviderError, Reason
from server.oidc.fetch import ask, read, trustworthy
from server.oidc.token import identity, key_set, verified

_SCOPE = "openid email profile"
_WELL_KNOWN = "/.well-known/openid-configuration"
_KEPT_S = 3_600.0
_FRESH_S = 60.0
"""Keys younger than this are not asked for again because of a token signed with an unknown one."""
_PAUSE_S = 10.0
"""For so long a provider that did not answer is not asked again: each attempt holds up a thread of the server."""
_WAIT_S = 5.0
_TOLD = frozenset(
    "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope".split()
)
"""RFC 6749, section 5.2: what a refusal may be logged as."""


class _Metadata(BaseModel):
    """What is used of the discovery document."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: _Metadata
    keys: KeySet
    at: float
    """Monotonic seconds."""


class Provider:
    """One identity provider; safe to share between threads.

    Args:
        settings: of this server at the provider.

    Raises:
        ConfigError: the issuer is no address that can be trusted.
    """

    def __init__(self, settings: Oidc) -> None:
        if not trustworthy(settings.issuer, loopback=True) or {"?", "#"} & set(settings.issuer):
            raise ConfigError(
                "HIPPOLINT_OIDC_ISSUER: give the provider's https address, exactly as its discovery document has it"
            )
        self.issuer = settings.issuer
        self._settings = settings
        self._http = urllib3.PoolManager(num_pools=4, maxsize=2)
        self._lock = threading.Lock()
        self._known: _Known | None = None
        self._failed = float("-inf")

    def address(self, attempt: Attempt, lang: str) -> str:
        """Where to send the visitor.

        Raises:
            ProviderError: the provider does not answer.
        """
        endpoint = self._discovered().metadata.authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": attempt.redirect_uri,
            "scope": _SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
            "ui_locales": lang,
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    def identity(self, attempt: Attempt, code: str) -> Identity:
        """Who came back with a code.

        Raises:
            ProviderError: the provider does not answer, does not take the code, or proves nothing.
        """
        known = self._discovered()
        told = self._tokens(known.metadata, attempt, code)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise ProviderError(Reason.UNTRUSTED, "no ID token")
        params = {"nonce": attempt.nonce, "access_token": told.get("access_token")}
        try:
            claims = self._claims(known, token, params)
        except InvalidKeyIdError:
            raise ProviderError(Reason.UNTRUSTED, "unknown key") from None
        return identity(known.metadata.issuer, claims)

    def _claims(self, known: _Known, token: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """The claims of a genuine token; keys that the provider has changed meanwhile are asked for."""
        issuer, client = known.metadata.issuer, self._settings.client_id
        try:
            return verified(token, known.keys, issuer, client, params)
        except InvalidKeyIdError:
            fresh = self._discovered(_FRESH_S).keys
            return verified(token, fresh, issuer, client, params)

    def _discovered(self, kept: float = _KEPT_S) -> _Known:
        """Addresses and keys of the provider, asked for when they are older than `kept` seconds."""
        known = self._known
        if known and time.monotonic() - known.at < kept:
            return known
        if not self._lock.acquire(timeout=_WAIT_S):
            raise ProviderError(Reason.DOWN, "others wait for it")
        try:
            known = self._known
            if known and time.monotonic() - known.at < kept:
                return known
            if time.monotonic() - self._failed < _PAUSE_S:
                raise ProviderError(Reason.DOWN, "did not answer a moment ago")
            try:
                self._known = known = self._discover()
            except ProviderError:
                self._failed = time.monotonic()
                raise
            return known
        finally:
            self._lock.release()

    def _discover(self) -> _Known:
        issuer = self.issuer
        told = read(self._http, issuer.rstrip("/") + _WELL_KNOWN)
        try:
            found = _Metadata.model_validate(told)
        except ValidationError:
            raise ProviderError(Reason.DOWN, "discovery document") from None
        if found.issuer != issuer:
            raise ProviderError(Reason.DOWN, "discovery document of another issuer")
        loopback = urlsplit(issuer).scheme == "http"
        for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            if not trustworthy(url, loopback=loopback):
                raise ProviderError(Reason.DOWN, "address without https")
        return _Known(found, key_set(read(self._http, found.jwks_uri)), time.monotonic())

    def _tokens(self, metadata: _Metadata, attempt: Attempt, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        who, secret = self._settings.client_id, self._settings.client_secret
        methods = metadata.token_endpoint_auth_methods_supported
        if "client_secret_post" in methods and "client_secret_basic" not in methods:
            form |= {"client_id": who, "client_secret": secret}
        else:
            pair = f"{quote(who, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        status, told = ask(
            self._http, "POST", metadata.token_endpoint, headers, urlencode(form).encode()
        )
        if status in (400, 401, 403):
            error = told.get("error") if isinstance(told, dict) else None
            raise ProviderError(Reason.REFUSED, error if error in _TOLD else str(status))
        if status != 200 or not isinstance(told, dict):
            raise ProviderError(Reason.DOWN, f"tokens: {status}")
        return told
