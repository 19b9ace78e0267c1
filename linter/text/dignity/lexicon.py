"""Finds the expressions of the lexicon; whether they degrade somebody is asked elsewhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from linter.fold import fold
from linter.lexicon_match import Entry, LexiconMatch
from linter.rule import Rule
from linter.text.phrases import (
    STEM,
    Expression,
    Phrase,
    Phrases,
    Wording,
    Words,
    word_expression,
    word_of,
)
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

_WORD = re.compile(r"[^\W_]+")
_SIGNS = r"[\s,:;.!'’\"«»()-]"
_GAP = re.compile(_SIGNS + "{1,4}")
_GAPS = re.compile(_SIGNS + "+")
_CLOSE = re.compile("(?![a-z0-9]|-[a-z])")
_SOME = ("_", False)
_ANY = rf"(?:[\w'’-]{{1,20}}{_GAP.pattern}){{0,2}}[\w'’-]{{1,20}}"


@dataclass(frozen=True, slots=True)
class Hit:
    """An expression of the lexicon in a text; offsets are normalised. sentence: its range."""

    rule: Rule
    entry: Entry
    start: int
    end: int
    sentence: tuple[int, int] = field(default=(0, 0))


_Form = Phrase[tuple[Rule, Entry]]


class Lexicon:
    """All expressions of one language, by their first word."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._whole: dict[str, list[_Form]] = {}
        self._pairs: dict[tuple[str, str], list[_Form]] = {}
        self._stems: dict[str, list[_Form]] = {}
        self._phrases = Phrases[tuple[Rule, Entry]](_wording)
        self._around: dict[tuple[str, ...], re.Pattern[str] | None] = {}
        for rule in rules:
            if isinstance(rule.match, LexiconMatch):
                for entry in rule.match.entries:
                    for word in entry.words:
                        self._add(rule, entry, word)

    def _add(self, rule: Rule, entry: Entry, word: str) -> None:
        text = fold(word)
        first = _WORD.search(text)
        if first is None:
            return
        form = Phrase(text, (rule, entry), word.isupper() and len(word) <= _ACRONYM)
        if (
            text[first.end() : first.end() + 1] == "*"
            and len(first[0]) >= STEM
            and first.end() + 1 == len(text)
        ):
            self._stems.setdefault(first[0][:STEM], []).append(form)
            return
        parts = [p for p in _GAPS.split(text) if p]
        if len(parts) > 1 and parts[0] == first[0] and _WORD.fullmatch(parts[1]):
            self._pairs.setdefault((parts[0], parts[1]), []).append(form)
        else:
            self._whole.setdefault(first[0], []).append(form)

    def find(self, reading: Reading, breaks: Sequence[int]) -> Iterator[Hit]:
        """Every expression, the longest at each word, unless a clinical word stands in its sentence."""
        past = 0
        at = 0
        words = list(_WORD.finditer(reading.folded))
        following = [*(m[0] for m in words[1:]), ""]
        for match, after in zip(words, following, strict=False):
            word = match[0]
            forms = [
                *self._pairs.get((word, after), ()),
                *self._whole.get(word, ()),
                *self._stems.get(word[:STEM], ()),
            ]
            if not forms or match.start() < past:
                continue
            while at + 1 < len(breaks) and breaks[at + 1] <= match.start():
                at += 1
            sentence = breaks[at], breaks[at + 1] if at + 1 < len(breaks) else len(reading.folded)
            best = self._longest(reading, match.start(), forms, sentence)
            if best:
                past = best.end
                yield best

    def _longest(
        self, reading: Reading, start: int, forms: list[_Form], sentence: tuple[int, int]
    ) -> Hit | None:
        def fits(form: _Form, end: int) -> bool:
            return self._fits(reading, form.row[1], (start, end), sentence)

        best = self._phrases.longest(reading, start, forms, fits)
        return Hit(*best[1].row, start, best[0], sentence) if best else None

    def _fits(
        self, reading: Reading, entry: Entry, span: tuple[int, int], sentence: tuple[int, int]
    ) -> bool:
        low, high = max(sentence[0], span[0] - _REACH), min(sentence[1], span[1] + _REACH)
        unless = self._words(entry.unless)
        if unless and unless.search(reading.folded, low, high):
            return False
        if entry.tier != "C":
            return True
        cues = self._words(entry.cues)
        low, high = max(0, span[0] - _CUE_REACH), min(len(reading.folded), span[1] + _CUE_REACH)
        return bool(cues and cues.search(reading.folded, low, high))

    def _words(self, words: tuple[str, ...]) -> "re.Pattern[str] | None":
        if words not in self._around:
            self._around[words] = word_pattern(words)
        return self._around[words]


_ACRONYM = 8
_REACH, _CUE_REACH = 60, 120
"""Characters on both sides in which clinical words excuse, and in which a second cue is looked for."""


def _wording(form: str) -> Wording:
    """What an expression looks like in folded text."""
    words = tuple(_word(p) for p in _GAPS.split(form) if p)
    if _SOME not in words:
        return Words(words, _GAP, _CLOSE)
    parts = [_ANY if w == _SOME else word_expression(w) for w in words]
    return Expression(re.compile(_GAP.pattern.join(parts) + _CLOSE.pattern))


def _word(part: str) -> tuple[str, bool]:
    hidden = part == "*" or "*" in part[:-1]  # stars that hide letters
    return (part, False) if hidden else word_of(part)
