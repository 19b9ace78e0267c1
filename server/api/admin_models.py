"""Bodies of requests and answers for administrators: forums, keys, messages, figures."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.actor import Scope
from server.api.fields import Day, ForumId, In, Name, Out, Time
from server.moderation.forums import ForumSettings


class ForumIn(ForumSettings):
    """Settings of a forum; `version` of those that were read, 0 for a new forum."""

    version: int | None = Field(default=None, ge=0, le=2**31)


class ForumOut(Out):
    """A forum."""

    id: str
    name: str
    lang: str
    policy: dict[str, Any]
    files_late: str
    deadline_seconds: int
    grace_seconds: int
    retention_days: int
    callback_url: str
    redress: str
    version: int


class ForumList(Out):
    """Forums."""

    forums: list[ForumOut]


class ReplayIn(In):
    """A policy to try on the last decisions."""

    policy: dict[str, Any] = Field(default_factory=dict, max_length=20)
    last: int = Field(default=200, ge=1, le=500)


class ChangedOut(Out):
    """A post on which the policies differ."""

    id: str
    before: str
    after: str
    decided: str


class ReplayOut(Out):
    """The last decisions under the present and the new policy."""

    posts: int
    before: dict[str, int]
    after: dict[str, int]
    let_through: int
    held_anew: int
    changed: list[ChangedOut]


class KeyIn(In):
    """An API key to make."""

    name: Name
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=4)]
    forum: ForumId | None = None
    days: int | None = Field(default=None, ge=1, le=3_650, description="Until it ends.")


class KeyOut(Out):
    """An API key, without its words."""

    id: str
    name: str
    scopes: list[str]
    forum: str | None
    created: Time
    expires: Time | None
    revoked: Time | None


class KeyNew(Out):
    """A new key: the token is shown once."""

    id: str
    token: str


class KeyList(Out):
    """API keys."""

    keys: list[KeyOut]


class CallbackOut(Out):
    """A message to a forum's software."""

    id: str
    forum: str
    post: str
    event: str
    state: str
    attempts: int
    status: int | None
    created: Time
    updated: Time


class CallbackList(Out):
    """Messages, newest first."""

    callbacks: list[CallbackOut]


class CallbackQuery(In):
    """Which messages."""

    state: Literal["waiting", "done", "dead"] | None = "dead"
    limit: int = Field(default=50, ge=1, le=200)


class FiguresQuery(In):
    """Of which time and forum."""

    since: Day
    until: Day
    forum: ForumId | None = None


class FigureOut(Out):
    """One count."""

    month: str
    forum: str
    what: str
    value: str
    count: int


class FiguresOut(Out):
    """Counts for a transparency report."""

    figures: list[FigureOut]
    median_wait_seconds: float | None


class RuleFigureOut(Out):
    """How a rule fared."""

    rule: str
    decided: int
    confirmed: int
    dismissed: int
    precision: float | None


class RuleFigures(Out):
    """How the rules fared, the least right first."""

    rules: list[RuleFigureOut]
