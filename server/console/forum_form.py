"""The form of a forum's settings: read field by field, faults told by field, never by quoting what was typed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pydantic import ValidationError

from linter.policy import Policy
from server.checker import policy_of
from server.moderation.forums import ForumSettings
from server.store.tables import Forum

SETTINGS = (
    "name",
    "lang",
    "files_late",
    "deadline_seconds",
    "grace_seconds",
    "retention_days",
    "callback_url",
    "redress",
)
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of the policy. name: where it stands, with a dot for what is inside another."""

    name: str
    least: float
    most: float
    step: str

    @property
    def key(self) -> str:
        """Its name in the words of the page."""
        return self.name.replace(".", "_")


THRESHOLDS = (
    Threshold("block", 0.01, 1, "any"),
    Threshold("review", 0.01, 1, "any"),
    Threshold("several_moderate", 1, 50, "1"),
    Threshold("several_mild", 1, 50, "1"),
    Threshold("combination.public", 0.001, 1, "any"),
    Threshold("combination.acquaintance", 0.001, 1, "any"),
    Threshold("combination.insider", 0.001, 1, "any"),
    Threshold("combination.few", 1, 100_000, "any"),
    Threshold("combination.note", 1, 100_000, "any"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form says. values: to be shown again; faults: keys of words by field; settings: None with faults."""

    values: Mapping[str, str]
    faults: Mapping[str, str]
    settings: ForumSettings | None = None


def filled(forum: Forum, told: ForumSettings) -> Form:
    """The form of a forum as it is."""
    policy = policy_of(told.policy)
    values = {name: str(getattr(told, name)) for name in SETTINGS}
    values |= {t.name: f"{_value(policy, t.name):.10g}" for t in THRESHOLDS}
    return Form(values | {"version": str(forum.version)}, {})


def read(given: Mapping[str, str], before: Mapping[str, Any], *, secret: bool) -> Form:
    """What somebody typed.

    Args:
        given: the form.
        before: the policy's changes so far; those that the form does not show stay.
        secret: whether the forum has a callback secret.
    """
    values = {
        name: given.get(name, "")[: _LONGEST + 1]
        for name in (*SETTINGS, *(t.name for t in THRESHOLDS), "version")
    }
    numbers = {t: _number(values[t.name], t) for t in THRESHOLDS}
    faults = {t.name: "fault_range" for t, number in numbers.items() if number is None}
    block, review = (n for t, n in numbers.items() if t.name in ("block", "review"))
    if block is not None and review is not None and review > block:
        faults["review"] = "fault_order"
    if values["callback_url"] and not secret:
        faults["callback_url"] = "fault_secret"
    known = {t.name: n for t, n in numbers.items() if n is not None}
    settings = None
    try:
        told = {name: values[name].strip() for name in SETTINGS}
        settings = ForumSettings.model_validate(told | {"policy": changes(known, before)})
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        faults |= {str(e["loc"][0]): "fault_value" for e in wrong if e["loc"]}
    return Form(values, faults, None if faults else settings)


def changes(numbers: Mapping[str, float], before: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a policy that differ from the default."""
    default = policy_of({})
    out: dict[str, Any] = {k: v for k, v in before.items() if k not in _names() | {"combination"}}
    inside = dict(before.get("combination") or {})
    for name, number in numbers.items():
        whole: float = int(number) if number == int(number) else number
        outer, _, inner = name.partition(".")
        target, key = (inside, inner) if inner else (out, outer)
        if whole == _value(default, name):
            target.pop(key, None)
        else:
            target[key] = whole
    return out | ({"combination": inside} if inside else {})


def digest(policy: Mapping[str, Any]) -> str:
    """Tells whether a policy is the one that was tried."""
    return hashlib.sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()


def _names() -> set[str]:
    return {t.name for t in THRESHOLDS}


def _value(policy: Policy, name: str) -> float:
    found: Any = policy
    for part in name.split("."):
        found = getattr(found, part)
    return float(found)


def _number(typed: str, limit: Threshold) -> float | None:
    try:
        number = float(typed.strip().replace(",", "."))
    except ValueError:
        return None
    fits = isfinite(number) and limit.least <= number <= limit.most
    whole = limit.step != "1" or number == int(number) if fits else False
    return number if fits and whole else None
