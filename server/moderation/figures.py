"""Figures for a transparency report: counts, never words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.store.tables import Appeal, Decision, Item

_DAY = 86_400_000
_EPOCH = date(1970, 1, 1)


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
    day, made, appealed = (column // _DAY for column in (Item.created, Decision.made, Appeal.made))
    submitted = (
        select(Item.forum, day, Item.verdict, func.count())
        .where(Item.created >= since, Item.created < until, Item.forum.in_(forums))
        .group_by(Item.forum, day, Item.verdict)
    )
    parts = (Decision.forum, made, Decision.action, Decision.automated, Decision.state)
    taken = (
        select(*parts, func.count())
        .where(Decision.made >= since, Decision.made < until, Decision.forum.in_(forums))
        .group_by(*parts)
    )
    complained = (
        select(Decision.forum, appealed, Appeal.state, func.count())
        .join(Decision, Decision.id == Appeal.decision)
        .where(Appeal.made >= since, Appeal.made < until, Decision.forum.in_(forums))
        .group_by(Decision.forum, appealed, Appeal.state)
    )
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for forum, at, verdict, n in session.execute(submitted):
        counts[_month(at), forum, "verdict", verdict] += n
    for forum, at, action, automated, state, n in session.execute(taken):
        counts[_month(at), forum, "undone" if state == "undone" else "decision", action] += n
        if state != "undone":
            who = "software" if automated else "person"
            counts[_month(at), forum, "decided_by", who] += n
    for forum, at, state, n in session.execute(complained):
        counts[_month(at), forum, "appeal", state] += n
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


def _month(day: int) -> str:
    """The month of a day since 1970."""
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m")
