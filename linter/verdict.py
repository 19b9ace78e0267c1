"""What comes out: the decision, the risks behind it, the findings and the rewrite."""

from dataclasses import dataclass, field
from enum import StrEnum

from linter.finding import Entity, Finding
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
class Factor:
    """What one detail does: it leaves `share` of those who matched before. `value` is a table's name or a figure."""

    entity: Entity
    value: str = field(repr=False)
    share: float
    source: str


@dataclass(frozen=True, slots=True)
class Way:
    """A coarser way to tell one detail, and about how many people match once it and those before are so told."""

    entity: Entity
    value: str = field(repr=False)
    instead: str = field(repr=False)
    k: float


@dataclass(frozen=True, slots=True)
class Anonymity:
    """How many people match what is told of the most exposed person.

    k: median; low, high: 5 % and 95 %; population: ISO code of the country. public, acquaintance, insider: the
    chance (0 to 1) that such a reader picks the right one. singular: a detail was reckoned with by a guess;
    doubtful: it takes details that may not be the person's; noted: k is small enough to be shown though the post passes.
    crowd: how many match what an acquaintance can see (5 %); rarest: share of them who have the rarest disease told, 0 when
    the record would tell more than diseases; hidden: the post passes for that reason though k is small.
    """

    k: float
    low: float
    high: float
    population: str
    public: float
    acquaintance: float
    insider: float
    factors: tuple[Factor, ...]
    message: str
    ways: tuple[Way, ...] = ()
    singular: bool = False
    doubtful: bool = False
    noted: bool = False
    crowd: float = 0.0
    rarest: float = 0.0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """What was read in one attachment: offsets of its findings count in `text`; pages: pictures looked at."""

    text: str = field(repr=False)
    pages: int


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
    anonymity: Anonymity | None = None
    attachments: tuple[Attached, ...] = ()
