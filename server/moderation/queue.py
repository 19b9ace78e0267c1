"""The queue: gravest first, oldest first among equals; filters use columns, never words of a post."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from server.actor import Actor, Role
from server.core import Core
from server.moderation import audit, decisions
from server.problem import Problem
from server.store.tables import Item, ItemRule, State, now

MAX_PAGE = 200
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which posts to list. `claimed`: by `me`, by `nobody`, or None for either."""

    state: State | None = State.WAITING
    forum: str | None = None
    verdict: str | None = None
    axis: str | None = None
    rule: str | None = None
    thread: str | None = None
    author_hash: str | None = None
    external: str | None = None
    claimed: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the queue. next: where the next one starts; None: this is the last."""

    items: list[Item]
    next: str | None


def listed(
    session: Session, actor: Actor, wanted: Filter, limit: int = 50, cursor: str | None = None
) -> Listed:
    """A page of posts.

    Raises:
        Problem: the cursor is none of ours.
    """
    query = _filtered(select(Item), actor, wanted)
    if cursor:
        priority, last = _place(cursor)
        query = query.where(
            or_(Item.priority > priority, and_(Item.priority == priority, Item.id > last))
        )
    limit = max(1, min(limit, MAX_PAGE))
    found = list(session.scalars(query.order_by(Item.priority, Item.id).limit(limit + 1)))
    more = len(found) > limit
    found = found[:limit]
    return Listed(found, _cursor(found[-1]) if more else None)


def counted(session: Session, actor: Actor, wanted: Filter) -> int:
    """How many posts a filter lets through."""
    query = _filtered(select(func.count()).select_from(Item), actor, wanted)
    return session.scalar(query) or 0


def claim(core: Core, session: Session, actor: Actor, item: Item) -> None:
    """Keep a locked post for oneself for some minutes, or go on keeping it.

    Raises:
        Problem: another moderator has it, or must have it.
    """
    if item.holder not in (None, actor.id):
        raise Problem("claimed")
    if item.key is None:
        raise Problem("gone")
    if decisions.barred(session, actor, item):
        raise Problem("another-moderator")
    fresh = item.holder is None
    item.claimed_by = actor.id
    item.claimed_until = now() + core.config.claim_minutes * 60_000
    if fresh:
        audit.record(core, session, actor, "post.claim", item.id)


def release(core: Core, session: Session, actor: Actor, item: Item) -> None:
    """Give a post back.

    Raises:
        Problem: another moderator has it; an administrator may take it from her.
    """
    if item.claimed_by is None:
        return
    if item.holder not in (None, actor.id) and actor.role is not Role.ADMIN:
        raise Problem("claimed")
    item.claimed_by, item.claimed_until = None, 0
    audit.record(core, session, actor, "post.release", item.id)


def _filtered(query: Select[_Row], actor: Actor, wanted: Filter) -> Select[_Row]:
    columns = {
        Item.state: wanted.state,
        Item.forum: wanted.forum,
        Item.verdict: wanted.verdict,
        Item.thread: wanted.thread,
        Item.author_hash: wanted.author_hash,
        Item.external: wanted.external,
    }
    query = query.where(*(column == value for column, value in columns.items() if value))
    if actor.forums is not None:
        query = query.where(Item.forum.in_(sorted(actor.forums)))
    if wanted.rule:
        spoke = exists().where(ItemRule.item == Item.id, ItemRule.rule == wanted.rule)
        query = query.where(spoke)
    if wanted.axis:
        query = query.where(
            (Item.dignity if wanted.axis == "dignity" else Item.confidentiality) > 0
        )
    if wanted.claimed == "me":
        query = query.where(Item.claimed_by == actor.id, Item.claimed_until > now())
    elif wanted.claimed == "nobody":
        query = query.where(or_(Item.claimed_by.is_(None), Item.claimed_until <= now()))
    if wanted.since is not None:
        query = query.where(Item.created >= wanted.since)
    if wanted.until is not None:
        query = query.where(Item.created < wanted.until)
    return query


def _cursor(item: Item) -> str:
    return urlsafe_b64encode(json.dumps([item.priority, item.id]).encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, str]:
    try:
        padded = cursor[:200] + "=" * (-len(cursor[:200]) % 4)
        priority, last = json.loads(urlsafe_b64decode(padded))
    except (BinasciiError, ValueError, TypeError, RecursionError):
        raise Problem("invalid", "The cursor is none of this list.") from None
    known = (
        type(priority) is int and isinstance(last, str) and last.isascii() and last.isprintable()
    )
    if not known or abs(priority) > 10_000:
        raise Problem("invalid", "The cursor is none of this list.")
    return priority, last
