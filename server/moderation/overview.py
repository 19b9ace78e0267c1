"""What a list says of posts without opening them: rules that spoke, who has them, files, appeals. No words of a post."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linter.finding import Severity
from server.actor import SYSTEM, Actor
from server.store.tables import Account, ApiKey, Appeal, File, Forum, Item, ItemRule


@dataclass(frozen=True, slots=True)
class Line:
    """One post in a list. rules: the gravest first; holder: who reads it now; appeal: its author complained."""

    item: Item
    forum: str
    rules: tuple[str, ...]
    holder: str | None
    mine: bool
    files: int
    appeal: bool


def overview(session: Session, actor: Actor, items: Sequence[Item]) -> list[Line]:
    """A line for each post, in the same order."""
    ids = [i.id for i in items]
    rules: dict[str, list[tuple[int, str]]] = {}
    spoke = select(ItemRule.item, ItemRule.rule, ItemRule.severity).where(ItemRule.item.in_(ids))
    for item, rule, severity in session.execute(spoke):
        rules.setdefault(item, []).append((-Severity(severity).rank, rule))
    complained = select(Appeal.item).where(Appeal.item.in_(ids), Appeal.state == "open")
    appeals = set(session.scalars(complained))
    counted = (
        select(File.item, func.count())
        .join(Item, (Item.id == File.item) & (Item.revision == File.revision))
        .where(File.item.in_(ids))
        .group_by(File.item)
    )
    files = dict(session.execute(counted).all())
    forums = dict(session.execute(select(Forum.id, Forum.name)).all())
    holders = names(session, [i.claimed_by for i in items if i.holder])
    return [
        Line(
            item=i,
            forum=forums.get(i.forum, i.forum),
            rules=tuple(rule for _, rule in sorted(rules.get(i.id, []))),
            holder=holders.get(by) if (by := i.holder) else None,
            mine=i.holder == actor.id,
            files=files.get(i.id, 0),
            appeal=i.id in appeals,
        )
        for i in items
    ]


def names(session: Session, actors: Sequence[str | None]) -> dict[str, str]:
    """What actors are called, by id; one that is unknown keeps its id."""
    wanted = {a for a in actors if a}
    bare = [a.partition(":")[2] for a in wanted]
    people = session.execute(select(Account.id, Account.name).where(Account.id.in_(bare)))
    keys = session.execute(select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(bare)))
    known = {f"account:{i}": n for i, n in people} | {f"key:{i}": n for i, n in keys}
    return {a: known.get(a, SYSTEM.name if a == SYSTEM.id else a) for a in wanted}
