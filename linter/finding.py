"""What a rule found, and where; never the words themselves.

The names of entities, subjects and kinds are those of the policy document; programs rely on them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

Axis = Literal["confidentiality", "dignity"]


class Severity(StrEnum):
    """How grave a finding is if it is true."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return tuple(Severity).index(self)


class Subject(StrEnum):
    """Whose detail it is."""

    PATIENT = "patient"
    RELATIVE = "relative"
    PROFESSIONAL = "professional"
    AUTHOR = "author"
    PUBLIC_FIGURE = "public_figure"
    NONE = "none"


PROTECTED = frozenset({Subject.PATIENT, Subject.RELATIVE, Subject.PUBLIC_FIGURE})
"""Subjects whose identity the medical secret covers."""


class Entity(StrEnum):
    """What sort of detail it is; Presidio's name where it has one."""

    PERSON = "PERSON"
    PHONE_NUMBER = "PHONE_NUMBER"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    URL = "URL"
    USERNAME = "USERNAME"
    IP_ADDRESS = "IP_ADDRESS"
    ADDRESS = "ADDRESS"
    NATIONAL_ID = "NATIONAL_ID"
    PATIENT_ID = "PATIENT_ID"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    IBAN_CODE = "IBAN_CODE"
    VEHICLE_PLATE = "VEHICLE_PLATE"
    OTHER_ID = "OTHER_ID"
    AGE = "AGE"
    DATE_TIME = "DATE_TIME"
    LOCATION = "LOCATION"
    FACILITY = "FACILITY"
    OCCUPATION = "OCCUPATION"
    CONDITION = "CONDITION"
    PHYSICAL_MARK = "PHYSICAL_MARK"
    FAMILY = "FAMILY"
    NRP = "NRP"
    EVENT = "EVENT"
    DEGRADING = "DEGRADING"
    UNCHECKED = "UNCHECKED"
    FACE = "FACE"
    IMAGE_TEXT = "IMAGE_TEXT"
    CODE = "CODE"
    METADATA = "METADATA"
    KNOWN_LEAK = "KNOWN_LEAK"


DIRECT = frozenset(list(Entity)[:13])
"""Entities that identify a person by themselves."""

QUASI = frozenset(list(Entity)[13:23])
"""Entities that identify nobody alone, and may together."""

IN_FILES = frozenset(list(Entity)[24:])
"""Entities of files: no words of a post carry them."""


class Kind(StrEnum):
    """How a phrase degrades."""

    SEXUALISING = "sexualising"
    DEHUMANISING = "dehumanising"
    DISCRIMINATORY = "discriminatory"
    HARM = "harm"
    BODY_SHAMING = "body_shaming"
    CONTEMPT = "contempt"
    DISBELIEF = "disbelief"
    STIGMATISING = "stigmatising"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of Unicode code points of the original text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span runs forward and is not empty: {self.start}:{self.end}")

    def overlaps(self, other: Self) -> bool:
        """Whether both hold at least one code point in common."""
        return self.start < other.end and other.start < self.end

    def shifted(self, offset: int) -> Self:
        """The same range of a longer text that holds this one from an offset on."""
        return type(self)(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright image."""

    x0: int
    y0: int
    x1: int
    y1: int

    @classmethod
    def around(cls, boxes: Iterable[Self]) -> Self:
        """The smallest box that holds all of some boxes, of which there is at least one."""
        x0, y0, x1, y1 = zip(*((b.x0, b.y0, b.x1, b.y1) for b in boxes), strict=True)
        return cls(min(x0), min(y0), max(x1), max(y1))


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule matched one place. The matched text is absent: a finding may be logged, the text may not.

    `because` holds the cues that decided the subject: names of rule data, never words of the post.
    """

    rule: str
    entity: Entity
    subject: Subject
    severity: Severity
    score: float
    span: Span | None
    message: str
    duties: tuple[str, ...] = ()
    replacement: str | None = None
    action: str | None = None
    kind: Kind | None = None
    axis: Axis = "confidentiality"
    source: str = "text"
    box: Box | None = None
    because: tuple[str, ...] = ()
    page: int | None = None
    """0-based number of the page, frame or picture of an attachment."""
    unseen: Literal["", "name", "metadata", "payload"] = ""
    """Where of an attachment it was read that no page shows: its name, its properties, a code."""
    learned: bool = False
    """Whether the reader of tone alone tells it: it asks for a reading, and never holds a post by itself."""

    @property
    def weighed(self) -> bool:
        """Whether it speaks together with other details only; a mark that a photo may show is nothing to be counted."""
        return self.entity in QUASI and not self.rule.startswith("files/")


def in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of the text by their place, then the others as they came."""
    return tuple(
        sorted(findings, key=lambda f: (f.source != "text", f.span.start if f.span else 0))
    )
