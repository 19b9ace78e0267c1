"""What sort of word or sign stands beside a proposal: "notre infirmière" is not "infirmière, 47 ans"."""

from linter.finding import Entity
from linter.post import Language
from linter.text.quasi.candidate import Candidate
from linter.text.reading import Reading
from linter.text.tokens import Token

_ASKED = frozenset({Entity.OCCUPATION, Entity.LOCATION, Entity.DATE_TIME})
"""Entities that the author and colleagues have as often as patients."""
_SORTS: dict[Language, dict[str, str]] = {
    "fr": {
        "my": "mon ma mes",
        "our": "notre nos",
        "your": "votre vos",
        "their": "son sa ses leur leurs",
        "a": "un une",
        "the": "le la les l du des au aux ce cet cette",
        "as": "comme",
        "at": "chez en a de d vers sur dans pres",
        "is": "est etait suis sont travaille",
        "every": "chaque tous toutes quelques plusieurs aucun aucune",
        "and": "et ou",
    },
    "en": {
        "my": "my",
        "our": "our",
        "your": "your",
        "their": "his her their",
        "a": "a an",
        "the": "the this that",
        "as": "as",
        "at": "in at near from of to around",
        "is": "is was am are works worked",
        "every": "each any every some no",
        "and": "and or",
    },
}
"""Words by what they are, folded."""
_SORT_OF = {
    lang: {word: sort for sort, words in sorts.items() for word in words.split()}
    for lang, sorts in _SORTS.items()
}
_CLOSE = 2
"""Characters between two words that stand together."""
_SIGNS = (("\n", "line"), (".!?", "sentence"), (",;:()–-", "comma"))


def neighbours(reading: Reading, candidate: Candidate) -> dict[str, float]:
    """The sorts of what stands just before and just behind a job, a place or a moment, as named cues."""
    entity = candidate.entity
    if entity not in _ASKED:
        return {}
    found = {
        f"{entity}: before it: {_before(reading, candidate.start)}": 1.0,
        f"{entity}: behind it: {_behind(reading, candidate.end)}": 1.0,
    }
    if entity is Entity.OCCUPATION and reading.folded[candidate.end - 1] == "s":
        found["OCCUPATION: several"] = 1.0
    return found


def _before(reading: Reading, start: int) -> str:
    gap = reading.text[max(0, start - _CLOSE) : start]
    if start == 0 or (sign := _sign(gap)) == "line":
        return "line"
    if sign:
        return sign
    if gap.strip()[-1:].isdigit():
        return "figure"
    word = reading.word_before(start)
    return _sort(reading, word) if word else "line"


def _behind(reading: Reading, end: int) -> str:
    gap = reading.text[end : end + _CLOSE]
    if not gap.strip(" ") or (sign := _sign(gap)) == "line":
        return "line"
    if sign:
        return sign
    if gap.strip()[:1].isdigit():
        return "figure"
    index = reading.index_at(end)
    if index == len(reading.tokens):
        return "line"
    return _sort(reading, reading.tokens[index])


def _sort(reading: Reading, word: Token) -> str:
    return _SORT_OF[reading.lang].get(word.key.rstrip("'"), "word")


def _sign(gap: str) -> str:
    """What ends there: a line, a sentence, a part of one; nothing where words stand together."""
    return next((name for signs, name in _SIGNS if any(s in gap for s in signs)), "")
