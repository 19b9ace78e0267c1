"""The tables. Times are milliseconds since 1970 (UTC); ids sort by time; what may hold words of a post is sealed."""

import secrets
import time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class State(StrEnum):
    """Where a post stands."""

    CHECKING = "checking"
    """Its files are still being looked at."""
    WAITING = "waiting"
    """For a moderator."""
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    """To its author, with the safe rewrite."""
    DELETED = "deleted"
    """By its author or the forum."""
    ERASED = "erased"
    """Its time was over: the key is gone."""


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """26 hex digits: the time to the nanosecond, then chance; ids made later sort after, also within a millisecond."""
    ms, ns = divmod(time.time_ns(), 1_000_000)
    return f"{ms:012x}{ns:05x}{secrets.randbits(36):09x}"


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {int: BigInteger, dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 # SQLAlchemy's way


_ID = String(64)


class Forum(Base):
    """A forum and its rules of the house."""

    __tablename__ = "forum"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str]
    lang: Mapped[str]
    policy: Mapped[dict[str, Any]]
    """A policy file's fields that differ from the default."""
    fail_open: Mapped[bool]
    """Whether a post whose files were not looked at in time is published."""
    deadline_s: Mapped[int]
    grace_s: Mapped[int]
    """How long a decision can be undone before the forum hears of it."""
    retention_days: Mapped[int]
    callback_url: Mapped[str]
    callback_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    redress: Mapped[str]
    """Where an author may complain; shown in statements of reasons."""
    version: Mapped[int]
    created: Mapped[int]


class ApiKey(Base):
    """What a program shows; only a keyed hash of it is kept."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    name: Mapped[str]
    forum: Mapped[str | None] = mapped_column(ForeignKey("forum.id"))
    """The one forum that it is for; none: all."""
    scopes: Mapped[list[str]]
    hash: Mapped[str] = mapped_column(unique=True)
    created: Mapped[int]
    expires: Mapped[int | None]
    revoked: Mapped[int | None]


class Account(Base):
    """A moderator, an administrator or an auditor."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password: Mapped[str | None]
    """Argon2id; none where the identity provider vouches."""
    oidc: Mapped[str | None] = mapped_column(unique=True)
    """Subject at the identity provider."""
    role: Mapped[str]
    forums: Mapped[list[str]]
    """The forums that the account sees; empty: all."""
    lang: Mapped[str]
    created: Mapped[int]
    disabled: Mapped[int | None]
    failures: Mapped[int]
    locked_until: Mapped[int]


class Session(Base):
    """A sign-in; only a keyed hash of the cookie is kept."""

    __tablename__ = "session"

    hash: Mapped[str] = mapped_column(_ID, primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str]
    created: Mapped[int]
    seen: Mapped[int]
    expires: Mapped[int]


class Item(Base):
    """A post under moderation; its words are in `Content`."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("forum", "external"),
        Index("item_queue", "state", "priority", "id"),
        Index("item_forum_queue", "forum", "state", "priority", "id"),
        Index("item_author", "forum", "author_hash"),
        Index("item_claimed", "claimed_by"),
    )

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    forum: Mapped[str] = mapped_column(ForeignKey("forum.id"))
    external: Mapped[str]
    """Its id on the forum; a fresh id once the post is erased, for it may hold words."""
    thread: Mapped[str | None] = mapped_column(index=True)
    audience: Mapped[str | None]
    author_hash: Mapped[str | None]
    lang: Mapped[str]
    state: Mapped[str]
    verdict: Mapped[str]
    checked: Mapped[bool]
    """Whether its files were looked at too."""
    priority: Mapped[int]
    """Graver posts first; negative, so that one ascending index serves."""
    confidentiality: Mapped[float]
    dignity: Mapped[float]
    revision: Mapped[int]
    version: Mapped[int]
    """Counts every change: a decision on an older one is refused."""
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    deadline: Mapped[int | None]
    expires: Mapped[int] = mapped_column(index=True)
    legal_hold: Mapped[bool]
    settled: Mapped[bool]
    """Whether the forum has been told of the decision, or there is none: until then it can be undone."""
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The item's key, wrapped; none: erased."""

    @property
    def holder(self) -> str | None:
        """Id of the actor whose claim still lasts."""
        return self.claimed_by if self.claimed_until > now() else None


class Content(Base):
    """Words and verdict of one revision, sealed with the item's key."""

    __tablename__ = "content"

    item: Mapped[str] = mapped_column(ForeignKey("item.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    sealed_post: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_verdict: Mapped[bytes] = mapped_column(LargeBinary)


class File(Base):
    """An attachment, name and bytes sealed with the item's key."""

    __tablename__ = "file"

    item: Mapped[str] = mapped_column(ForeignKey("item.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_bytes: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]


class ItemRule(Base):
    """Which rules spoke on the present revision: for filters and figures."""

    __tablename__ = "item_rule"

    item: Mapped[str] = mapped_column(ForeignKey("item.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True, index=True)
    severity: Mapped[str]


class Decision(Base):
    """What was decided on a revision, by whom, and from when it counts."""

    __tablename__ = "decision"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    item: Mapped[str] = mapped_column(ForeignKey("item.id"), index=True)
    forum: Mapped[str] = mapped_column(_ID)
    revision: Mapped[int]
    actor: Mapped[str]
    action: Mapped[str]
    rules: Mapped[list[str]]
    """The rules that it rests on."""
    verdict: Mapped[str]
    """What hippolint said."""
    automated: Mapped[bool]
    made: Mapped[int] = mapped_column(index=True)
    effective: Mapped[int]
    state: Mapped[str]
    """pending, done or undone."""
    before: Mapped[str]
    """State of the post before, restored by undo."""
    appeal: Mapped[str | None]


class Event(Base):
    """The timeline of a post. `sealed`: a note's words, with the item's key."""

    __tablename__ = "event"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    item: Mapped[str] = mapped_column(ForeignKey("item.id"), index=True)
    at: Mapped[int]
    actor: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Dismissal(Base):
    """A finding that a moderator found wrong: rule and keyed hash of the words."""

    __tablename__ = "dismissal"
    __table_args__ = (UniqueConstraint("item", "rule", "words"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    item: Mapped[str] = mapped_column(ForeignKey("item.id"), index=True)
    forum: Mapped[str] = mapped_column(_ID)
    rule: Mapped[str] = mapped_column(index=True)
    words: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[int]


class Appeal(Base):
    """An author's complaint about a decision; its words are sealed."""

    __tablename__ = "appeal"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    item: Mapped[str] = mapped_column(ForeignKey("item.id"), index=True)
    decision: Mapped[str] = mapped_column(ForeignKey("decision.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    """open, upheld or overturned."""
    made: Mapped[int]
    actor: Mapped[str | None]
    decided: Mapped[int | None]


class Job(Base):
    """Work that must be done once at least, whatever dies meanwhile."""

    __tablename__ = "job"
    __table_args__ = (Index("job_next", "state", "kind", "run_at"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    kind: Mapped[str]
    item: Mapped[str | None] = mapped_column(index=True)
    ref: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    run_at: Mapped[int]
    lease: Mapped[int]
    """Until when the worker has it; later, another may take it."""
    worker: Mapped[str | None]
    error: Mapped[str | None]
    """Kind of the last fault, never its words."""


class Callback(Base):
    """A message to the forum's software. Its body holds ids and rule names, never words of the post."""

    __tablename__ = "callback"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    forum: Mapped[str] = mapped_column(ForeignKey("forum.id"))
    item: Mapped[str]
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    """waiting, done or dead."""
    attempts: Mapped[int]
    status: Mapped[int | None]
    """The last HTTP status; none: no answer."""
    created: Mapped[int]
    updated: Mapped[int]


class Idempotency(Base):
    """What a key has submitted under which Idempotency-Key."""

    __tablename__ = "idempotency"

    owner: Mapped[str] = mapped_column(_ID, primary_key=True)
    hash: Mapped[str] = mapped_column(_ID, primary_key=True)
    request: Mapped[str]
    """Keyed hash of the request: another one under the same key is refused."""
    item: Mapped[str]
    created: Mapped[int] = mapped_column(index=True)


class Audit(Base):
    """Who did what; each row's `mac` covers the row before."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    mac: Mapped[str]


class Meta(Base):
    """Single facts: the end of the audit chain, the check of the master key."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(_ID, primary_key=True)
    value: Mapped[str]
