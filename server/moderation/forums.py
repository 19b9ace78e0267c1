"""Forums: their policy, what happens when files take long, how long content is kept, where decisions are sent."""

from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.checker import policy_of
from server.core import Core
from server.crypto import opened, seal
from server.moderation import audit
from server.problem import Problem
from server.store.tables import Forum, now

FORUM_ID = r"^[a-z0-9][a-z0-9_-]{0,62}$"


class ForumSettings(BaseModel):
    """What an administrator sets for one forum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    lang: Literal["fr", "en"] = "fr"
    policy: dict[str, Any] = Field(
        default_factory=dict,
        max_length=20,
        description="Fields of a policy file that differ from the default policy.",
    )
    files_late: Literal["hold", "publish"] = Field(
        default="hold",
        description="What happens to a post whose files were not looked at by the deadline (fail-closed or fail-open).",
    )
    deadline_seconds: int = Field(default=120, ge=1, le=86_400)
    grace_seconds: int = Field(
        default=600, ge=0, le=86_400, description="How long a decision can be undone."
    )
    retention_days: int = Field(
        default=90,
        ge=1,
        le=3_650,
        description="How long a post is kept. A change counts for posts to come.",
    )
    callback_url: str = Field(default="", max_length=500)
    callback_secret: str | None = Field(
        default=None,
        min_length=16,
        max_length=200,
        description="Signs callbacks; never shown again. Absent: the old one stays.",
    )
    redress: str = Field(
        default="",
        max_length=1_000,
        description="Where an author may complain; shown in statements of reasons.",
    )

    @field_validator("name", "callback_url", "redress")
    @classmethod
    def _storable(cls, value: str) -> str:
        if "\0" in value:  # PostgreSQL keeps none
            raise ValueError("no null character")
        return value

    @field_validator("callback_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            right = False
        if not right or parts.username or parts.password or any(c.isspace() for c in value):
            raise ValueError("an http or https address without a password")
        return value


def get(session: Session, actor: Actor, forum: str) -> Forum:
    """A forum that the actor sees.

    Raises:
        Problem: there is none.
    """
    found = session.get(Forum, forum) if actor.sees(forum) else None
    if found is None:
        raise Problem("not-found", "There is no such forum.")
    return found


def listed(session: Session, actor: Actor) -> list[Forum]:
    """The forums that the actor sees, by name."""
    every = session.scalars(select(Forum).order_by(Forum.name))
    return [f for f in every if actor.sees(f.id)]


def put(
    core: Core,
    session: Session,
    actor: Actor,
    forum: str,
    settings: ForumSettings,
    version: int | None = None,
) -> tuple[Forum, bool]:
    """Make a forum or change it; whether it is new.

    Raises:
        Problem: the policy is wrong, or somebody changed the forum since `version`.
    """
    policy_of(settings.policy)
    # Weaker than a lock for deletion: rows that point to the forum may be written meanwhile.
    found = session.get(Forum, forum, with_for_update={"key_share": True})
    if version is not None and version != (found.version if found else 0):
        raise Problem("conflict", "The forum was changed meanwhile; read it again.")
    new = found is None
    if found is None:
        found = Forum(id=forum, created=now(), version=0, callback_secret=None)
        session.add(found)
    _fill(core, found, settings)
    found.version += 1
    audit.record(core, session, actor, "forum.put", forum, {"version": found.version})
    return found, new


def settings(forum: Forum) -> ForumSettings:
    """The settings as they were put, without the secret."""
    return ForumSettings(
        name=forum.name,
        lang="fr" if forum.lang == "fr" else "en",
        policy=forum.policy,
        files_late="publish" if forum.fail_open else "hold",
        deadline_seconds=forum.deadline_s,
        grace_seconds=forum.grace_s,
        retention_days=forum.retention_days,
        callback_url=forum.callback_url,
        redress=forum.redress,
    )


def secret(core: Core, forum: Forum) -> bytes | None:
    """What signs the callbacks of a forum."""
    if forum.callback_secret is None:
        return None
    return opened(core.keys.wrapping, forum.callback_secret, f"callback:{forum.id}")


def _fill(core: Core, forum: Forum, told: ForumSettings) -> None:
    forum.name, forum.lang, forum.policy = told.name, told.lang, told.policy
    forum.fail_open = told.files_late == "publish"
    forum.deadline_s, forum.grace_s = told.deadline_seconds, told.grace_seconds
    forum.retention_days, forum.redress = told.retention_days, told.redress
    forum.callback_url = told.callback_url
    if told.callback_secret:
        forum.callback_secret = seal(
            core.keys.wrapping, told.callback_secret.encode(), f"callback:{forum.id}"
        )
    if forum.callback_url and forum.callback_secret is None:
        raise Problem(
            "invalid", "A callback address needs a callback secret, which signs the calls."
        )
