"""What the learned reader finds where no rule did."""

from typing import Any

from linter.finding import Entity
from linter.post import Language
from linter.rule import LearnedMatch, Rule
from linter.text.learned.tagger import Stretch, Tags
from linter.text.lexicon import NAME, NOT_A_PERSON, Word
from linter.text.names import TITLES
from linter.text.persons.common import begins_sentence
from linter.text.reading import Reading
from linter.text.recognizers.base import Recognizer
from linter.text.recognizers.name import Candidate
from linter.text.tokens import Token
from linter.text.veto import Veto

_SHORTEST = 3
"""Letters that one word of a name must have; "m" of "3 a.m." is none."""
_ONE_OF_A_KIND = frozenset({"un", "une", "a", "an"})
"""Articles before an eponym; a person is not one of several."""
_UNLISTED = 0.85
"""Chance asked for where no list knows a word of the name: organisms and devices look like names."""


class LearnedRecognizer(Recognizer):
    """Every rule of kind `learned` of one language."""

    def __init__(self, rules: tuple[Rule, ...], lang: Language, veto: Veto) -> None:
        super().__init__("learned", rules, lang)
        self._asked = [(r, r.match.chance) for r in rules if isinstance(r.match, LearnedMatch)]
        self._veto = veto

    def complete(self, reading: Reading, results: list[Any], tags: Tags) -> list[Any]:
        """The results, and the reader's own where nothing was found yet, in order of the text."""
        held = [False] * len(reading.text)
        for result in results:
            held[result.start : result.end] = [True] * (result.end - result.start)
        added = []
        for rule, chance in self._asked:
            for found in tags.stretches(Entity(rule.entity), chance):
                first, last = _whole(reading, found)
                if first == last:
                    continue
                start, end = reading.tokens[first].start, reading.tokens[last - 1].end
                candidate = Candidate(first, last, start, end, rule, found.chance)
                if not any(held[start:end]) and self._named(reading, candidate):
                    added.append(self.result(rule, start, end, found.chance))
        return sorted([*results, *added], key=lambda r: int(r.start))

    def _named(self, reading: Reading, candidate: Candidate) -> bool:
        """Whether the words can be a name: the lists overrule the reader as they do the rules."""
        words = reading.tokens[candidate.first : candidate.last]
        names = [t for t in words if _may_name(t)]
        if not any(len(t.key) >= _SHORTEST for t in names):
            return False
        if candidate.score < _UNLISTED and not any(t.flags & NAME for t in names):
            return False  # "Sabouraud Dextrose Agar", "Vitek MS"
        if _graded(names):
            return False
        if len(names) == 1:
            only = names[0].flags
            before = reading.word_before(names[0].start)
            if before and before.key in _ONE_OF_A_KIND:
                return False  # "un Gilbert", "a Crohn"
            if only & NOT_A_PERSON and not only & Word.TOP_FIRST:
                return False
            if only & Word.DICTIONARY and begins_sentence(reading, candidate.first):
                return False  # "Many thanks"
        return self._veto.reason(reading, candidate, titled=False) is None


def _graded(names: list[Token]) -> bool:
    """An eponym and its grade: "Child B", "Mobitz II"."""
    last = names[-1]
    grade = last.shape == "I" or (last.shape == "U" and set(last.key) <= set("ivx"))
    return grade and all(t.flags & Word.EPONYM and not t.flags & Word.TOP_FIRST for t in names[:-1])


def _may_name(token: Token) -> bool:
    return token.key not in TITLES and not token.flags & Word.WORD and token.shape != "D"


def _whole(reading: Reading, found: Stretch) -> tuple[int, int]:
    """Numbers of the words of a name, with the surname that follows: "Siobhan" and "Gallacher"."""
    first = reading.index_at(found.start)
    last = first + len(reading.tokens_in(found.start, found.end))
    while first < last < len(reading.tokens) and reading.gap(last - 1) == " ":
        token = reading.tokens[last]
        if token.shape not in "TU" or not (token.flags & Word.LAST or not token.flags):
            break
        last += 1
    return first, last
