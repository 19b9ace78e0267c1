"""The table of work: done at least once, whatever is killed meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.orm import Session

from server.store.database import Database
from server.store.tables import Job, new_id, now

LEASE_MS = 30_000
"""A worker that says nothing for so long is taken for dead, and its work is given to another."""


class JobState(StrEnum):
    """Where a piece of work stands."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Task(StrEnum):
    """Kinds of work."""

    EXAMINE = "examine"
    """Look at the files of a post."""
    DEADLINE = "deadline"
    """Files were not looked at in time."""
    SETTLE = "settle"
    """A decision can no longer be undone."""
    CALLBACK = "callback"
    """Tell the forum's software."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that this worker has."""

    id: str
    kind: Task
    item: str | None
    ref: str
    attempts: int
    worker: str


def add(
    session: Session, kind: Task, ref: str, *, item: str | None = None, run_at: int | None = None
) -> None:
    """Write down work, within the transaction that makes it necessary."""
    session.add(
        Job(
            id=new_id(),
            kind=kind.value,
            item=item,
            ref=ref,
            state=JobState.READY.value,
            attempts=0,
            run_at=now() if run_at is None else run_at,
            lease=0,
            worker=None,
            error=None,
        )
    )


def claim(db: Database, worker: str, kinds: Sequence[Task]) -> Claim | None:
    """Take the work that waits longest, or that a dead worker left."""
    at = now()
    with db.writing() as session:
        job = session.scalars(
            select(Job)
            .where(_due(kinds, at))
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if job is None:
            return None
        job.state, job.worker, job.lease = JobState.RUNNING.value, worker, at + LEASE_MS
        job.attempts += 1
        return Claim(job.id, Task(job.kind), job.item, job.ref, job.attempts, worker)


def waiting(db: Database, kinds: Sequence[Task]) -> bool:
    """Whether there is work: asked without taking the writers' lock."""
    with db.reading() as session:
        return session.scalar(select(Job.id).where(_due(kinds, now())).limit(1)) is not None


def keep(db: Database, claimed: Claim) -> None:
    """Tell that the work goes on."""
    with db.writing() as session:
        session.execute(_mine(claimed).values(lease=now() + LEASE_MS))


def still_mine(session: Session, claimed: Claim) -> bool:
    """Whether nobody took the work meanwhile; to be asked in the transaction that writes its result."""
    job = session.get(Job, claimed.id, with_for_update=True)
    return (
        job is not None
        and job.state == JobState.RUNNING.value
        and job.worker == claimed.worker
        and job.attempts == claimed.attempts
    )


def done(session: Session, claimed: Claim) -> None:
    """Strike the work off, in the transaction that writes its result."""
    session.execute(_mine(claimed).values(state=JobState.DONE.value, error=None))


def again(session: Session, claimed: Claim, run_at: int, error: str) -> None:
    """Put the work back for later."""
    session.execute(
        _mine(claimed).values(state=JobState.READY.value, run_at=run_at, error=error[:100])
    )


def dead(session: Session, claimed: Claim, error: str) -> None:
    """Give the work up; it stays on the list of what failed."""
    session.execute(_mine(claimed).values(state=JobState.DEAD.value, error=error[:100]))


def _due(kinds: Sequence[Task], at: int) -> ColumnElement[bool]:
    ready = and_(Job.state == JobState.READY.value, Job.run_at <= at)
    left = and_(Job.state == JobState.RUNNING.value, Job.lease < at)
    return and_(or_(ready, left), Job.kind.in_([k.value for k in kinds]))


def _mine(claimed: Claim) -> Update:
    return update(Job).where(
        Job.id == claimed.id, Job.worker == claimed.worker, Job.attempts == claimed.attempts
    )
