"""What another policy would have said of the last decisions: to be looked at before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linter.verdict import Decision as Said
from server.checker import policy_of
from server.core import Core
from server.moderation import contents
from server.store.tables import Decision, Forum, Item

MOST = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """A post on which the policies differ, and what a moderator decided."""

    item: str
    external: str
    before: Said
    after: Said
    decided: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """The last decisions under both policies. Posts that were erased since are not among them.

    let_through: posts that a moderator held and the new policy would allow; held_anew: posts that a moderator
    approved and the new policy would hold.
    """

    posts: int
    before: Mapping[Said, int]
    after: Mapping[Said, int]
    changed: tuple[Changed, ...]

    @property
    def let_through(self) -> int:
        """Posts that a moderator held and the new policy would allow."""
        return sum(c.after is Said.ALLOW and c.decided != "approve" for c in self.changed)

    @property
    def held_anew(self) -> int:
        """Posts that a moderator approved and the new policy would hold."""
        return sum(c.before is Said.ALLOW and c.decided == "approve" for c in self.changed)


def replay(
    core: Core, session: Session, forum: Forum, policy: Mapping[str, Any], last: int = 200
) -> Replayed:
    """Decide anew on the findings of the last posts that were decided on.

    Raises:
        Problem: the policy is wrong.
    """
    old, new = policy_of(forum.policy), policy_of(policy)
    newest = (
        select(func.max(Decision.id).label("id"))
        .where(Decision.forum == forum.id, Decision.state != "undone")
        .group_by(Decision.item)
        .subquery()
    )
    rows = session.execute(
        select(Item, Decision.action)
        .join(Decision, Decision.item == Item.id)
        .join(newest, newest.c.id == Decision.id)
        .where(Item.key.is_not(None))
        .order_by(Decision.id.desc())
        .limit(max(1, min(last, MOST)))
    )
    before, after = dict.fromkeys(Said, 0), dict.fromkeys(Said, 0)
    changed: list[Changed] = []
    posts = 0
    for item, action in rows:
        verdict = contents.verdict(core, session, item)
        if verdict is None:
            continue
        posts += 1
        was = old.decide(verdict.findings, verdict.anonymity)
        would = new.decide(verdict.findings, verdict.anonymity)
        before[was] += 1
        after[would] += 1
        if was is not would:
            changed.append(Changed(item.id, item.external, was, would, action))
    return Replayed(posts, before, after, tuple(changed))
