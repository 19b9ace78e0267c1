"""What a moderator does on the page of a post; each ends on that page again."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from server.actor import Scope
from server.console.pages import actor, core, needs, see
from server.console.queue import with_filter
from server.moderation import decisions, dismissals, erasure, intake, queue
from server.moderation.decisions import Choice
from server.moderation.dismissals import Why
from server.moderation.evidence import evidence
from server.moderation.timeline import note
from server.problem import Problem
from server.store.tables import Item
from server.web import whole

_TOLD = frozenset(
    {"conflict", "claimed", "another-moderator", "too-late", "exists", "invalid", "gone"}
)
"""Problems that the page of the post explains; others have a page of their own."""
_Act = Callable[[Session, Item], str]


def register(made: Blueprint) -> None:
    """Put the actions into the blueprint."""
    for name, view, scope in (
        ("decide", _decide, Scope.MODERATE),
        ("undo", _undo, Scope.MODERATE),
        ("claim", _claim, Scope.MODERATE),
        ("release", _release, Scope.MODERATE),
        ("notes", _note, Scope.MODERATE),
        ("dismiss", _dismiss, Scope.MODERATE),
        ("hold", _hold, Scope.ADMIN),
    ):
        view_func = needs(scope)(_done(view))
        made.add_url_rule(
            f"/console/posts/<post>/{name}", name, view_func=view_func, methods=["POST"]
        )
        made.add_url_rule(f"/console/posts/<post>/{name}", f"{name}_again", _back, methods=["GET"])
    for name in ("preview", "evidence"):
        made.add_url_rule(f"/console/posts/<post>/{name}", f"{name}_again", _back, methods=["GET"])
    made.add_url_rule(
        "/console/posts/<post>/evidence", "evidence", view_func=_evidence, methods=["POST"]
    )


def _back(post: str) -> Response:
    """Where a page that told a problem is loaded again."""
    return see(f"/console/posts/{post}")


def _done(act: _Act) -> Callable[[str], Response]:
    """An action in a transaction; then the page again, with what was done or what went wrong."""

    @wraps(act)
    def view(post: str) -> Response:
        from server.console.item import rendered  # noqa: PLC0415 # the page knows its actions

        try:
            with core().db.writing() as session:
                said = act(session, intake.own(session, actor(), post, lock=True))
        except Problem as problem:
            if problem.kind not in _TOLD:
                raise
            return rendered(post, problem)
        if said == "release":  # its page would claim it again
            return see("/console/?" + with_filter({"said": said}))
        anchor = {"note": "#notes", "dismiss": "#findings"}.get(said, "")
        return see(f"/console/posts/{post}?" + with_filter({"said": said}) + anchor)

    return view


def _decide(session: Session, item: Item) -> str:
    action, version = request.form.get("action", ""), request.form.get("version", "")
    rules = tuple(request.form.getlist("rule"))
    choice = Choice(action, _number(version), rules)
    decisions.decide(core(), session, actor(), item, choice)
    return action


def _undo(session: Session, item: Item) -> str:
    made = request.form.get("decision", "")[:64]
    last = decisions.last(session, item)
    if last is None or last.id != made:
        raise Problem("too-late")
    decisions.undo(core(), session, actor(), made)
    return "undone"


def _claim(session: Session, item: Item) -> str:
    queue.claim(core(), session, actor(), item)
    return "claim"


def _release(session: Session, item: Item) -> str:
    taken = item.holder not in (None, actor().id)
    queue.release(core(), session, actor(), item)
    return "claim" if taken else "release"


def _note(session: Session, item: Item) -> str:
    note(core(), session, actor(), item, request.form.get("words", ""))
    return "note"


def _dismiss(session: Session, item: Item) -> str:
    number, why = request.form.get("finding", ""), request.form.get("why", "")
    if why not in set(Why):
        raise Problem("invalid")
    dismissals.dismiss(core(), session, actor(), item, _number(number), Why(why))
    return "dismiss"


def _hold(session: Session, item: Item) -> str:
    erasure.hold(core(), session, actor(), item, held=request.form.get("held") == "yes")
    return "hold"


def _number(told: str) -> int:
    found = whole(told, digits=5)
    if found is None:
        raise Problem("invalid")
    return found


@needs(Scope.MODERATE)
def _evidence(post: str) -> Response:
    with core().db.writing() as session:
        item = intake.own(session, actor(), post)
        made = evidence(core(), session, actor(), item)
    response = Response(made, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{item.id}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response
