"""One decision on many posts, and taking all of it back. Each post is judged by the same rules as alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.core import Core
from server.moderation import decisions, intake
from server.moderation.decisions import Choice
from server.problem import Problem
from server.store.tables import Decision, now

MOST = 200
"""Posts at a time."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. made: ids of decisions; refused: kind of problem by post or decision."""

    made: tuple[str, ...]
    refused: dict[str, str]


def decide(core: Core, actor: Actor, posts: Sequence[tuple[str, int]], action: str) -> Done:
    """Decide the same on several posts, each in a transaction of its own.

    Args:
        core: the server.
        actor: who decides.
        posts: id and version as they were listed.
        action: one of `decisions.ACTIONS`.
    """
    made: list[str] = []
    refused: dict[str, str] = {}
    for name, version in posts[:MOST]:
        try:
            with core.db.writing() as session:
                item = intake.own(session, actor, name, lock=True)
                choice = Choice(action, version)
                made.append(decisions.decide(core, session, actor, item, choice).id)
        except Problem as problem:
            refused[name] = problem.kind
    return Done(tuple(made), refused)


def undo(core: Core, actor: Actor, made: Sequence[str]) -> Done:
    """Take back several decisions; those for which it is too late stand."""
    undone: list[str] = []
    refused: dict[str, str] = {}
    for name in made[:MOST]:
        try:
            with core.db.writing() as session:
                decisions.undo(core, session, actor, name)
            undone.append(name)
        except Problem as problem:
            refused[name] = problem.kind
    return Done(tuple(undone), refused)


def undoable(session: Session, actor: Actor, first: str, last: str) -> list[Decision]:
    """Own decisions with ids from `first` to `last` that can still be undone."""
    found = select(Decision).where(
        Decision.actor == actor.id,
        Decision.id >= first,
        Decision.id <= last,
        Decision.state == "pending",
        Decision.effective > now(),
    )
    return list(session.scalars(found.order_by(Decision.id).limit(MOST)))
