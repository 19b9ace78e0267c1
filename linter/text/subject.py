"""Whose detail is it: the words around a detail are weighed, the heaviest subject wins."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from linter.cues import Cue, SubjectCues
from linter.finding import Entity, Subject
from linter.post import Language
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

_ANNOUNCED = {Subject.PATIENT: 1.0}
"""Nothing said: a titled or announced name, a number, an address is taken for the patient's."""
_BARE = {Subject.PATIENT: 0.3, Subject.PROFESSIONAL: 0.7}
"""Nothing said of a bare name: colleagues are named among colleagues, patients are described."""
_KNOWN = {Subject.NONE: 1.5}
"""A public name without a word of care is talk, not a patient."""
_HINT = 3.0
"""Weight of the subject that the rule itself names."""
_BREAK = re.compile(r"(?<=[a-zà-ÿ0-9)»\"]{2})[.!?](?=\s)|\n")
_ADJACENT = re.compile(r"[\s,;:(\"'«»>*|/-]{0,4}")
_SENTENCE_REACH = 160
"""How far on both sides, in characters, a sentence is searched for words."""
_POST_WORDS = 3
"""A cue about the whole post weighs once for each different word found, up to this many."""
_SIGNATURE_LINES, _SIGNATURE_LENGTH = 4, 70


@dataclass(frozen=True)
class Detail:
    """A detail whose subject is asked: its entity, its normalised range, what its rule says of it."""

    entity: Entity
    start: int
    end: int
    hint: Subject | None = None
    bare: bool = False
    """Whether the name stands without title or announcing word."""
    public: bool = False
    """Whether it is the name of a publicly known person."""


@dataclass(frozen=True)
class Attribution:
    """The answer, its lead over the second (0: a tie), and the cues that decided."""

    subject: Subject
    margin: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Compiled:
    cue: Cue
    subject: Subject
    name: str
    pattern: "re.Pattern[str] | None"


@dataclass(frozen=True)
class _Scope:
    """Where the words around a detail stand, as ranges of the folded text."""

    sentence: tuple[int, int]
    line: tuple[int, int]


class Subjects:
    """All subject cues of one language, ready to weigh."""

    def __init__(self, files: Sequence[SubjectCues], lang: Language) -> None:
        self._cues = tuple(
            _Compiled(cue, file.subject, f"{file.id}: {cue.id}", word_pattern(cue.words))
            for file in files
            for cue in file.cues
            if cue.language in {lang, "any"}
        )

    def attribute(self, reading: Reading, details: Sequence[Detail]) -> list[Attribution]:
        """The subject of each detail, in order."""
        told = {
            c.name: min(len(set(c.pattern.findall(reading.folded))), _POST_WORDS)
            for c in self._cues
            if c.cue.where == "post" and c.pattern
        }
        breaks = [0, *(m.end() for m in _BREAK.finditer(reading.text)), len(reading.text)]
        tail = _tail_start(reading.text)
        return [self._weigh(reading, d, told, breaks, tail) for d in details]

    def _weigh(
        self,
        reading: Reading,
        detail: Detail,
        told: dict[str, int],
        breaks: list[int],
        tail: int,
    ) -> Attribution:
        scope = _scope(reading.text, detail, breaks)
        weights = dict(_KNOWN if detail.public else _BARE if detail.bare else _ANNOUNCED)
        reasons: dict[Subject, list[str]] = {}
        if detail.hint:
            weights[detail.hint] = weights.get(detail.hint, 0) + _HINT
            reasons.setdefault(detail.hint, []).append("rule")
        for compiled in self._cues:
            cue = compiled.cue
            if cue.entities and detail.entity not in cue.entities:
                continue
            times = told.get(compiled.name, 0) or _times(compiled, reading, detail, scope, tail)
            if times:
                weight = cue.weight * int(times)
                weights[compiled.subject] = weights.get(compiled.subject, 0) + weight
                reasons.setdefault(compiled.subject, []).append(compiled.name)
        ranked = sorted(
            weights.items(), key=lambda item: (-item[1], item[0] != Subject.PATIENT, item[0])
        )
        best, weight = ranked[0]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        return Attribution(best, weight - max(second, 0.0), tuple(reasons.get(best, ("default",))))


def _scope(text: str, detail: Detail, breaks: list[int]) -> _Scope:
    at = bisect_right(breaks, detail.start)
    sentence = (breaks[at - 1], breaks[at] if at < len(breaks) else len(text))
    start = text.rfind("\n", 0, detail.start) + 1
    end = text.find("\n", detail.end)
    return _Scope(sentence, (start, end if end >= 0 else len(text)))


def _times(
    compiled: _Compiled, reading: Reading, detail: Detail, scope: _Scope, tail: int
) -> int:
    """How often a cue holds: once, or for `sentence` once for each different word."""
    where, words, folded = compiled.cue.where, compiled.pattern, reading.folded
    if where == "signature":
        return _signs(reading.text, detail, scope, tail)
    if where == "alone":
        line = reading.text[scope.line[0] : detail.start] + reading.text[detail.end : scope.line[1]]
        return not line.strip(" -–•*.,\t")
    if words is None or where == "post":
        return 0
    if where == "sentence":
        low = max(scope.sentence[0], detail.start - _SENTENCE_REACH)
        high = min(scope.sentence[1], detail.end + _SENTENCE_REACH)
        return min(len(set(words.findall(folded, low, high))), _POST_WORDS)
    return _holds(compiled, words, folded, detail, scope)


def _holds(
    compiled: _Compiled, words: "re.Pattern[str]", folded: str, detail: Detail, scope: _Scope
) -> bool:
    where, within = compiled.cue.where, compiled.cue.within
    if where == "inside":
        return bool(words.search(folded, detail.start, detail.end))
    if where == "right_before":
        return _right_before(words, folded, detail.start)
    if where == "right_after":
        gap = _ADJACENT.match(folded, detail.end)
        return bool(words.match(folded, gap.end() if gap else detail.end))
    low, high = scope.line if where == "line" else scope.sentence
    if where == "before":
        return bool(words.search(folded, max(low, detail.start - within), detail.start))
    if where == "after":
        return bool(words.search(folded, detail.end, min(high, detail.end + within)))
    return bool(words.search(folded, low, min(high, low + 2000)))


def _right_before(words: "re.Pattern[str]", folded: str, start: int) -> bool:
    """Whether one of the words stands just before, with no other word between."""
    low = max(0, start - 45)
    for match in words.finditer(folded, low, start):
        if _ADJACENT.fullmatch(folded, match.end(), start):
            return True
    return False


def _tail_start(text: str) -> int:
    """Where the last lines begin, in which people sign."""
    lines = text.rstrip().split("\n")
    return len("\n".join(lines[:-_SIGNATURE_LINES])) if len(lines) > 1 else len(text)


def _signs(text: str, detail: Detail, scope: _Scope, tail: int) -> bool:
    """A short last line that begins with the detail, or a detail that ends the post by itself."""
    start, end = scope.line
    before, after = text[start : detail.start].strip(" -–—\t>*"), text[detail.end : end]
    if detail.entity is Entity.PERSON and any(map(str.isdigit, after)):
        return False
    if detail.start >= tail and end - start <= _SIGNATURE_LENGTH and not before and start > 0:
        return True
    if detail.entity is not Entity.PERSON:
        return False
    last = not any(map(str.isalnum, text[detail.end :])) and start + len(before) > 0
    return last and text[: detail.start].rstrip(" \"'(-–—😊🙂")[-1:] in {
        ".",
        "!",
        "?",
        ",",
        "\n",
        "",
    }
