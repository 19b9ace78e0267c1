"""Signing in at an identity provider: there and back."""

import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, request
from pydantic import BaseModel, ConfigDict

from server.config import ConfigError, Oidc
from server.console.pages import core, language, present, see, sign
from server.console.signing import sign_in_page
from server.crypto import KeyringError, opened, seal
from server.log import log
from server.moderation import vouched
from server.oidc import Attempt, ProviderError, Reason
from server.problem import Problem
from server.web import Limiter

if TYPE_CHECKING:
    from server.oidc.provider import Provider

_THERE = "/console/sign-in/oidc"
_BACK = f"{_THERE}/back"
_LASTS_S = 600
"""How long somebody may take at the provider."""
_SEALED = "sign-in at the identity provider"
_LONGEST_PATH = 500
_LONGEST_CODE = 4_000
_STATUSES = {Reason.DOWN: 503, Reason.REFUSED: 400, Reason.UNTRUSTED: 403}


class _Flow(BaseModel):
    """What the browser keeps, sealed, while its owner is at the provider."""

    model_config = ConfigDict(frozen=True)

    attempt: Attempt
    after: str
    """Which page was wanted."""
    until: float
    """Seconds since 1970."""


def blueprint(settings: Oidc, limiter: Limiter) -> Blueprint:
    """The pages.

    Args:
        settings: of this server at the provider.
        limiter: of attempts to sign in, by address.

    Raises:
        ConfigError: a setting is wrong, or the extra is not installed.
    """
    provider = _provider(settings)
    made = Blueprint("oidc", __name__)

    @made.get(_THERE)
    def there() -> Response:
        """A link and not a form: the policy for forms would stop their way to another site."""
        after = request.args.get("next", "")[:_LONGEST_PATH] or "/console/"
        if present():
            return see(after)
        limiter.hit(f"sign-in-there:{request.remote_addr}")
        attempt = Attempt.new(_redirect_uri())
        try:
            address = provider.address(attempt, language())
        except ProviderError as fault:
            return _failed(fault, after)
        flow = _Flow(attempt=attempt, after=after, until=time.time() + _LASTS_S)
        return _remember(make_response(redirect(address, 303)), flow)

    @made.get(_BACK)
    def back() -> Response:
        if not request.args:
            return see("/console/sign-in")
        limiter.hit(f"sign-in:{request.remote_addr}")
        return _forget(_signed(provider))

    return made


def _signed(provider: "Provider") -> Response:
    """Sign in whoever came back, or say why not."""
    flow, told = _flow(), request.args
    if flow is None or not _same(told.get("state", ""), flow.attempt.state):
        return sign_in_page(flow.after if flow else "/console/", "oidc_stale", 400)
    if told.get("iss", provider.issuer) != provider.issuer:
        return sign_in_page(flow.after, "oidc_stale", 400)
    code = told.get("code", "")
    if "error" in told or not 0 < len(code) <= _LONGEST_CODE:
        return sign_in_page(flow.after, "oidc_declined", 403)
    try:
        who = provider.identity(flow.attempt, code)
    except ProviderError as fault:
        return _failed(fault, flow.after)
    try:
        return sign(see(flow.after), vouched.sign_in(core(), who))
    except Problem as problem:
        ended = problem.kind == "forbidden"
        return sign_in_page(flow.after, "oidc_disabled" if ended else "oidc_unknown", 403)


def _failed(fault: ProviderError, after: str) -> Response:
    log("oidc.failed", fault=str(fault))
    if fault.reason is Reason.UNTRUSTED:
        vouched.refused(core(), fault.reason.value)
    down = fault.reason is Reason.DOWN
    return sign_in_page(after, "oidc_down" if down else "oidc_failed", _STATUSES[fault.reason])


def _provider(settings: Oidc) -> "Provider":
    try:
        from server.oidc.provider import Provider  # noqa: PLC0415 # brings the extra
    except ImportError:
        raise ConfigError(
            "HIPPOLINT_OIDC_…: sign-in by OpenID Connect needs the extra `oidc`: pip install 'hippolint[oidc]'"
        ) from None
    return Provider(settings)


def _redirect_uri() -> str:
    return (core().config.public_url or request.url_root).rstrip("/") + _BACK


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def _cookie() -> str:
    """`__Host-` binds the cookie to this host and to HTTPS."""
    return "__Host-hippolint-oidc" if core().config.secure_cookies else "hippolint-oidc"


def _key() -> bytes:
    return bytes.fromhex(core().keys.token_hash(_SEALED))


def _remember(response: Response, flow: _Flow) -> Response:
    sealed = seal(_key(), flow.model_dump_json().encode(), _SEALED)
    response.set_cookie(
        _cookie(),
        urlsafe_b64encode(sealed).decode(),
        max_age=_LASTS_S,
        secure=core().config.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _forget(response: Response) -> Response:
    response.delete_cookie(
        _cookie(),
        secure=core().config.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _flow() -> _Flow | None:
    """The attempt of this browser; None where there is none, or it took too long."""
    try:
        sealed = urlsafe_b64decode(request.cookies.get(_cookie(), ""))
        flow = _Flow.model_validate_json(opened(_key(), sealed, _SEALED))
    except (ValueError, KeyringError):
        return None
    return flow if time.time() < flow.until else None
