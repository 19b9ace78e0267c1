"""Findings that moderators found wrong: what is kept is the rule and a keyed hash of the words.

They tell how often a rule is right, and moderators that the same words were dismissed before. They change no verdict.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from linter.finding import Finding
from linter.verdict import Verdict
from server.actor import Actor
from server.core import Core
from server.moderation import audit, contents
from server.moderation.timeline import happened
from server.problem import Problem
from server.store.tables import Decision, Dismissal, Item, ItemRule, new_id, now

_NEVER = 2**53


class Why(StrEnum):
    """Why a finding is wrong."""

    NOT_A_PERSON = "not_a_person"
    NOT_THE_PATIENT = "not_the_patient"
    NOT_IDENTIFYING = "not_identifying"
    NOT_DEGRADING = "not_degrading"
    PUBLIC = "public"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Precision:
    """How a rule fared: posts decided on, of these held by the decision, and of these where somebody dismissed it."""

    rule: str
    decided: int
    confirmed: int
    dismissed: int

    @property
    def share(self) -> float | None:
        """Share of the decided posts on which nobody dismissed it."""
        return 1 - self.dismissed / self.decided if self.decided else None


def dismiss(
    core: Core, session: Session, actor: Actor, item: Item, number: int, why: Why
) -> Dismissal:
    """Say that finding `number` of the verdict is wrong, and why.

    Raises:
        Problem: there is no such finding, or it was dismissed already.
    """
    verdict = contents.verdict(core, session, item)
    if verdict is None or not 0 <= number < len(verdict.findings):
        raise Problem("not-found", "There is no such finding.")
    finding = verdict.findings[number]
    words = words_hash(core, item, contents.post(core, session, item).text, verdict, finding)
    known = select(Dismissal).where(
        Dismissal.item == item.id, Dismissal.rule == finding.rule, Dismissal.words == words
    )
    if session.scalars(known).first():
        raise Problem("exists", "This finding was dismissed before.")
    made = Dismissal(
        id=new_id(),
        item=item.id,
        forum=item.forum,
        rule=finding.rule,
        words=words,
        reason=why.value,
        actor=actor.id,
        at=now(),
    )
    session.add(made)
    happened(session, item, actor, "dismissed", {"rule": finding.rule, "reason": why.value})
    audit.record(core, session, actor, "post.dismiss", item.id, {"rule": finding.rule})
    return made


def words_hash(core: Core, item: Item, text: str, verdict: Verdict, finding: Finding) -> str:
    """A keyed hash of the words that a finding is about; one without words is like no other."""
    if finding.source != "text":
        number = int(finding.source.partition(":")[2])
        read = verdict.attachments[number].text if number < len(verdict.attachments) else ""
        text = read
    span = finding.span
    alone = f"{item.id} {verdict.findings.index(finding)}"
    return core.keys.words_hash(text[span.start : span.end] if span else alone)


def told(core: Core, item: Item, text: str, verdict: Verdict) -> list[tuple[str, str]]:
    """Rule and keyed hash of the words of each finding."""
    return [(f.rule, words_hash(core, item, text, verdict, f)) for f in verdict.findings]


def wrong(told: Sequence[tuple[str, str]], known: Collection[tuple[str, str]]) -> frozenset[str]:
    """The rules of which every finding was dismissed."""
    return frozenset(r for r, _ in known) - {pair[0] for pair in told if pair not in known}


def dismissed(session: Session, item: Item) -> set[tuple[str, str]]:
    """Rule and hash of what was dismissed on this post."""
    rows = session.execute(select(Dismissal.rule, Dismissal.words).where(Dismissal.item == item.id))
    return {(rule, words) for rule, words in rows}


def all_wrong(core: Core, session: Session, item: Item) -> frozenset[str]:
    """The rules of which every finding on a post was dismissed."""
    known = dismissed(session, item)
    verdict = contents.verdict(core, session, item) if known else None
    if verdict is None:
        return frozenset()
    return wrong(told(core, item, contents.post(core, session, item).text, verdict), known)


def before(
    session: Session, item: Item, told: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """How often the same words were dismissed under the same rule on other posts of the forum."""
    if not told:
        return {}
    rows = session.execute(
        select(Dismissal.rule, Dismissal.words, func.count())
        .where(
            Dismissal.forum == item.forum,
            Dismissal.item != item.id,
            Dismissal.words.in_({words for _, words in told}),
        )
        .group_by(Dismissal.rule, Dismissal.words)
    )
    wanted = set(told)
    return {(rule, words): n for rule, words, n in rows if (rule, words) in wanted}


def precision(
    session: Session, forums: Sequence[str], since: int = 0, until: int = _NEVER
) -> list[Precision]:
    """How each rule fared on what moderators of some forums decided, the least right first.

    Args:
        session: a reading one.
        forums: which.
        since: first moment of the decisions, in milliseconds since 1970.
        until: end, not included.
    """
    decided = _decided(forums, since, until)
    rows = session.execute(
        select(ItemRule.rule, Decision.action, func.count())
        .join(decided, decided.c.item == ItemRule.item)
        .join(Decision, Decision.id == decided.c.last)
        .group_by(ItemRule.rule, Decision.action)
    )
    counts: dict[str, dict[str, int]] = {}
    for rule, action, n in rows:
        counts.setdefault(rule, {})[action] = n
    wrong = dict(
        session.execute(
            select(ItemRule.rule, func.count(func.distinct(ItemRule.item)))
            .join(decided, decided.c.item == ItemRule.item)
            .join(Dismissal, Dismissal.item == ItemRule.item)
            .where(Dismissal.rule == ItemRule.rule)
            .group_by(ItemRule.rule)
        ).all()
    )
    told = [
        Precision(
            rule,
            sum(made.values()),
            sum(made.values()) - made.get("approve", 0),
            wrong.get(rule, 0),
        )
        for rule, made in counts.items()
    ]
    return sorted(told, key=lambda p: (1.0 if p.share is None else p.share, p.rule))


def _decided(forums: Sequence[str], since: int, until: int) -> Subquery:
    """Posts that a person decided on in some time, each with the last such decision."""
    return (
        select(Decision.item, func.max(Decision.id).label("last"))
        .where(
            Decision.automated.is_(False),
            Decision.state == "done",
            Decision.made >= since,
            Decision.made < until,
            Decision.forum.in_(forums),
        )
        .group_by(Decision.item)
        .subquery()
    )
