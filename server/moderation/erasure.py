"""Erasure: the key of an item is deleted, and with it every copy of its words that anybody may still have."""

from dataclasses import dataclass

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from server.actor import SYSTEM, Actor
from server.core import Core
from server.moderation import audit, decisions
from server.problem import Problem
from server.store.database import Database
from server.store.jobs import JobState
from server.store.tables import (
    Appeal,
    Callback,
    Content,
    Event,
    File,
    Idempotency,
    Item,
    Job,
    State,
    now,
)
from server.store.tables import Session as SignIn

_HOUR = 3_600_000
_IDEMPOTENCY_MS = 48 * _HOUR
_DONE_MS = 7 * 24 * _HOUR
_OVER_MS = 30 * 24 * _HOUR
_BATCH = 200
_PATIENT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did."""

    erased: int
    held: int
    """Items past their time that a legal hold keeps."""


def forget(session: Session, item: Item) -> None:
    """Delete the key, everything that it sealed, and the names that the forum gave."""
    item.key = None
    item.external, item.thread, item.author_hash = f"erased:{item.id}", None, None
    item.audience = None
    for table in (Content, File):
        session.execute(delete(table).where(table.item == item.id))
    session.execute(update(Event).where(Event.item == item.id).values(sealed=None))
    session.execute(update(Appeal).where(Appeal.item == item.id).values(sealed=b""))
    session.execute(delete(Idempotency).where(Idempotency.item == item.id))
    # A message that is still to be sent names the post as the forum knows it, and goes when it has arrived.
    session.execute(delete(Callback).where(Callback.item == item.id, Callback.state != "waiting"))


def purge(core: Core, actor: Actor = SYSTEM) -> Purged:
    """Erase what is past its time, in small transactions; the audit log keeps the proof."""
    erased = 0
    while count := _purge_some(core, actor):
        erased += count
    _sweep(core)
    settle_files(core.db)
    with core.db.reading() as session:
        late = select(Item.id).where(
            Item.expires < now(), Item.legal_hold.is_(True), Item.key.is_not(None)
        )
        held = len(session.scalars(late).all())
    return Purged(erased, held)


def hold(core: Core, session: Session, actor: Actor, item: Item, *, held: bool) -> None:
    """Put a legal hold on an item, or lift it: while it is on, nothing of it is erased.

    Raises:
        Problem: it was erased before, and nothing can be held.
    """
    if held and item.key is None:
        raise Problem("gone")
    item.legal_hold = held
    if not held and item.state == State.DELETED:
        forget(session, item)
    item.version += 1
    audit.record(core, session, actor, "post.hold" if held else "post.release-hold", item.id)


def _purge_some(core: Core, actor: Actor) -> int:
    with core.db.writing() as session:
        late = session.scalars(
            select(Item)
            .where(
                Item.expires < now(),
                Item.legal_hold.is_(False),
                Item.state != State.ERASED.value,
            )
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for item in late:
            _part(core, session, item)
            forget(session, item)
            item.state, item.version = State.ERASED.value, item.version + 1
            audit.record(core, session, actor, "post.erase", item.id, {"expired": item.expires})
        return len(late)


def _part(core: Core, session: Session, item: Item) -> None:
    """Tell the forum what it has not heard of a post that is erased."""
    made = decisions.last(session, item)
    if made and made.state == "pending":
        decisions.settle(core, session, made, item)
    elif item.state in (State.CHECKING, State.WAITING):
        decisions.tell(session, item, "expired")
    decisions.withdraw(session, item)


def _sweep(core: Core) -> None:
    """Delete what is of no more use: sign-ins, Idempotency-Keys, work and messages that are done."""
    at = now()
    with core.db.writing() as session:
        session.execute(delete(SignIn).where(SignIn.expires < at))
        session.execute(delete(Idempotency).where(Idempotency.created < at - _IDEMPOTENCY_MS))
        session.execute(
            delete(Job).where(Job.state == JobState.DONE.value, Job.run_at < at - _DONE_MS)
        )
        session.execute(
            delete(Callback).where(Callback.state != "waiting", Callback.updated < at - _OVER_MS)
        )


def settle_files(db: Database, wait_ms: int = _PATIENT_MS) -> None:
    """Cut the write-ahead log, in which deleted keys would live on.

    Who reads or writes keeps it from being cut: after `wait_ms` it is left to the next time.
    """
    if db.sqlite:
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # its patience is not that of the others
            connection.execute(text(f"PRAGMA busy_timeout={wait_ms:d}"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
