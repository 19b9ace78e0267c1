"""What moderators decide, what can be undone, and when the forum hears of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linter.finding import Severity
from linter.verdict import Decision as Said
from server.actor import SYSTEM, Actor, Role
from server.core import Core
from server.moderation import audit, dismissals
from server.moderation.timeline import happened
from server.problem import Field, Problem
from server.store import jobs
from server.store.jobs import Task
from server.store.tables import (
    Appeal,
    Callback,
    Decision,
    Forum,
    Item,
    ItemRule,
    State,
    new_id,
    now,
)

ACTIONS: dict[str, State] = {
    "approve": State.APPROVED,
    "reject": State.REJECTED,
    "return": State.RETURNED,
}
_DECIDABLE = frozenset(
    {State.CHECKING, State.WAITING, State.APPROVED, State.REJECTED, State.RETURNED}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a moderator decides.

    version: of the item as she read it; rules: those that the decision rests on, all that spoke unless said.
    """

    action: str
    version: int
    rules: tuple[str, ...] | None = None


def decide(core: Core, session: Session, actor: Actor, item: Item, choice: Choice) -> Decision:
    """Decide on an item that is locked; after the forum's grace period its software is told.

    Raises:
        Problem: changed meanwhile, claimed, decided already, barred by an appeal, or a rule is named that did not speak.
    """
    _open_to(actor, item, choice)
    if barred(session, actor, item):
        raise Problem("another-moderator")
    appeal = open_appeal(session, item)
    forum = session.get_one(Forum, item.forum)
    chosen = _chosen(core, session, item, choice)
    at = now()
    replaced = _supersede(session, item)
    made = Decision(
        id=new_id(),
        item=item.id,
        forum=item.forum,
        revision=item.revision,
        actor=actor.id,
        action=choice.action,
        rules=[] if choice.action == "approve" else sorted(chosen),
        verdict=item.verdict,
        automated=False,
        made=at,
        effective=at + forum.grace_s * 1000,
        state="pending",
        before=replaced or item.state,
        appeal=appeal.id if appeal else None,
    )
    session.add(made)
    item.state, item.settled = ACTIONS[choice.action].value, False
    item.version += 1
    item.claimed_by, item.claimed_until = None, 0
    happened(session, item, actor, choice.action, {"decision": made.id, "rules": made.rules})
    audit.record(core, session, actor, f"post.{choice.action}", item.id, {"decision": made.id})
    if forum.grace_s:
        jobs.add(session, Task.SETTLE, made.id, item=item.id, run_at=made.effective)
    else:
        settle(core, session, made, item)
    return made


def undo(core: Core, session: Session, actor: Actor, decision_id: str) -> Item:
    """Take a decision back before the forum hears of it.

    Raises:
        Problem: there is none, it is another's, or it is too late.
    """
    known = session.get(Decision, decision_id)
    if known is None or known.automated or not actor.sees(known.forum):
        raise Problem("not-found", "There is no such decision.")
    if not may_undo(actor, known):
        raise Problem("forbidden", "Whoever decided, or an administrator, can undo it.")
    item, made = locked(session, known)
    if item.key is None:
        raise Problem("gone")
    if not undoable(item, made):
        raise Problem("too-late")
    made.state = "undone"
    item.state, item.version, item.settled = made.before, item.version + 1, True
    happened(session, item, actor, "undone", {"decision": made.id})
    audit.record(core, session, actor, "post.undo", item.id, {"decision": made.id})
    return item


def may_undo(actor: Actor, made: Decision) -> bool:
    """Whether it is for this actor to take a decision back."""
    return made.actor == actor.id or actor.role is Role.ADMIN


def undoable(item: Item, made: Decision) -> bool:
    """Whether the forum has not heard of a decision, which is about what the post says now."""
    return made.state == "pending" and made.effective > now() and made.revision == item.revision


def settle(core: Core, session: Session, made: Decision, item: Item) -> None:
    """A decision counts from now on: tell the forum. Nothing happens to one that was undone or settled before."""
    if made.state != "pending":
        return
    made.state, item.settled = "done", True
    appeal = session.get(Appeal, made.appeal, with_for_update=True) if made.appeal else None
    if appeal:
        contested = session.get_one(Decision, appeal.decision)
        appeal.state = "upheld" if contested.action == made.action else "overturned"
        appeal.actor, appeal.decided = made.actor, now()
        audit.record(
            core, session, SYSTEM, f"appeal.{appeal.state}", item.id, {"appeal": appeal.id}
        )
    tell(session, item, "decision", made)


def automatic(session: Session, item: Item, action: str, *, tell_forum: bool = True) -> None:
    """Decide without a person: what needs no reading is published."""
    at = now()
    made = Decision(
        id=new_id(),
        item=item.id,
        forum=item.forum,
        revision=item.revision,
        actor=SYSTEM.id,
        action=action,
        rules=[],
        verdict=item.verdict,
        automated=True,
        made=at,
        effective=at,
        state="done",
        before=item.state,
        appeal=None,
    )
    session.add(made)
    item.state, item.settled = ACTIONS[action].value, True
    happened(session, item, SYSTEM, action, {"decision": made.id})
    if tell_forum:
        tell(session, item, "decision", made)


def withdraw(session: Session, item: Item) -> None:
    """The post was changed, deleted or erased: what the forum has not heard of is void, and so is an open appeal."""
    _supersede(session, item)
    item.settled = True
    session.execute(
        update(Appeal)
        .where(Appeal.item == item.id, Appeal.state == "open")
        .values(state="withdrawn", decided=now())
    )


def locked(session: Session, known: Decision) -> tuple[Item, Decision]:
    """A post and a decision on it, locked in the order in which everything locks them."""
    item = session.get_one(Item, known.item, with_for_update=True)
    session.refresh(known, with_for_update=True)
    return item, known


def found_wanting(session: Session, item: Item, *, allowed: bool) -> bool:
    """The files of a post on which a person decided were looked at since; whether her decision stands.

    A rejection stands. An approval that was made before the files were known does not, if they are found wanting. What
    undo gives back is no longer a post that waits for its files.
    """
    made = last(session, item)
    if made is None or made.automated:
        return False
    if made.state == "pending" and (made.before == State.CHECKING or not allowed):
        made.before = State.WAITING.value
    if made.action != "approve" or allowed:
        return True
    if made.state == "pending":
        made.state, item.settled = "undone", True
    return False


def last(session: Session, item: Item) -> Decision | None:
    """The decision in force on the present revision."""
    return session.scalars(
        select(Decision)
        .where(
            Decision.item == item.id,
            Decision.revision == item.revision,
            Decision.state != "undone",
        )
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()


def spoke(session: Session, item: Item) -> dict[str, str]:
    """The rules that spoke on a post, each with its gravest severity."""
    found = select(ItemRule.rule, ItemRule.severity).where(ItemRule.item == item.id)
    return dict(session.execute(found).all())


def resting(spoke: Mapping[str, str], wrong: Collection[str] = ()) -> frozenset[str]:
    """The rules that a decision rests on unless said: those that were more than a note, else all.

    Args:
        spoke: rule → severity.
        wrong: rules of which every finding was dismissed; nothing rests on these.
    """
    right = {r: s for r, s in spoke.items() if r not in wrong}
    return frozenset({r for r, s in right.items() if s != Severity.NOTE} or right)


def open_appeal(session: Session, item: Item) -> Appeal | None:
    """The complaint that waits for an answer."""
    return session.scalars(
        select(Appeal).where(Appeal.item == item.id, Appeal.state == "open").limit(1)
    ).first()


def barred(session: Session, actor: Actor, item: Item) -> bool:
    """Whether an appeal against this actor's decision on what the post says now is open or overturned it."""
    contested = (
        select(Appeal.id)
        .join(Decision, Decision.id == Appeal.decision)
        .where(
            Decision.item == item.id,
            Decision.revision == item.revision,
            Decision.actor == actor.id,
            Appeal.state.in_(("open", "overturned")),
        )
    )
    return session.scalars(contested.limit(1)).first() is not None


def tell(session: Session, item: Item, event: str, made: Decision | None = None) -> None:
    """Write down a message to the forum's software, in the transaction that makes it true."""
    forum = session.get_one(Forum, item.forum)
    if not forum.callback_url:
        return
    at = now()
    name = new_id()
    body = {
        "delivery": name,
        "event": event,
        "post": {"id": item.id, "external_id": item.external, "forum": item.forum},
        "revision": item.revision,
        "verdict": item.verdict,
        "at": at,
    }
    if made:
        body |= {
            "decision": {
                "id": made.id,
                "action": made.action,
                "rules": made.rules,
                "automated": made.automated,
                "after_appeal": made.appeal is not None,
            }
        }
    session.add(
        Callback(
            id=name,
            forum=item.forum,
            item=item.id,
            body=body,
            state="waiting",
            attempts=0,
            status=None,
            created=at,
            updated=at,
        )
    )
    jobs.add(session, Task.CALLBACK, name, item=item.id)


def _open_to(actor: Actor, item: Item, choice: Choice) -> None:
    if choice.action not in ACTIONS:
        raise Problem("invalid", "The action is approve, reject or return.")
    if item.state not in _DECIDABLE or item.key is None:
        raise Problem("gone")
    if item.version != choice.version:
        raise Problem("conflict", "The post changed meanwhile; read it again.")
    if item.holder not in (None, actor.id):
        raise Problem("claimed")
    if item.state == ACTIONS[choice.action].value:
        raise Problem("conflict", "That is decided already.")
    if choice.action == "approve" and item.state == State.CHECKING and item.verdict == Said.BLOCK:
        raise Problem("conflict", "Its files are still being looked at.")


def _chosen(core: Core, session: Session, item: Item, choice: Choice) -> frozenset[str]:
    known = spoke(session, item)
    if choice.rules is None:
        return resting(known, dismissals.all_wrong(core, session, item))
    if not known.keys() >= set(choice.rules):
        raise Problem("invalid", fields=(Field("rules", "names a rule that said nothing here"),))
    return frozenset(choice.rules)


def _supersede(session: Session, item: Item) -> str | None:
    """Void a decision that the forum has not heard of; the state before it, if there was one."""
    pending = session.scalars(
        select(Decision)
        .where(Decision.item == item.id, Decision.state == "pending")
        .with_for_update()
    ).first()
    if pending is None:
        return None
    pending.state = "undone"
    return pending.before
