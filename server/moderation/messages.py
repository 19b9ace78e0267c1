"""Messages to forums: those that were given up can be sent again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.core import Core
from server.moderation import audit
from server.problem import Problem
from server.store import jobs
from server.store.jobs import Task
from server.store.tables import Callback, Decision, now


def listed(session: Session, actor: Actor, state: str | None, limit: int) -> list[Callback]:
    """Messages of the forums that the actor sees, the newest first."""
    query = select(Callback).order_by(Callback.id.desc()).limit(limit)
    if state:
        query = query.where(Callback.state == state)
    if actor.forums is not None:
        query = query.where(Callback.forum.in_(sorted(actor.forums)))
    return list(session.scalars(query))


def about(session: Session, made: Decision) -> str:
    """What became of the message about a decision: `waiting`, `done`, `dead`; empty where the forum wants none."""
    sent = session.scalars(
        select(Callback).where(Callback.item == made.item, Callback.created >= made.made)
    )
    return next((c.state for c in sent if c.body.get("decision", {}).get("id") == made.id), "")


def retry(core: Core, session: Session, actor: Actor, name: str) -> Callback:
    """Put a message that was given up back into the queue.

    Raises:
        Problem: there is none, or it was not given up.
    """
    row = session.get(Callback, name, with_for_update=True)
    if row is None or not actor.sees(row.forum):
        raise Problem("not-found")
    if row.state != "dead":
        raise Problem("conflict", "It was not given up.")
    row.state, row.attempts, row.updated = "waiting", 0, now()
    jobs.add(session, Task.CALLBACK, row.id, item=row.item)
    audit.record(core, session, actor, "callback.retry", row.id)
    return row
