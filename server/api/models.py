"""Bodies of requests and answers."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from server.api.fields import PRINTABLE, Day, ForumId, In, Lang, Name, Out, Time
from server.moderation.appeals import MAX_WORDS
from server.moderation.dismissals import Why
from server.moderation.timeline import MAX_NOTE
from server.store.tables import State

_Version = Annotated[int, Field(ge=1, le=2**31, description="The post's version as it was read.")]


class AuthorPlace(In):
    """About the author of a draft."""

    place: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        default=None, description="The author's town: patients are taken to live around it."
    )


class Author(AuthorPlace):
    """About the author of a post."""

    id: Name | None = Field(default=None, description="Id or pseudonym on the forum.")


class CheckIn(In):
    """A post to check and to forget."""

    text: str = Field(max_length=2_000_000)
    id: Name | None = None
    lang: Lang = "auto"
    date: Day | None = Field(default=None, description="When it was posted (ISO 8601).")
    author: AuthorPlace = AuthorPlace()
    forum: ForumId | None = Field(default=None, description="The forum whose policy counts.")


class PostEdit(In):
    """The words of a post."""

    text: str = Field(max_length=2_000_000)
    lang: Lang = "auto"
    date: Day | None = None
    url: Annotated[str, StringConstraints(max_length=2_000, pattern=PRINTABLE)] | None = None
    author: Author = Author()


class PostIn(PostEdit):
    """A post to moderate."""

    forum: ForumId
    external_id: Name = Field(
        description="The post's id on the forum; free of personal data, please."
    )
    thread: Name | None = None
    audience: Name | None = Field(
        default=None, description="Who will read it: a group, members, everybody."
    )


class Factor(Out):
    """What one detail does to the number of people."""

    entity: str
    value: str
    share: float
    source: str


class Anonymity(Out):
    """How many people match what is told of one patient."""

    k: float
    low: float
    high: float
    population: str
    factors: list[Factor]
    message: str
    views: dict[str, float]
    ways: list[dict[str, Any]]
    singular: bool


class Confidentiality(Out):
    """Risk that somebody is recognised."""

    risk: float
    anonymity: Anonymity | None


class Dignity(Out):
    """Risk that a patient is degraded."""

    risk: float


class FindingOut(Out):
    """What a rule found, and where."""

    rule: str
    entity: str
    subject: str
    kind: str | None
    axis: Literal["confidentiality", "dignity"]
    severity: Literal["error", "warning", "note"]
    score: float
    source: str
    start: int | None
    end: int | None
    box: list[int] | None
    message: str
    duties: list[str]
    replacement: str | None
    action: str | None
    page: int | None


class AttachedOut(Out):
    """What was read in an attachment."""

    text: str
    pages: int


class VerdictOut(Out):
    """The verdict on a post."""

    id: str | None
    lang: Literal["fr", "en"]
    verdict: Literal["allow", "review", "block"]
    confidentiality: Confidentiality
    dignity: Dignity
    findings: list[FindingOut]
    fixed: str
    policy: str
    engine: str
    attachments: list[AttachedOut]


class PostOut(Out):
    """Where a post stands. `action`: what the forum's software should do with it now."""

    id: str
    forum: str
    external_id: str
    thread: str | None
    audience: str | None
    state: State
    action: Literal["publish", "wait", "hold", "reject", "return", "remove"]
    verdict: Literal["allow", "review", "block"]
    checked: bool = Field(description="Whether its files were looked at too.")
    confidentiality: float
    dignity: float
    lang: str
    revision: int
    version: int
    claimed_by: str | None
    claimed_until: Time | None
    legal_hold: bool
    created: Time
    updated: Time
    deadline: Time | None
    expires: Time


class DecisionOut(Out):
    """What was decided."""

    id: str
    action: Literal["approve", "reject", "return"]
    rules: list[str]
    automated: bool
    made: Time
    effective: Time = Field(description="Until then it can be undone.")
    state: Literal["pending", "done", "undone"]


class EventOut(Out):
    """One line of the timeline."""

    at: Time
    actor: str
    kind: str
    detail: dict[str, Any]
    note: str | None


class PostFull(PostOut):
    """A post with its words, the verdict and what happened to it."""

    text: str
    author: str | None
    url: str | None
    files: list[str]
    full: VerdictOut | None = Field(description="The whole verdict; null where the linter failed.")
    decision: DecisionOut | None
    appeal: str | None = Field(
        description="What the author wrote against the decision, if that is open."
    )
    timeline: list[EventOut]


class PostList(Out):
    """A page of the queue."""

    posts: list[PostOut]
    next: str | None = Field(description="Cursor of the next page.")


class PostQuery(In):
    """Which posts."""

    state: State | None = State.WAITING
    forum: ForumId | None = None
    verdict: Literal["allow", "review", "block"] | None = None
    axis: Literal["confidentiality", "dignity"] | None = None
    rule: Name | None = None
    thread: Name | None = None
    external_id: Name | None = None
    claimed: Literal["me", "nobody"] | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: (
        Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None
    ) = None


class VersionIn(In):
    """Which state of the post was read."""

    version: _Version


class DecisionIn(VersionIn):
    """A decision."""

    action: Literal["approve", "reject", "return"]
    rules: Annotated[tuple[Name, ...], Field(max_length=100)] | None = Field(
        default=None, description="The rules that it rests on; all that spoke when absent."
    )


class DecidedOut(Out):
    """A decision and the post after it."""

    decision: DecisionOut
    post: PostOut


class WordsIn(In):
    """A note."""

    text: str = Field(min_length=1, max_length=MAX_NOTE)


class AppealIn(In):
    """An appeal."""

    # Its length is told where appeals are made, in one sentence.
    text: str = Field(json_schema_extra={"minLength": 1, "maxLength": MAX_WORDS})


class DismissalIn(In):
    """A finding that is wrong."""

    finding: int = Field(ge=0, le=100_000, description="Its number in the verdict, from 0.")
    reason: Why


class HoldIn(In):
    """Whether a legal hold is on."""

    held: bool


class NoticeQuery(In):
    """In which language."""

    lang: Literal["fr", "en"] = "fr"


class NoticeOut(Out):
    """A statement of reasons (Regulation (EU) 2022/2065, art. 17); field names of the DSA Transparency Database."""

    lang: Literal["fr", "en"]
    text: str
    post: str
    puid: str
    decision_visibility: list[str]
    decision_ground: str
    incompatible_content_ground: str
    incompatible_content_explanation: str
    decision_facts: str
    category: str
    content_type: list[str]
    content_language: str
    content_date: str
    application_date: str
    territorial_scope: list[str]
    source_type: str
    automated_detection: str
    automated_decision: str
    rules: list[str]
    redress: list[str]
