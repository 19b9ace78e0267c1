"""Figures for a transparency report: counts, never words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.store.tables import Appeal, Decision, Item


@dataclass(frozen=True, slots=True)
class Row:
    """How often something happened in one month (YYYY-MM) on one forum."""

    month: str
    forum: str
    what: str
    value: str
    count: int


def figures(session: Session, forums: Sequence[str], since: int, until: int) -> list[Row]:
    """What came in, what was decided, undone and appealed against, by month and forum.

    Args:
        session: a reading one.
        forums: which.
        since: first moment, in milliseconds since 1970.
        until: end, not included.
    """
    posts = (Item.forum, Item.created, Item.verdict)
    submitted = select(*posts).where(
        Item.created >= since, Item.created < until, Item.forum.in_(forums)
    )
    taken = select(
        Decision.forum, Decision.made, Decision.action, Decision.automated, Decision.state
    ).where(Decision.made >= since, Decision.made < until, Decision.forum.in_(forums))
    complained = (
        select(Decision.forum, Appeal.made, Appeal.state)
        .join(Decision, Decision.id == Appeal.decision)
        .where(Appeal.made >= since, Appeal.made < until)
    )
    wanted, counts = set(forums), dict[tuple[str, str, str, str], int]()

    def count(forum: str, at: int, what: str, value: str) -> None:
        if forum in wanted:
            key = (_month(at), forum, what, value)
            counts[key] = counts.get(key, 0) + 1

    for forum, at, verdict in session.execute(submitted):
        count(forum, at, "verdict", verdict)
    for forum, at, action, automated, state in session.execute(taken):
        count(forum, at, "undone" if state == "undone" else "decision", action)
        if state != "undone":
            count(forum, at, "decided_by", "software" if automated else "person")
    for forum, at, state in session.execute(complained):
        count(forum, at, "appeal", state)
    return [Row(*key, n) for key, n in sorted(counts.items())]


def waits(session: Session, forums: Sequence[str], since: int, until: int) -> list[int]:
    """Milliseconds from a post's arrival to a person's decision, sorted."""
    rows = session.execute(
        select(func.min(Decision.made) - Item.created)
        .select_from(Decision)
        .join(Item, Item.id == Decision.item)
        .where(
            Decision.automated.is_(False),
            Decision.state != "undone",
            Decision.made >= since,
            Decision.made < until,
            Decision.forum.in_(forums),
        )
        .group_by(Item.id, Item.created)
    )
    return sorted(wait for (wait,) in rows)


def _month(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")
