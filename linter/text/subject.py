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

_BASE = {Subject.PATIENT: 1.0}
"""Nothing said: the detail is taken for the patient's."""
_HINT = 3.0
"""Weight of the subject that the rule itself names."""
_BREAK = re.compile(r"(?<=[a-zà-ÿ0-9)»\"]{2})[.!?](?=\s)|\n")
_ADJACENT = re.compile(r"[\s,;:(\"'«»>*|/-]{0,4}")
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
        weights = dict(_BASE)
        reasons: dict[Subject, list[str]] = {}
        if detail.hint:
            weights[detail.hint] = weights.get(detail.hint, 0) + _HINT
            reasons.setdefault(detail.hint, []).append("rule")
        for compiled in self._cues:
            cue = compiled.cue
            if cue.entities and detail.entity not in cue.entities:
                continue
            times = told.get(compiled.name, 0) or _holds(compiled, reading, detail, scope, tail)
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


def _holds(compiled: _Compiled, reading: Reading, detail: Detail, scope: _Scope, tail: int) -> bool:
    where, words, folded = compiled.cue.where, compiled.pattern, reading.folded
    if where == "signature":
        return _signs(reading.text, detail, scope, tail)
    if where == "alone":
        return (
            not reading.text[slice(*scope.line)]
            .replace(
                reading.text[detail.start : detail.end],
                "",
            )
            .strip(" -–•*.,\t")
        )
    if words is None or where == "post":
        return False
    if where == "inside":
        return bool(words.search(folded, detail.start, detail.end))
    if where == "right_before":
        return _right_before(words, folded, detail.start)
    if where == "right_after":
        gap = _ADJACENT.match(folded, detail.end)
        return bool(words.match(folded, gap.end() if gap else detail.end))
    low, high = scope.line if where == "line" else scope.sentence
    if where == "before":
        return bool(
            words.search(folded, max(low, detail.start - compiled.cue.within), detail.start)
        )
    if where == "after":
        return bool(words.search(folded, detail.end, min(high, detail.end + compiled.cue.within)))
    return bool(words.search(folded, low, high))


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
    return last and text[: detail.start].rstrip(" \"'(-–—😊🙂")[-1:] in {".", "!", "?", ",", "\n", ""}
