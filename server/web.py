"""What every request goes through: limits, who asks, headers, and faults that say nothing of a post."""

import errno
import json
import time
from collections.abc import Callable
from io import BytesIO
from math import ceil
from typing import IO

from flask import Flask, Request, Response, g, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from linter.fault import describe
from server.actor import Actor
from server.core import Core
from server.log import log
from server.metrics import Metrics
from server.moderation import access
from server.problem import KINDS, MEDIA_TYPE, Problem

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FREE_WORDS = frozenset({"words"})
"""Fields of the console's forms in which somebody writes freely."""
_FILE_NAME = 255
_OF_A_TEXT = 1_000
"""So many characters count as one request."""
_BUSY_S = 5
"""Seconds after which a program may try again where the server is busy or has no store."""
_REASONS = {
    "disk is full": "The disk is full",
    "database is locked": "Another program keeps the database locked",
    "readonly database": "The database may not be written to",
    "disk I/O error": "The disk does not answer",
    "unable to open database": "The database file cannot be opened",
    "connection": "The database server cannot be reached",
}
"""What databases say, and what is told of it."""
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
_STATUSES = {status: kind for kind, (status, _) in reversed(KINDS.items())}


def whole(told: str, digits: int = 9) -> int | None:
    """A whole number from an address or a form; None: it is none, or has more digits than can be right."""
    return int(told) if told.isascii() and told.isdigit() and len(told) <= digits else None


def file_name(sent: str | None) -> str:
    """A file's name as it was sent, without folders and control characters."""
    last = (sent or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable())
    return kept.encode("utf-8", "replace").decode()[:_FILE_NAME] or "attachment"


class MemoryRequest(Request):
    """A request whose files stay in memory: nothing of a post is written to a temporary file."""

    max_form_parts = 60

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 # Werkzeug's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


class Limiter:
    """How many requests one key or address may make. Counts live in this process."""

    def __init__(self, rate: str) -> None:
        self._rate = parse(rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def hit(self, who: str, cost: int = 1, counted: int = 0) -> None:
        """Count a request; one that makes more work counts as several, at most as all that may be made.

        Args:
            who: key or address.
            cost: how many it counts as.
            counted: how many of these were counted before.

        Raises:
            Problem: it is one too many.
        """
        more = min(cost, self._rate.amount) - counted
        if more > 0 and not self._limiter.hit(self._rate, who, cost=more):
            wait = self.wait(who)
            raise Problem("too-many-requests", f"At most {self._rate} are taken.", retry_after=wait)

    def wait(self, who: str) -> int:
        """Seconds until the next request is taken."""
        return max(
            1, ceil(self._limiter.get_window_stats(self._rate, who).reset_time - time.time())
        )


def weight(text: str) -> int:
    """How many requests the check of a text counts as."""
    return 1 + len(text) // _OF_A_TEXT


def prepare(app: Flask, core: Core, problem_page: Callable[[Problem], Response]) -> Metrics:
    """Put limits, headers, log and fault handling around an application.

    Args:
        app: the application.
        core: the server.
        problem_page: tells a problem to a person.
    """
    app.request_class = MemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = core.config.max_body
    app.config["MAX_FORM_MEMORY_SIZE"] = core.config.max_body
    if core.config.proxies:
        count = core.config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    metrics = Metrics()

    @app.before_request
    def began() -> None:
        g.began = time.perf_counter()
        _storable()

    @app.after_request
    def ended(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if core.config.secure_cookies:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        rule = request.url_rule.rule if request.url_rule else "-"
        method = request.method if request.method in _METHODS else "OTHER"
        metrics.answered(rule, method, response.status_code, seconds)
        log(
            "request",
            method=method,
            route=rule,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
        return response

    @app.errorhandler(Exception)
    def failed(fault: Exception) -> Response:
        if isinstance(fault, HTTPException) and fault.code and 300 <= fault.code < 400:
            return Response(status=fault.code, headers=dict(fault.get_headers()))
        problem = problem_of(fault)
        if wants_problem():
            return problem_response(problem)
        return problem_page(problem)

    return metrics


def authenticator(core: Core, limiter: Limiter) -> Callable[[], Actor]:
    """A function that says whose key a request shows."""

    def authenticate() -> Actor:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            limiter.hit(f"address:{request.remote_addr}")
            raise Problem("unauthorized", "Send the header `Authorization: Bearer KEY`.")
        try:
            actor = access.by_token(core, token.strip())
        except Problem:
            limiter.hit(f"address:{request.remote_addr}")
            raise
        limiter.hit(actor.id)
        return actor

    return authenticate


def problem_response(problem: Problem) -> Response:
    """A problem as the answer of the API."""
    response = Response(json.dumps(problem.body()), problem.status, mimetype=MEDIA_TYPE)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    again = problem.retry_after or (_BUSY_S if problem.status == 503 else None)
    if again:
        response.headers["Retry-After"] = str(again)
    return response


def _storable() -> None:
    """Refuse null characters in what is looked up in the store: PostgreSQL takes none. Words that are sealed may hold them."""
    given = [request.path, *(v for _, some in request.args.lists() for v in some)]
    if request.path.startswith("/console/"):
        given += (v for n, some in request.form.lists() if n not in FREE_WORDS for v in some)
    if any("\0" in value for value in given):
        raise Problem("bad-request")


def wants_problem() -> bool:
    """Whether the caller is a program."""
    return request.path.startswith(("/v1/", "/openapi", "/metrics", "/readyz", "/healthz"))


def problem_of(fault: Exception) -> Problem:
    """What a caller is told of a fault. The fault's own words may quote a post and are dropped."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, HTTPException):
        return Problem(_STATUSES.get(fault.code or 500, "bad-request"))
    if isinstance(fault, SQLAlchemyError | OSError):
        reason = _reason(fault)
        log("unavailable", reason=reason or describe(fault))
        return Problem("unavailable", f"{reason or 'The store cannot be reached'}.")
    log("fault", fault=describe(fault))
    return Problem("fault")


def _reason(fault: Exception) -> str:
    """Why the store does not work, in words of our own; empty where it is unknown."""
    cause = getattr(fault, "orig", None) or fault
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        return "The disk is full"
    told = str(cause)
    return next((said for sign, said in _REASONS.items() if sign in told), "")
