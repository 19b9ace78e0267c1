"""Who did what, in a chain: each row's code covers the row before, so that no row can be changed, added or left out.

h(n) = HMAC-SHA256(key, h(n-1) ‖ row n as JSON with sorted keys). The end of the chain is kept apart under a code of its
own: rows cannot be cut off the end either. Rows hold ids and rule names, never words of a post.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.core import Core
from server.store.tables import Account, ApiKey, Audit, Item, Meta, now

_HEAD = "audit-head"
_START = "0" * 64
_BATCH = 1_000
_BORN = ((Item, "post.submit"), (Account, "account.add"), (ApiKey, "key.add"))
"""What is never stored without a row of its own."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of the chain at some time: to be kept elsewhere, and found again later."""

    seq: int
    mac: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.mac}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found. fault: the first row that is not as it was written; None: all are."""

    rows: int
    end: Checkpoint
    fault: str | None


def record(
    core: Core,
    session: Session,
    actor: Actor,
    action: str,
    object_id: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append one row within a writing transaction."""
    head = session.get(Meta, _HEAD, with_for_update=True)
    last = _last(session, head)
    if head is None:
        head = Meta(name=_HEAD, value="")
        session.add(head)
    row = Audit(
        seq=last.seq + 1,
        at=now(),
        actor=actor.id,
        action=action,
        object=object_id,
        detail=dict(detail or {}),
        mac="",
    )
    row.mac = _code(core.keys.chain, last.mac, row)
    session.add(row)
    head.value = _sealed_end(core.keys.chain, Checkpoint(row.seq, row.mac))


def end(core: Core) -> Checkpoint:
    """The end of the chain."""
    with core.db.reading() as session:
        return end_of(session)


def end_of(session: Session) -> Checkpoint:
    """The end of the chain as a session sees it."""
    head = session.get(Meta, _HEAD)
    return _parsed(head.value) if head else Checkpoint(0, _START)


def verify(core: Core, expected: Checkpoint | None = None) -> Verified:
    """Go through the whole chain.

    Args:
        core: the server.
        expected: an earlier end that must be found on the way.
    """
    with core.db.snapshot() as session:
        return verified(core, session, expected)


def verified(core: Core, session: Session, expected: Checkpoint | None = None) -> Verified:
    """The same as a session sees it."""
    key, last = core.keys.chain, Checkpoint(0, _START)
    met = expected is None or expected == last
    query = select(Audit).order_by(Audit.seq).execution_options(yield_per=_BATCH)
    head = session.get(Meta, _HEAD)
    with closing(session.scalars(query)) as rows:
        for row in rows:
            right = _code(key, last.mac, row)
            if row.seq != last.seq + 1 or not hmac.compare_digest(right, row.mac):
                return Verified(last.seq, last, f"row {row.seq} is not what was written")
            last = Checkpoint(row.seq, row.mac)
            met = met or last == expected
    if not hmac.compare_digest(
        head.value if head else "", _sealed_end(key, last) if last.seq else ""
    ):
        return Verified(last.seq, last, f"rows after {last.seq} are missing")
    if _emptied(session):
        return Verified(0, Checkpoint(0, _START), "rows on what is stored are missing")
    return Verified(last.seq, last, None if met else "the earlier end is not in this chain")


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint as `str` writes it.

    Raises:
        ValueError: it is none.
    """
    seq, _, mac = text.partition(":")
    if not seq.isdigit() or len(mac) != len(_START):
        raise ValueError("a checkpoint is a number, a colon and 64 hex digits")
    return Checkpoint(int(seq), mac)


def _emptied(session: Session) -> bool:
    """Whether something is stored whose beginning no row tells: a log that was begun anew fits itself."""
    return any(
        session.scalar(
            select(table.id)
            .where(~exists().where(Audit.object == table.id, Audit.action == action))
            .limit(1)
        )
        for table, action in _BORN
    )


def _last(session: Session, head: Meta | None) -> Checkpoint:
    """Where the next row goes. A damaged log takes rows too, but they do not fit it: what was harmed stays seen."""
    try:
        told = _parsed(head.value) if head else Checkpoint(0, _START)
    except ValueError:
        told = Checkpoint(0, _START)
    return Checkpoint(max(told.seq, session.scalar(select(func.max(Audit.seq))) or 0), told.mac)


def _code(key: bytes, before: str, row: Audit) -> str:
    told = [row.seq, row.at, row.actor, row.action, row.object, row.detail]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, (before + text).encode(), hashlib.sha256).hexdigest()


def _sealed_end(key: bytes, last: Checkpoint) -> str:
    code = hmac.new(key, f"end {last}".encode(), hashlib.sha256).hexdigest()
    return f"{last}:{code}"


def _parsed(value: str) -> Checkpoint:
    seq, mac, _ = value.split(":")
    return Checkpoint(int(seq), mac)
