"""All rules about names of persons, as one Presidio recognizer: candidates, vetoes, repetitions."""

import re
from typing import Any

from linter.fold import fold
from linter.post import Language
from linter.rule import NameMatch, PersonMatch, Rule
from linter.text.lexicon import NAME, NOT_A_PERSON, Word
from linter.text.names import PARTICLES, TITLES
from linter.text.persons.methods import METHODS
from linter.text.reading import Reading
from linter.text.recognizers.base import Recognizer
from linter.text.recognizers.name import Candidate, CueIndex
from linter.text.veto import Veto

_SURE = 0.7
"""Score from which a name, once found, is looked for in the rest of the post."""


class NameRecognizer(Recognizer):
    """Every rule of kinds `name` and `person` of one language."""

    def __init__(self, rules: tuple[Rule, ...], lang: Language, veto: Veto) -> None:
        super().__init__("names", rules, lang)
        self._veto = veto
        self._cues = CueIndex(rules)
        self._methods = tuple(
            (r, r.match, _followed(r.match))
            for r in rules
            if isinstance(r.match, PersonMatch) and r.match.method != "again"
        )
        self._again = next(
            (r for r in rules if isinstance(r.match, PersonMatch) and r.match.method == "again"),
            None,
        )

    def find(self, reading: Reading) -> list[Any]:
        """Names of persons in a reading."""
        judged = [(c, self._vetoed(reading, c)) for c in self._candidates(reading)]
        refused = (c for c, vetoed in judged if vetoed and c.last - c.first > 1)
        barred = {i for c in refused for i in range(c.first, c.last)}
        kept = _resolve([c for c, vetoed in judged if not vetoed and not _within(c, barred)])
        kept += [
            c
            for c in self._repeated(reading, kept)
            if self._veto.reason(reading, c, titled=False) not in {"eponym", "brand", "facility"}
        ]
        return [self.result(c.rule, c.start, c.end, c.score) for c in kept]

    def _candidates(self, reading: Reading) -> list[Candidate]:
        found = self._cues.candidates(reading)
        for rule, match, after in self._methods:
            for first, last, change in METHODS[match.method](reading):
                start, end = reading.tokens[first].start, _dotted(reading, last - 1)
                if after and not after.match(reading.folded, end):
                    continue
                found.append(Candidate(first, last, start, end, rule, match.score + change))
        return found

    def _vetoed(self, reading: Reading, candidate: Candidate) -> bool:
        match = candidate.rule.match
        announced = isinstance(match, NameMatch) and (match.sure or not match.weak)
        titled = announced or reading.tokens[candidate.first].key in TITLES
        return self._veto.reason(reading, candidate, titled=titled) is not None

    def _repeated(self, reading: Reading, kept: list[Candidate]) -> list[Candidate]:
        """The same names elsewhere in the post, without the cue that announced them once."""
        if self._again is None:
            return []
        sure = {
            reading.tokens[i].key
            for c in kept
            if c.score >= _SURE
            for i in range(c.first, c.last)
            if _bears_name(reading, i)
        }
        covered = [False] * len(reading.tokens)
        for c in kept:
            covered[c.first : c.last] = [True] * (c.last - c.first)
        score = self._again.match.score if isinstance(self._again.match, PersonMatch) else 0
        return [
            Candidate(i, i + 1, t.start, t.end, self._again, score)
            for i, t in enumerate(reading.tokens)
            if t.key in sure and not covered[i] and (t.capital or not t.flags & Word.ORDINARY)
        ]


def _followed(match: PersonMatch) -> re.Pattern[str] | None:
    """Whatever must follow, longest first; no word goes on behind it."""
    words, others = (
        "|".join(re.escape(fold(a)) for a in sorted(part, key=len, reverse=True))
        for part in (match.after, match.but_not)
    )
    return re.compile(rf"(?:{words})(?!\w|(?:{others or chr(0)})(?!\w))") if match.after else None


def _dotted(reading: Reading, last: int) -> int:
    """Where the word ends, with the full stop of an initial."""
    token = reading.tokens[last]
    dot = token.shape in "IU" and len(token.key) <= 2
    return token.end + (dot and reading.text[token.end : token.end + 1] == ".")


def _within(candidate: Candidate, barred: set[int]) -> bool:
    """A single unannounced word inside a longer name that is no person."""
    alone = candidate.last - candidate.first == 1
    return alone and candidate.first in barred and not isinstance(candidate.rule.match, NameMatch)


def _bears_name(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    if token.key in TITLES or token.key in PARTICLES or len(token.key) < 3 or token.shape == "I":
        return False
    return token.capital and (bool(token.flags & NAME) or not token.flags & NOT_A_PERSON)


def _resolve(candidates: list[Candidate]) -> list[Candidate]:
    """One candidate a place: overlapping ones give way to the longer, which takes the surest rule."""
    ranked = sorted(candidates, key=lambda c: (-(c.last - c.first), -c.score, c.start, c.rule.id))
    holder: dict[int, int] = {}
    kept: list[Candidate] = []
    for candidate in ranked:
        words = range(candidate.first, candidate.last)
        holders = {holder[i] for i in words if i in holder}
        if not holders:
            holder.update(dict.fromkeys(words, len(kept)))
            kept.append(candidate)
        elif len(holders) == 1:
            number = holders.pop()
            if candidate.score > kept[number].score:
                kept[number] = kept[number]._replace(score=candidate.score, rule=candidate.rule)
    return sorted(kept, key=lambda c: c.start)
