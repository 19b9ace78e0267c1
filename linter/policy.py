"""Policies as data: which findings hold a post."""

from importlib.resources.abc import Traversable
from math import prod
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from linter.datafile import Data, RuleError, rules_root, validate
from linter.finding import Axis, Finding, Severity
from linter.rule import Text
from linter.verdict import Decision, Risk


class Policy(Data):
    """Weights of findings by severity, and the risks from which a post is read or held."""

    id: str
    summary: Text
    weights: dict[Severity, Annotated[float, Field(ge=0, le=1)]]
    """How much a finding of each severity adds, times its score."""
    block: float = Field(gt=0, le=1)
    review: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.review > self.block:
            raise ValueError("`review` is above `block`; what is held must be worth a reading")
        return self

    def assess(self, findings: tuple[Finding, ...]) -> Risk:
        """The risk of each axis: the chance that at least one of its findings is true and matters."""

        def axis(name: Axis) -> float:
            safe = prod(
                1 - self.weights.get(f.severity, 0) * f.score for f in findings if f.axis == name
            )
            return round(1 - safe, 3)

        return Risk(axis("confidentiality"), axis("dignity"))

    def decide(self, findings: tuple[Finding, ...]) -> Decision:
        """The decision: an error that is sure enough blocks, a warning asks for a reading."""
        errors = [f for f in findings if f.severity is Severity.ERROR and f.score >= self.block]
        if errors:
            return Decision.BLOCK
        held = [f for f in findings if f.severity is not Severity.NOTE and f.score >= self.review]
        return Decision.REVIEW if held else Decision.ALLOW


def load_policy(name: str = "default", root: Traversable | Path | None = None) -> Policy:
    """A shipped policy by name, or a policy file by path.

    Raises:
        RuleError: no such policy, or the file is wrong.
    """
    shipped = (root or rules_root()) / "policies" / f"{name}.yaml"
    if name.isidentifier() and shipped.is_file():
        return validate(Policy, shipped, f"rules/policies/{name}.yaml", id=name)
    path = Path(name)
    if path.is_dir():
        raise RuleError(f"{name}: a folder; give the path of a policy file")
    if not path.is_file():
        raise RuleError(
            f"{name}: no such policy; give the path of a file, or one of: {', '.join(_names(root))}"
        )
    return validate(Policy, path, name, id=path.stem)


def _names(root: Traversable | Path | None) -> list[str]:
    folder = (root or rules_root()) / "policies"
    return sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".yaml"))
