"""The audit log, its verification, and messages to forums that were given up."""

from flask import Blueprint, Response, request

from server.actor import Role, Scope
from server.console.clock import Clock
from server.console.pages import actor, core, needs, page, say, see
from server.moderation import audit, journal, messages
from server.moderation.audit import Verified
from server.problem import Problem
from server.store.tables import now
from server.web import whole

_MOST = 200
"""Messages that are listed."""


def blueprint() -> Blueprint:
    """The pages."""
    made = Blueprint("audit", __name__)
    for rule, view, method in (
        ("/console/audit", show, "GET"),
        ("/console/audit/verify", verify, "POST"),
        ("/console/callbacks", callbacks, "GET"),
        ("/console/callbacks/<callback>/retry", retry, "POST"),
    ):
        made.add_url_rule(rule, view_func=view, methods=[method])
    made.add_url_rule("/console/audit/verify", "back", lambda: see("/console/audit"))
    return made


@needs(Scope.CHECK)
def show() -> Response:
    """A page of the log."""
    return _log(None)


@needs(Scope.CHECK)
def verify() -> Response:
    """Go through the whole chain; for administrators and auditors, since it reads every row."""
    if not _verifier():
        raise Problem("forbidden")
    return _log(audit.verify(core()))


@needs(Scope.ADMIN)
def callbacks() -> Response:
    """The messages that were given up."""
    with core().db.reading() as session:
        given_up = messages.listed(session, actor(), "dead", _MOST)
        waiting = messages.listed(session, actor(), "waiting", _MOST)
    return page(
        "callbacks.html",
        given_up=given_up,
        waiting=waiting,
        told=request.args.get("said") == "again",
        clock=Clock(say(), now()),
    )


@needs(Scope.ADMIN)
def retry(callback: str) -> Response:
    """Send one again."""
    with core().db.writing() as session:
        messages.retry(core(), session, actor(), callback)
    return see("/console/callbacks?said=again")


def _log(verified: Verified | None) -> Response:
    about, by = (request.args.get(name, "").strip()[:100] for name in ("about", "by"))
    with core().db.reading() as session:
        found = journal.listed(
            session,
            actor(),
            about or None,
            by or None,
            whole(request.args.get("before", ""), digits=15),
        )
    return page(
        "audit.html",
        found=found,
        about=about,
        by=by,
        verified=verified,
        may_verify=_verifier(),
        clock=Clock(say(), now()),
    )


def _verifier() -> bool:
    return actor().role in (Role.ADMIN, Role.AUDITOR)
