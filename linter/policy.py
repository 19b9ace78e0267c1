"""Policies as data: which findings hold a post."""

from dataclasses import replace
from importlib.resources.abc import Traversable
from math import prod
from pathlib import Path
from typing import Annotated, Protocol, Self

from pydantic import Field, model_validator

from linter.datafile import Data, RuleError, rules_root, validate
from linter.finding import Axis, Finding, Severity
from linter.rule import Text
from linter.verdict import Anonymity, Decision, Risk


class Exposure(Protocol):
    """What decides on a combination of details, as in `Anonymity`."""

    @property
    def public(self) -> float: ...  # noqa: D102
    @property
    def acquaintance(self) -> float: ...  # noqa: D102
    @property
    def insider(self) -> float: ...  # noqa: D102
    @property
    def low(self) -> float: ...  # noqa: D102
    @property
    def doubtful(self) -> bool: ...  # noqa: D102
    @property
    def crowd(self) -> float: ...  # noqa: D102
    @property
    def rarest(self) -> float: ...  # noqa: D102


class Crowd(Data):
    """Who hides in a crowd: so many match what others can see, and what only a record tells is not rarer than this."""

    people: float = Field(ge=1)
    share: float = Field(gt=0, le=1)
    left: float = Field(default=0, ge=0)
    """How many of them have the rarest disease at least."""

    def hides(self, told: Exposure) -> bool:
        """Whether what is told leaves such a crowd."""
        left = told.crowd * told.rarest
        return told.crowd >= self.people and told.rarest >= self.share and left >= self.left


class Combination(Data):
    """From how few people who match, or how likely a right guess, a combination of details holds a post."""

    public: float = Field(default=0.09, gt=0, le=1)
    """Chance that a stranger's guess is right from which the post is held."""
    acquaintance: float = Field(default=0.33, gt=0, le=1)
    insider: float = Field(default=0.75, gt=0, le=1)
    few: float = Field(default=11, ge=1)
    """A post is read when fewer than this may match (the 5 % quantile of k)."""
    note: float = Field(default=20, ge=1)
    """Under this k, the count is shown although the post passes."""
    crowds: tuple[Crowd, ...] = (
        Crowd(people=100, share=1e-3),
        Crowd(people=10_000, share=1e-5, left=11),
    )
    """Where what only the record tells does not count: common diseases, however many, of somebody unknown."""

    def recognised(self, told: Exposure) -> float:
        """The chance of the reader who is likeliest to pick the right person."""
        seen = max(told.public, told.acquaintance)
        return seen if self.hides(told) else max(seen, told.insider)

    def decide(self, told: Exposure) -> Decision:
        """Hold, read or allow."""
        seen = told.public >= self.public or told.acquaintance >= self.acquaintance
        if not seen and self.hides(told):
            return Decision.ALLOW
        if seen or told.insider >= self.insider:
            return Decision.REVIEW if told.doubtful else Decision.BLOCK
        return Decision.REVIEW if told.low < self.few else Decision.ALLOW

    def hides(self, told: Exposure) -> bool:
        """Whether the person is one of a crowd for all who do not have the record."""
        return any(crowd.hides(told) for crowd in self.crowds)


class Policy(Data):
    """Weights of findings by severity, and the risks from which a post is read or held."""

    id: str
    summary: Text
    weights: dict[Severity, Annotated[float, Field(ge=0, le=1)]]
    """How much a finding of each severity adds, times its score."""
    block: float = Field(gt=0, le=1)
    review: float = Field(gt=0, le=1)
    several_moderate: int = Field(default=2, ge=1)
    """So many moderately degrading expressions hold a post; one asks for a reading."""
    several_mild: int = Field(default=2, ge=1)
    """So many mildly degrading expressions ask for a reading; one is a note."""
    combination: Combination = Combination()
    """When details that identify nobody alone hold a post together; the shipped limits when absent."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.review > self.block:
            raise ValueError("`review` is above `block`; what is held must be worth a reading")
        return self

    def assess(self, findings: tuple[Finding, ...], told: Anonymity | None = None) -> Risk:
        """The risk of each axis: the chance that at least one of its findings is true and matters.

        For confidentiality the chance that the most exposed person is recognised from the details joins in.
        """

        def axis(name: Axis) -> float:
            return prod(
                1 - self.weights.get(f.severity, 0) * f.score
                for f in findings
                if f.axis == name and not f.weighed
            )

        recognised = self.combination.recognised(told) if told else 0.0
        confidential = axis("confidentiality") * (1 - recognised)
        return Risk(round(1 - confidential, 3), round(1 - axis("dignity"), 3))

    def decide(self, findings: tuple[Finding, ...], told: Anonymity | None = None) -> Decision:
        """The decision: an error that is sure enough blocks, a warning asks for a reading.

        Details that identify nobody alone count through the people who match them.
        """
        direct = [f for f in findings if not f.weighed]
        if any(f.severity is Severity.ERROR and f.score >= self.block for f in direct):
            return Decision.BLOCK
        if _several(findings, Severity.WARNING, self.several_moderate):
            return Decision.BLOCK
        combined = self.combination.decide(told) if told else Decision.ALLOW
        if combined is Decision.BLOCK:
            return Decision.BLOCK
        held = any(f.severity is not Severity.NOTE and f.score >= self.review for f in direct)
        repeated = _several(findings, Severity.NOTE, self.several_mild)
        return Decision.REVIEW if held or repeated else combined


GRAVER = {Severity.NOTE: Severity.WARNING, Severity.WARNING: Severity.ERROR}


def graver(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of degrading language one step graver: beside a photo of the patient, or about a minor."""
    return tuple(
        replace(f, severity=GRAVER.get(f.severity, f.severity))
        if f.axis == "dignity" and not f.learned
        else f
        for f in findings
    )


def _several(findings: tuple[Finding, ...], severity: Severity, least: int) -> bool:
    """Whether so many findings of degrading language have a severity; only notes of the learned reader add up."""
    alike = [f for f in findings if f.axis == "dignity" and f.severity is severity]
    return sum(severity is Severity.NOTE or not f.learned for f in alike) >= least


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
