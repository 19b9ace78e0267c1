"""The audit log as people read it: newest first, in pages; who sees some forums only reads about these."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.moderation.overview import names
from server.store.tables import Audit, Item


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, what their actors are called, and before which row the next page starts (None: this is the last)."""

    rows: list[Audit]
    names: dict[str, str]
    next: int | None


def listed(
    session: Session,
    actor: Actor,
    about: str | None = None,
    by: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Page:
    """A page of the log.

    Args:
        session: a reading one.
        actor: who reads.
        about: id of a post, forum, key or account.
        by: id of an actor, such as `account:…`, or `system`.
        before: number of the row that the page before ended with.
        limit: rows of a page.
    """
    query = select(Audit).order_by(Audit.seq.desc()).limit(limit + 1)
    if actor.forums is not None:
        own = sorted(actor.forums)
        posts = select(Item.id).where(Item.forum.in_(own))
        query = query.where(
            or_(Audit.object.in_(posts), Audit.object.in_(own), Audit.actor == actor.id)
        )
    if about:
        query = query.where(Audit.object == about)
    if by:
        query = query.where(Audit.actor == by)
    if before is not None:
        query = query.where(Audit.seq < before)
    rows = list(session.scalars(query))
    more, rows = len(rows) > limit, rows[:limit]
    return Page(rows, names(session, [r.actor for r in rows]), rows[-1].seq if more else None)
