"""Appeals: an author asks for a second reading, by another moderator."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.core import Core
from server.moderation import audit, contents, decisions
from server.moderation.timeline import happened
from server.problem import Problem
from server.store.tables import Appeal, Item, State, new_id, now

MAX_WORDS = 10_000
_PRIORITY = 300
"""Before posts that wait: somebody was told no."""


def appeal(core: Core, session: Session, actor: Actor, item: Item, words: str) -> Appeal:
    """Complain about the decision in force on a locked post.

    Raises:
        Problem: nothing was decided against the post, or there was an appeal already.
    """
    if not words.strip() or len(words) > MAX_WORDS:
        raise Problem("invalid", f"An appeal has 1 to {MAX_WORDS:,} characters.")
    made = decisions.last(session, item)
    if item.state == State.DELETED:
        raise Problem("gone")
    if made is None or made.state != "done" or made.action == "approve":
        raise Problem("conflict", "Nothing was decided that could be appealed against.")
    known = session.scalars(select(Appeal).where(Appeal.decision == made.id)).first()
    if known or made.appeal:
        raise Problem("exists", "There was an appeal against this decision.")
    found = Appeal(
        id=new_id(),
        item=item.id,
        decision=made.id,
        sealed=contents.sealed_words(core, item, words, "appeal"),
        state="open",
        made=now(),
        actor=None,
        decided=None,
    )
    session.add(found)
    item.state, item.version = State.WAITING.value, item.version + 1
    item.priority = -_PRIORITY
    happened(session, item, actor, "appeal", {"decision": made.id})
    audit.record(core, session, actor, "post.appeal", item.id, {"appeal": found.id})
    return found


def words(core: Core, item: Item, found: Appeal) -> str:
    """What the author wrote."""
    return contents.opened_words(core, item, found.sealed, "appeal") if found.sealed else ""
