"""kind: pattern. Regular expressions with a check function and words around."""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from linter.datafile import RuleError
from linter.post import Language
from linter.rule import PatternMatch, Rule
from linter.text.checks import CHECKS
from linter.text.fold import fold
from linter.text.reading import Reading
from linter.text.recognizers.base import Recognizer

_BEFORE_UNLESS, _AFTER_UNLESS, _AFTER_CONTEXT = 24, 12, 30
_NEEDS = {"digit": re.compile(r"\d"), "at": re.compile(r"@|\bat\b|arobase|\(a\)", re.IGNORECASE)}


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


class PatternRecognizer(Recognizer):
    """One rule of kind `pattern`."""

    def __init__(self, rule: Rule, lang: Language, excluded: frozenset[str] = frozenset()) -> None:
        super().__init__(rule.id, (rule,), lang)
        assert isinstance(rule.match, PatternMatch)  # noqa: S101 # the caller chose by kind
        match = rule.match
        if match.check and match.check not in CHECKS:
            raise RuleError(
                f"rules/{rule.id}.yaml: match.check: no such check; one of {', '.join(sorted(CHECKS))}"
            )
        flags = re.IGNORECASE if match.ignore_case else 0
        self._rule, self._match, self._excluded = rule, match, excluded
        self._regexes = tuple(re.compile(r, flags) for r in match.regex)
        self._check = CHECKS[match.check] if match.check else None
        self._context = word_pattern(match.context)
        self._unless = word_pattern(match.unless)

    def find(self, reading: Reading) -> list[Any]:
        """Every match of the rule."""
        needed = _NEEDS.get(self._match.needs)
        if needed and not needed.search(reading.text):
            return []
        if (
            self._context
            and self._match.context_score is None
            and not self._context.search(reading.folded)
        ):
            return []
        results = []
        for regex in self._regexes:
            for match in regex.finditer(reading.text):
                start, end = match.span(self._match.group or 0)
                score = self._score(reading, match[self._match.group or 0], start, end)
                if score and start < end:
                    results.append(self.result(self._rule, start, end, score))
        return results

    def _score(self, reading: Reading, text: str, start: int, end: int) -> float:
        """How sure the match is; 0 when it is ruled out."""
        match = self._match
        if self._excluded and "".join(filter(str.isalnum, text)) in self._excluded:
            return 0
        if self._unless and self._near(
            self._unless, reading, start, end, _BEFORE_UNLESS, _AFTER_UNLESS
        ):
            return 0
        score = match.score
        if self._check and not self._check(text):
            if match.unchecked_score is None:
                return 0
            score = match.unchecked_score
        if self._context is None:
            return score
        if self._near(self._context, reading, start, end, match.window, _AFTER_CONTEXT):
            return max(score, match.context_score or 0)
        return score if match.context_score is not None else 0

    @staticmethod
    def _near(
        words: "re.Pattern[str]",
        reading: Reading,
        start: int,
        end: int,
        before: int,
        after: int,
    ) -> bool:
        folded = reading.folded
        return bool(
            words.search(folded, max(0, start - before), start)
            or words.search(folded, end, min(len(folded), end + after)),
        )
