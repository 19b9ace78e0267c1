"""Rules as data: one YAML file is one rule, its path is its identity, its examples are its proof."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from linter.datafile import Data, RuleError, rules_root, validate
from linter.expressions import check_bounded
from linter.finding import Entity, Kind, Severity, Span, Subject
from linter.lexicon_match import LexiconMatch
from linter.post import LANGUAGES, Language
from linter.quasi_match import (
    AgeMatch,
    BodyMatch,
    FacilityMatch,
    ListedMatch,
    MomentMatch,
    PlaceMatch,
)
from linter.seen import What

FOLDERS = ("direct", "quasi", "dignity", "files")
"""Folders of rules/ that hold rules; the others hold what rules and recognizers refer to."""


class Text(Data):
    """A sentence in both languages."""

    fr: str
    en: str

    def of(self, lang: Language) -> str:
        """The sentence in one language."""
        return self.fr if lang == "fr" else self.en


class PatternMatch(Data):
    """Regular expressions over the normalised text, with a check function and words around."""

    kind: Literal["pattern"]
    regex: tuple[str, ...]
    group: str | None = None
    """Named group that is the finding; the whole match when absent."""
    ignore_case: bool = False
    check: str | None = None
    """Function of linter/text/checks.py; a match that fails it is dropped, or kept with `unchecked_score`."""
    needs: Literal["digit", "at", "link", "letter"] = "letter"
    """Cheapest thing that the text must contain before the pattern is tried."""
    score: float = Field(ge=0, le=1)
    unchecked_score: float | None = Field(default=None, ge=0, le=1)
    context: tuple[str, ...] = ()
    """Words of which one must stand near the match (`window` characters before, 30 after)."""
    context_score: float | None = Field(default=None, ge=0, le=1)
    """Score with context; without this key, no context means no match."""
    unless: tuple[str, ...] = ()
    """Words that rule the match out when they stand just before it (24 characters)."""
    window: int = Field(default=60, ge=0, le=200)
    not_in: str | None = None
    """List of rules/lists whose terms (letters and figures only) are no finding."""

    @field_validator("regex", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("regex")
    @classmethod
    def _bounded(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for regex in value:
            check_bounded(regex)
        return value

    @field_validator("context", "unless")
    @classmethod
    def _words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _not_blank(value)

    @model_validator(mode="after")
    def _has_group(self) -> Self:
        for regex in self.regex:
            if self.group and self.group not in re.compile(regex).groupindex:
                raise ValueError(f"no group (?P<{self.group}>…) in the expression {regex!r}")
        return self


class NameMatch(Data):
    """A name announced by words before it."""

    kind: Literal["name"]
    cues: tuple[str, ...]
    lower: Literal["no", "known", "any"] = "no"
    """Names in lower case that count after these cues: none, those that only are names, or any
    that is no everyday word."""
    keep_cue: bool = False
    """Whether the cue belongs to the span, as a title does."""
    colon: Literal["no", "may", "must"] = "may"
    """Whether a colon (or the like) may or must stand between cue and name."""
    weak: bool = False
    """Whether the name must also be known as a first name or surname, or tagged as a person."""
    unlisted: bool = False
    """Whether, for `weak`, a word with a capital that no list holds is known enough."""
    sure: bool = False
    """Whether the cue is so plain that an eponym or a place after it is a person too."""
    gap: tuple[str, ...] = ()
    """Words that may stand between cue and name."""
    titles: tuple[str, ...] = ()
    """Cues that announce nothing when one capital begins them within a sentence: "Sœur Anne", "Sister Okafor"."""
    score: float = Field(ge=0, le=1)

    @field_validator("cues", "gap", "titles")
    @classmethod
    def _words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _with_letters(value)


class PersonMatch(Data):
    """A name found without an announcing word, by a named method of linter/text/recognizers."""

    kind: Literal["person"]
    method: str
    bare: bool = True
    """Whether nothing around the name says that it is a patient's."""
    after: tuple[str, ...] = ()
    """What must follow the name, with the sign or space before it: "'s chemo"; nothing needs to when empty."""
    but_not: tuple[str, ...] = ()
    """What must not follow that: " clinic"."""
    score: float = Field(ge=0, le=1)


class AttachmentMatch(Data):
    """Something seen in an attachment."""

    kind: Literal["attachment"]
    when: What
    score: float = Field(ge=0, le=1)
    """Score of the finding when it is seen for sure; less where the detector is less sure."""


class FollowsMatch(Data):
    """A detail that stands right after a name: "Palanque Huguette 14/02/1938"."""

    kind: Literal["follows"]
    regex: str
    """Tried where a finding of `after` ends; the named group `id` is the finding."""
    after: Entity = Entity.PERSON
    ignore_case: bool = False
    score: float = Field(ge=0, le=1)

    @field_validator("regex")
    @classmethod
    def _bounded(cls, value: str) -> str:
        check_bounded(value)
        if "id" not in re.compile(value).groupindex:
            raise ValueError(f"no group (?P<id>…) in the expression {value!r}")
        return value


class LearnedMatch(Data):
    """Words that the learned reader takes for the rule's entity where no other rule found anything.

    With a kind of degrading language: a passage that the reader of tone takes for it, where the lexicon knows no expression.
    """

    kind: Literal["learned"]
    chance: float = Field(gt=0, lt=1)
    """How sure the reader must be; the finding's score is what it says."""
    unless: tuple[str, ...] = ()
    """Words that such a detail does not hold; for details that identify nobody alone."""


Match = Annotated[
    PatternMatch
    | NameMatch
    | PersonMatch
    | FollowsMatch
    | LearnedMatch
    | AttachmentMatch
    | AgeMatch
    | MomentMatch
    | BodyMatch
    | PlaceMatch
    | FacilityMatch
    | ListedMatch
    | LexiconMatch,
    Field(discriminator="kind"),
]


class Examples(Data):
    """Proof of a rule: sentences with marks `<<…>>`, look-alikes without, and known misses."""

    match: tuple[str, ...] = Field(min_length=1)
    no_match: tuple[str, ...] = Field(min_length=1)
    missed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _marks(self) -> Self:
        for example in (*self.match, *self.missed):
            if not read_example(example)[1]:
                raise ValueError(f"no <<mark>> in the example {example!r}")
        for example in self.no_match:
            if read_example(example)[1]:
                raise ValueError(f"a no_match example has no <<mark>>: {example!r}")
        return self


class Rule(Data):
    """One rule; see docs/concepts.md for its words and CONTRIBUTING.md for how to add one."""

    id: str
    summary: str
    why: str
    language: Language | Literal["any"]
    entity: Entity
    severity: Severity
    message: Text
    advice: Text
    duties: tuple[str, ...]
    references: tuple[str, ...] = ()
    kind: Kind | None = None
    """How it degrades: of rules for DEGRADING, and of no others."""
    subject: Subject | None = None
    """Whose detail it is when the rule itself tells; the cues of the post decide otherwise."""
    replacement: Text | None = None
    match: Match
    examples: Examples

    @model_validator(mode="after")
    def _degrades(self) -> Self:
        if (self.entity is Entity.DEGRADING) != (self.kind is not None):
            raise ValueError("`kind` goes with the entity DEGRADING; give both or neither")
        return self

    def languages(self) -> tuple[Language, ...]:
        """The languages in which the rule runs."""
        return LANGUAGES if self.language == "any" else (self.language,)

    @property
    def by_tone(self) -> bool:
        """Whether the reader of tone finds its words."""
        return self.match.kind == "learned" and self.kind is not None


def read_example(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Take the marks `<<…>>` out of an example.

    Returns:
        The plain text and the spans that were marked, in order.

    Raises:
        ValueError: a mark is empty, nested or not closed.
    """
    parts = re.split(r"(<<|>>)", marked)
    if parts[1::2] != ["<<", ">>"] * (len(parts) // 4) or len(parts) % 4 != 1:
        raise ValueError(f"unbalanced <<marks>> in the example {marked!r}")
    plain, spans = "", []
    for number, part in enumerate(parts[::2]):
        if number % 2:
            spans.append(Span(len(plain), len(plain) + len(part)))
        plain += part
    return plain, tuple(spans)


def _not_blank(words: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(str.strip, words)):
        raise ValueError("an empty word would stand everywhere; remove it")
    return words


def _with_letters(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if not any(map(str.isalnum, word)):
            raise ValueError(f"{word!r} holds no letter or figure; remove it")
    return words


@dataclass(frozen=True)
class RuleFile:
    """Where a rule stands."""

    id: str
    path: Traversable
    name: str


def rule_files(root: Traversable) -> Iterator[RuleFile]:
    """Every rule file below a rules folder, in the order of their identities."""
    for folder in FOLDERS:
        directory = root / folder
        if not directory.is_dir():
            continue
        for path in sorted(directory.iterdir(), key=lambda p: p.name):
            if path.name.endswith(".yaml"):
                yield RuleFile(f"{folder}/{path.name[:-5]}", path, f"rules/{folder}/{path.name}")


def load_rules(root: Traversable | Path | None = None) -> tuple[Rule, ...]:
    """Load and validate every rule.

    Args:
        root: a rules folder; the shipped one when absent.

    Raises:
        RuleError: names every problem of every file, one a line, as `path:line: key: what to do`.
    """
    rules, problems = [], []
    for file in rule_files(root or rules_root()):
        try:
            rules.append(validate(Rule, file.path, file.name, id=file.id))
        except RuleError as error:
            problems.append(str(error))
    if problems:
        raise RuleError("\n".join(problems))
    return tuple(rules)
