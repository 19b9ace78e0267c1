"""Data of rules/subjects: the words around a detail that tell whose it is."""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from linter.finding import Entity, Subject
from linter.post import Language
from linter.rule import Data, RuleError, Text, read_example, rules_root, validate

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
    within: int = Field(default=40, ge=0, le=200)
    """Reach of `before` and `after`, in characters of the same sentence."""
    entities: tuple[Entity, ...] = ()
    """Entities that the cue speaks of; all when empty."""
    language: Language | Literal["any"] = "any"


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


def load_subjects(root: Traversable | Path | None = None) -> tuple[SubjectCues, ...]:
    """Load every file of rules/subjects.

    Raises:
        RuleError: with path, line and what to do.
    """
    folder = (root or rules_root()) / "subjects"
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".yaml")), key=lambda p: p.name)
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
