"""Running the examples of rules: every rule file is its own test."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path

from linter.finding import PROTECTED, QUASI, Entity, Span
from linter.lexicon_match import LexiconMatch
from linter.pipeline import Linter
from linter.post import Post
from linter.rule import Rule, read_example
from linter.seen import Seen, What


@dataclass(frozen=True)
class Case:
    """One example of a rule and what the rule must find in it."""

    rule: Rule
    what: str
    example: str

    @property
    def expected(self) -> tuple[Span, ...]:
        """The marked spans."""
        return read_example(self.example)[1]

    def met(self, linter: Linter) -> bool:
        """Whether the example comes out as a reader would wish; of a lexicon, whether the words are told at all."""
        if self.rule.entity is not Entity.DEGRADING:
            return self.found(linter) == self.expected
        return bool(self.found(linter)) == bool(self.expected)

    def found(self, linter: Linter) -> tuple[Span, ...]:
        """The spans that findings of the rule's entity have, whichever rule of that entity won.

        The lexicon and the reader of tone prove themselves apart.

        A rule for a detail that identifies nobody alone proposes; whether the detail is told hangs on the whole post.
        Its `match` examples are therefore what it must propose, its `no_match` examples what is no protected person's.
        """
        text = read_example(self.example)[0]
        lang = "auto" if self.rule.language == "any" else self.rule.language
        if self.rule.match.kind == "attachment":
            told = linter.about_files([_seen(text)], "fr")
            return (
                (Span(0, len(text)),) if text and any(f.rule == self.rule.id for f in told) else ()
            )
        if self.what == "match" and self.rule.entity in QUASI:
            proposed = linter.proposals(Post(text, lang=lang))
            mine = {span for rule, span in proposed if rule == self.rule.id}
            return self.expected if mine.issuperset(self.expected) else ()
        findings = linter.check(Post(text, lang=lang)).findings
        return tuple(
            f.span
            for f in findings
            if f.entity == self.rule.entity
            and f.span
            and f.learned is self.rule.by_tone
            and (f.subject in PROTECTED or f.entity not in QUASI)
        )


def _seen(example: str) -> Seen:
    """What an example of a rule for files tells of: what is seen, and how surely ("face 0.9")."""
    what, _, score = example.partition(" ")
    return Seen(What(what), float(score or 1))


@dataclass(frozen=True)
class Outcome:
    """Whether one example came out as its rule says."""

    rule: str
    what: str
    example: str
    passed: bool


def cases(rules: tuple[Rule, ...]) -> Iterator[Case]:
    """Every example of every rule."""
    for rule in rules:
        for example in rule.examples.match:
            yield Case(rule, "match", example)
        for example in rule.examples.no_match:
            yield Case(rule, "no_match", example)
        for example in rule.examples.missed:
            yield Case(rule, "missed", example)


def entry_cases(rule: Rule) -> Iterator[Case]:
    """Every example of every expression of a lexicon."""
    if not isinstance(rule.match, LexiconMatch):
        return
    for entry in rule.match.entries:
        for example in entry.match:
            yield Case(rule, "match", example)
        for example in (*entry.no_match, *entry.alarms):
            yield Case(rule, "no_match" if example in entry.no_match else "alarm", example)
        for example in entry.missed:
            yield Case(rule, "missed", example)


def prove(root: Traversable | Path | None, names: tuple[str, ...] = ()) -> Iterator[Outcome]:
    """Run the examples of a rules folder; an example noted as missed passes while it is missed."""
    linter = Linter(root=root)
    chosen = tuple(r for r in linter.rules if not names or r.id in names)
    for case in chain(cases(chosen), *map(entry_cases, chosen)):
        right = case.met(linter)
        known = case.what in {"missed", "alarm"}
        yield Outcome(case.rule.id, case.what, case.example, right != known)
