"""kind: pattern. Regular expressions with a check function and words around."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from linter.fold import fold
from linter.post import Language
from linter.rule import PatternMatch, Rule
from linter.scanner import Scanner, scanner
from linter.text.checks import CHECKS
from linter.text.reading import Reading
from linter.text.recognizers.base import Recognizer

_BEFORE_UNLESS, _AFTER_CONTEXT = 24, 30
_LEAST = 0.25
"""Score under which a match is not worth a reading."""
_NEEDS = {
    "digit": re.compile(r"\d"),
    "link": re.compile(r"\w\.\w{2,12}/"),
    "at": re.compile(r"@|\bat\b|arobase|\(a\)", re.IGNORECASE),
}


def word_pattern(words: Iterable[str]) -> "re.Pattern[str] | None":
    """One expression that finds any of the words in folded text; None for no words.

    A word that ends in `*` is a beginning: `naissance*` also finds `naissances`. Words stand in
    groups by their first letter, so that most places of a text are refused at one comparison.
    """
    ordered = sorted({fold(w) for w in words}, key=lambda w: (w[0], -len(w), w))
    if not ordered:
        return None
    groups = (_group(first, list(group)) for first, group in groupby(ordered, key=itemgetter(0)))
    return re.compile("|".join(groups))


def _group(first: str, words: list[str]) -> str:
    letter = re.escape(first)
    head = f"(?<![a-z0-9]{letter})" if first.isalnum() else ""
    return f"{letter}{head}(?:{'|'.join(map(_rest, words))})"


def _rest(word: str) -> str:
    """A word without its first letter; a space in it is one to three spaces or a line end."""
    whole = word[-1].isalnum() and not word.endswith("*")
    body = re.escape(word[1:].removesuffix("*")).replace(r"\ ", r"[ \n]{1,3}")
    return body + ("(?![a-z0-9])" if whole else "")


@dataclass(frozen=True)
class _Compiled:
    """One rule of kind `pattern`, ready to run."""

    rule: Rule
    match: PatternMatch
    scanners: tuple[Scanner, ...]
    check: Callable[[str], bool] | None
    context: "re.Pattern[str] | None"
    unless: "re.Pattern[str] | None"
    excluded: frozenset[str]


class PatternRecognizer(Recognizer):
    """All rules of kind `pattern` of a language, as one Presidio recognizer: its cost is per recognizer."""

    def __init__(self, rules: Sequence[tuple[Rule, frozenset[str]]], lang: Language) -> None:
        super().__init__("patterns", tuple(rule for rule, _ in rules), lang)
        self._compiled = tuple(_compile(rule, excluded) for rule, excluded in rules)

    def find(self, reading: Reading) -> list[Any]:
        """Every match of every rule."""
        absent = {need for need, regex in _NEEDS.items() if not regex.search(reading.text)}
        return [
            result
            for rule in self._compiled
            if rule.match.needs not in absent and _may_match(rule, reading)
            for result in self._matches(rule, reading)
        ]

    def _matches(self, compiled: _Compiled, reading: Reading) -> Iterator[Any]:
        group = compiled.match.group or 0
        for one in compiled.scanners:
            if one.digits > reading.digits:
                continue
            for match in one.finditer(reading.text):
                start, end = match.span(group)
                score = _score(compiled, reading, match[group], (start, end)) if start < end else 0
                if score >= _LEAST:
                    yield self.result(compiled.rule, start, end, score)


def _compile(rule: Rule, excluded: frozenset[str]) -> _Compiled:
    match = rule.match
    assert isinstance(match, PatternMatch)  # noqa: S101 # the caller chose by kind
    flags = re.IGNORECASE if match.ignore_case else 0
    return _Compiled(
        rule,
        match,
        tuple(scanner(r, flags) for r in match.regex),
        CHECKS[match.check] if match.check else None,
        word_pattern(match.context),
        word_pattern(match.unless),
        excluded,
    )


def _may_match(rule: _Compiled, reading: Reading) -> bool:
    """Whether a rule that wants words around has at least one of them anywhere."""
    if rule.context is None or rule.match.context_score is not None:
        return True
    return bool(rule.context.search(reading.folded))


def _score(rule: _Compiled, reading: Reading, text: str, span: tuple[int, int]) -> float:
    """How sure the match is; 0 when it is ruled out."""
    match, folded = rule.match, reading.folded
    if rule.excluded and "".join(filter(str.isalnum, text)) in rule.excluded:
        return 0
    if rule.unless and _near(rule.unless, folded, span, _BEFORE_UNLESS, 0):
        return 0
    score = match.score
    if rule.check and not rule.check(text):
        if match.unchecked_score is None:
            return 0
        score = match.unchecked_score
    if rule.context is None:
        return score
    if _near(rule.context, folded, span, match.window, _AFTER_CONTEXT):
        return max(score, match.context_score or 0)
    return score if match.context_score is not None else 0


def _near(
    words: "re.Pattern[str]", folded: str, span: tuple[int, int], before: int, after: int
) -> bool:
    start, end = span
    return bool(
        words.search(folded, max(0, start - before), start)
        or words.search(folded, end, min(len(folded), end + after)),
    )
