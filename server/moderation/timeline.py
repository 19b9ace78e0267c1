"""The timeline of a post: what happened to it, for its readers. Notes are sealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.core import Core
from server.moderation import audit, contents
from server.problem import Problem
from server.store.tables import Event, Item, new_id, now

MAX_NOTE = 5_000
_NOTE = "note"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    at: int
    actor: str
    kind: str
    detail: Mapping[str, Any]
    note: str | None = field(default=None, repr=False)


def happened(
    session: Session,
    item: Item,
    actor: Actor,
    kind: str,
    detail: Mapping[str, Any] | None = None,
    sealed: bytes | None = None,
) -> None:
    """Add a line, and count the change of the item."""
    session.add(
        Event(
            id=new_id(),
            item=item.id,
            at=now(),
            actor=actor.name,
            kind=kind,
            detail=dict(detail or {}),
            sealed=sealed,
        )
    )
    item.updated = now()


def note(core: Core, session: Session, actor: Actor, item: Item, words: str) -> None:
    """Add a moderator's note."""
    if not words.strip() or len(words) > MAX_NOTE:
        raise Problem("invalid", f"A note has 1 to {MAX_NOTE:,} characters.")
    sealed = contents.sealed_words(core, item, words, _NOTE)
    happened(session, item, actor, _NOTE, sealed=sealed)
    audit.record(core, session, actor, "post.note", item.id)


def timeline(core: Core, session: Session, item: Item) -> list[Told]:
    """All that happened, oldest first."""
    rows = session.scalars(select(Event).where(Event.item == item.id).order_by(Event.id))
    return [
        Told(
            row.at,
            row.actor,
            row.kind,
            row.detail,
            contents.opened_words(core, item, row.sealed, _NOTE) if row.sealed else None,
        )
        for row in rows
    ]
