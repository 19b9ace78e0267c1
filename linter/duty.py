"""Duties that rules cite: law and ethics with the status of their check."""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from linter.datafile import Data, rules_root, validate
from linter.post import Language
from linter.rule import Text


class Duty(Data):
    """One duty; `status` says whether its source was read (`verified`) or is still to check."""

    ref: str
    lang: Language | Literal["any"]
    line: Text
    status: Literal["verified", "to-check"]
    source: str


class _Duties(Data):
    id: str
    as_of: str
    duties: tuple[Duty, ...]


def load_duties(root: Traversable | Path | None = None) -> dict[str, Duty]:
    """Every duty of rules/duties.yaml by its reference.

    Raises:
        RuleError: with path, line and what to do.
    """
    path = (root or rules_root()) / "duties.yaml"
    return {d.ref: d for d in validate(_Duties, path, "rules/duties.yaml", id="duties").duties}


def duties_for(refs: tuple[str, ...], known: dict[str, Duty], lang: Language) -> tuple[str, ...]:
    """Of the duties that a rule cites, those that bind readers of the language."""
    return tuple(r for r in refs if r in known and known[r].lang in {lang, "any"})
