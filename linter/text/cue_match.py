"""Whether a subject cue holds for a detail: its words, searched where the cue says."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from linter.cues import Cue, SubjectCues
from linter.finding import Subject
from linter.text.detail import ADJACENT, Detail, Scope, right_before, signs
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

if TYPE_CHECKING:
    import re

_SENTENCE_REACH = 160
"""How far on both sides, in characters, a sentence is searched for words."""
_UNLESS_REACH = 120
"""How far beyond the sentence, in characters, words are searched that undo a cue."""
MOST_TIMES = 3
"""A cue about a sentence or the post counts each different word, up to this many."""


@dataclass(frozen=True)
class Compiled:
    """A cue with its name as a feature and its words as expressions."""

    cue: Cue
    subject: Subject
    name: str
    pattern: "re.Pattern[str] | None"
    unless: "re.Pattern[str] | None"

    @classmethod
    def of(cls, file: SubjectCues, cue: Cue) -> Self:
        """One cue of a file of rules/subjects."""
        name = f"{file.id}: {cue.id}"
        return cls(cue, file.subject, name, word_pattern(cue.words), word_pattern(cue.unless))


def times(compiled: Compiled, reading: Reading, tail: int, detail: Detail, scope: Scope) -> int:
    """How often a cue holds: once, or for `sentence` once for each different word; not cues on `post`.

    tail: where the last lines begin, in which people sign.
    """
    where, words, text = compiled.cue.where, compiled.pattern, reading.text
    if where == "signature":
        return signs(text, detail, scope, tail)
    if where == "alone":
        line = text[scope.line[0] : detail.start] + text[detail.end : scope.line[1]]
        return not line.strip(" -–•*.,\t")
    if words is None or where == "post":
        return 0
    folded = reading.folded
    if where == "sentence":
        low = max(scope.sentence[0], detail.start - _SENTENCE_REACH)
        high = min(scope.sentence[1], detail.end + _SENTENCE_REACH)
        return min(len(set(words.findall(folded, low, high))), MOST_TIMES)
    return _holds(compiled.cue, words, folded, detail, scope) and not _undone(
        compiled.unless, folded, detail, scope
    )


def _undone(unless: "re.Pattern[str] | None", folded: str, detail: Detail, scope: Scope) -> bool:
    if unless is None:
        return False
    low = max(scope.sentence[0], detail.start - _SENTENCE_REACH)
    high = min(scope.sentence[1], detail.end + _SENTENCE_REACH) + _UNLESS_REACH
    return bool(unless.search(folded, low, high))


def _holds(cue: Cue, words: "re.Pattern[str]", folded: str, detail: Detail, scope: Scope) -> bool:
    if cue.where == "inside":
        return bool(words.search(folded, detail.start, detail.end))
    if cue.where == "right_before":
        return right_before(words, folded, detail.start)
    if cue.where == "right_after":
        gap = ADJACENT.match(folded, detail.end)
        return bool(words.match(folded, gap.end() if gap else detail.end))
    low, high = scope.sentence
    if cue.where == "before":
        low, high = max(low, detail.start - cue.within), detail.start
    elif cue.where == "after":
        low, high = detail.end, min(high, detail.end + cue.within)
    return bool(words.search(folded, low, high))
