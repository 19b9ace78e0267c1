"""Rules in the reader's words: what sort of detail each is about, and what it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from linter.rule import Rule
from server.core import Core
from server.words import Words


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force."""

    say: Words
    known: dict[str, Rule]

    def label(self, rule: str) -> str:
        """The sort of detail, in a word or two; the rule's id where the rule is no more."""
        found = self.known.get(rule)
        if found is None:
            return rule
        if found.kind:
            return self.say(f"console.kind_{found.kind.value}")
        return self.say(f"console.entity_{found.entity.value}")

    def labels(self, rules: Iterable[str]) -> list[str]:
        """The sorts of detail of several rules, each once, in their order."""
        return list(dict.fromkeys(map(self.label, rules)))


def rulebook(core: Core, say: Words) -> Rulebook:
    """The rules in force, in the reader's language."""
    return Rulebook(say, {r.id: r for r in core.checker.linter({}).rules})
