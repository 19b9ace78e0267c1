"""What comes out: the decision, the risks behind it, the findings and the rewrite."""

from dataclasses import dataclass, field
from enum import StrEnum

from linter.finding import Finding
from linter.post import Language

MAX_TEXT = 2_000_000
"""Longest post that is checked, in characters."""


class PostError(ValueError):
    """A post cannot be checked; the message says why and never quotes it."""


class Decision(StrEnum):
    """What a careful moderator would do with the post."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely each axis is harmed, from 0 to 1."""

    confidentiality: float = 0.0
    dignity: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that hippolint says of one post. `fixed` stays out of `repr`: it is mostly the post."""

    id: str | None
    lang: Language
    decision: Decision
    risk: Risk
    findings: tuple[Finding, ...]
    fixed: str = field(repr=False)
    policy: str = "default"
