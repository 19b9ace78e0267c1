"""Data of rules/subjects: the words around a detail that tell whose it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from math import exp
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from linter.datafile import Data, RuleError, rules_root, validate
from linter.finding import Entity, Subject
from linter.post import Language
from linter.rule import Text, read_example

WEIGHTS = ("weights.yaml", "weights_other.yaml", "weights_quasi.yaml", "weights_beside.yaml")
"""Of names, of other direct identifiers, of details that identify nobody alone, and of such details whosever."""

Where = Literal[
    "inside",
    "right_before",
    "right_after",
    "before",
    "after",
    "sentence",
    "line",
    "post",
    "signature",
    "alone",
]


class Cue(Data):
    """Words at a place relative to the detail, and how much they weigh."""

    id: str
    where: Where
    weight: float = Field(ge=-10, le=10)
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """Words around, in the sentence or soon after it, that undo a cue about one place."""
    within: int = Field(default=40, ge=0, le=200)
    """Reach of `before` and `after`, in characters of the same sentence."""
    entities: tuple[Entity, ...] = ()
    """Entities that the cue speaks of; all when empty."""
    rules: tuple[str, ...] = ()
    """Rules of whose details the cue speaks; all when empty."""
    language: Language | Literal["any"] = "any"
    decides: bool = False
    """Whether the cue settles by itself that a detail is protected, or that it is not: whichever its subject is."""


class SubjectCues(Data):
    """One file of rules/subjects: all cues for one subject, with proof."""

    id: str
    subject: Subject
    summary: str
    cues: tuple[Cue, ...]
    note: Text | None = None
    """What the reader is told when the detail needs no hold."""
    examples: tuple[str, ...] = Field(min_length=2)
    """Sentences whose <<marked>> details have this subject."""

    @model_validator(mode="after")
    def _marked(self) -> "SubjectCues":
        for example in self.examples:
            if not read_example(example)[1]:
                raise ValueError(f"no <<mark>> in the example {example!r}")
        return self


class SubjectWeights(Data):
    """rules/subjects/weights*.yaml: how much each cue says that a detail is a protected person's, or anybody's."""

    id: str
    summary: str
    source: str
    threshold: float = Field(gt=0, lt=1)
    """Chance from which it is treated so."""
    bias: float
    weights: dict[str, float]

    def odds(self, features: Mapping[str, float]) -> float:
        """Log odds that the detail is what the weights are about."""
        return self.bias + sum(self.weights.get(f, 0.0) * n for f, n in features.items())

    def chance(self, features: Mapping[str, float]) -> float:
        """How likely that is, 0 to 1."""
        return 1 / (1 + exp(-self.odds(features)))

    def reasons(self, features: Mapping[str, float], *, positive: bool) -> tuple[str, ...]:
        """The three cues that weighed most for the answer."""
        sign = 1 if positive else -1
        weighed = {f: sign * self.weights.get(f, 0.0) * n for f, n in features.items()}
        ranked = sorted((f for f, w in weighed.items() if w > 0), key=lambda f: (-weighed[f], f))
        return tuple(ranked[:3])


def notes_of(subjects: Iterable[SubjectCues]) -> dict[Subject, Text]:
    """What the reader is told of details that need no hold, by whose they are."""
    return {s.subject: s.note for s in subjects if s.note}


@dataclass(frozen=True)
class Weighing:
    """The fitted weights of names, of other direct identifiers, and of details that identify nobody alone.

    beside: whether such a detail is anybody's at all, the author's or a colleague's too.
    """

    names: SubjectWeights
    others: SubjectWeights
    quasi: SubjectWeights
    beside: SubjectWeights


def load_weights(root: Traversable | Path | None = None) -> Weighing:
    """Load the weights of rules/subjects.

    Raises:
        RuleError: with path, line and what to do.
    """
    folder = (root or rules_root()) / "subjects"
    return Weighing(
        *(
            validate(SubjectWeights, folder / n, f"rules/subjects/{n}", id=f"subjects/{n[:-5]}")
            for n in WEIGHTS
        )
    )


def load_subjects(root: Traversable | Path | None = None) -> tuple[SubjectCues, ...]:
    """Load every file of rules/subjects.

    Raises:
        RuleError: with path, line and what to do.
    """
    folder = (root or rules_root()) / "subjects"
    paths = sorted(
        (p for p in folder.iterdir() if p.name.endswith(".yaml") and p.name not in WEIGHTS),
        key=lambda p: p.name,
    )
    cues, problems = [], []
    for path in paths:
        name = path.name
        try:
            cues.append(
                validate(SubjectCues, path, f"rules/subjects/{name}", id=f"subjects/{name[:-5]}")
            )
        except RuleError as error:
            problems.append(str(error))
    if problems:
        raise RuleError("\n".join(problems))
    return tuple(cues)
