"""The queue page: what waits, filters, one decision on several posts, and its undoing. It shows no words of a post."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, request

from server.actor import Scope
from server.console.clock import Clock
from server.console.pages import actor, core, needs, page, say, see
from server.console.rulebook import rulebook
from server.moderation import bulk, forums, queue
from server.moderation.decisions import ACTIONS
from server.moderation.overview import overview
from server.moderation.queue import Filter
from server.problem import Problem
from server.store.tables import State, now
from server.web import whole

_PAGE = 50
_STATES = tuple(s.value for s in State)
_NAMES = ("state", "forum", "verdict", "axis", "rule", "claimed", "external")
_LONGEST = 300


def blueprint() -> Blueprint:
    """The pages."""
    made = Blueprint("queue", __name__)
    made.add_url_rule("/console/", view_func=show, methods=["GET"])
    made.add_url_rule("/console/bulk", view_func=decide, methods=["POST"])
    made.add_url_rule("/console/bulk/undo", view_func=undo, methods=["POST"])
    for n, rule in enumerate(("/console/bulk", "/console/bulk/undo")):
        made.add_url_rule(rule, f"back_{n}", lambda: see("/console/"), methods=["GET"])
    return made


def wanted() -> Filter:
    """The filter that the address asks for; the waiting posts unless said."""
    told = {name: request.args.get(name, "")[:_LONGEST] or None for name in _NAMES}
    state = told["state"] or State.WAITING.value
    return Filter(
        state=State(state) if state in _STATES else None,
        forum=told["forum"],
        verdict=told["verdict"],
        axis=told["axis"],
        rule=told["rule"],
        external=told["external"],
        claimed=told["claimed"],
    )


def kept(*without: str) -> str:
    """The filter as the query of a link; empty where nothing is filtered."""
    told = [(n, v) for n in _NAMES if n not in without and (v := request.args.get(n))]
    return urlencode(told)


@needs(Scope.CHECK)
def show() -> Response:
    """The list."""
    if not actor().may(Scope.MODERATE):
        return see("/console/figures")
    asked = wanted()
    with core().db.reading() as session:
        found = queue.listed(
            session, actor(), asked, _PAGE, request.args.get("cursor", "")[:200] or None
        )
        lines = overview(session, actor(), found.items)
        waiting = queue.counted(session, actor(), Filter())
        shown = queue.counted(session, actor(), asked)
        own = forums.listed(session, actor())
        first, last = request.args.get("first", ""), request.args.get("last", "")
        undoable = bulk.undoable(session, actor(), first, last) if first and last else []
    rules = rulebook(core(), say())
    return page(
        "queue.html",
        lines=lines,
        following=found.next,
        waiting=waiting,
        count=shown,
        asked={n: request.args.get(n, "")[:_LONGEST] for n in _NAMES},
        query=kept(),
        beside=kept("external"),
        forums=own,
        states=_STATES,
        rules=rules,
        undoable=undoable,
        until=min((d.effective for d in undoable), default=0),
        refused=_count("refused"),
        decided=_count("decided"),
        undone=_count("undone"),
        released=request.args.get("said") == "release",
        clock=Clock(say(), now()),
    )


@needs(Scope.MODERATE)
def decide() -> Response:
    """One decision on the posts that were ticked."""
    action = request.form.get("action", "")
    if not action:  # Enter was pressed in a box
        return see("/console/?" + with_filter({}))
    if action not in ACTIONS:
        raise Problem("invalid")
    chosen = [_chosen(told) for told in request.form.getlist("post")]
    done = bulk.decide(core(), actor(), chosen, action)
    told = {"refused": str(len(done.refused))}
    if done.made:
        told |= {"first": min(done.made), "last": max(done.made), "decided": str(len(done.made))}
    return see("/console/?" + with_filter(told))


@needs(Scope.MODERATE)
def undo() -> Response:
    """Take back what was decided together."""
    done = bulk.undo(core(), actor(), request.form.getlist("decision"))
    told = {"refused": str(len(done.refused)), "undone": str(len(done.made))}
    return see("/console/?" + with_filter(told))


def with_filter(told: dict[str, str]) -> str:
    """What a page tells, after the filter that the form was sent from, as a query."""
    before = parse_qsl(request.form.get("filter", "")[:2_000])
    return urlencode([(n, v) for n, v in before if n in _NAMES] + list(told.items()))


def _count(name: str) -> int:
    return whole(request.args.get(name, ""), digits=4) or 0


def _chosen(told: str) -> tuple[str, int]:
    name, _, version = told.partition(":")
    number = whole(version)
    if number is None:
        raise Problem("invalid")
    return name, number
