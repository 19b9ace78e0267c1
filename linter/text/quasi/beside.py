"""Places that no table holds, beside a job: "le vétérinaire de Rossens-Dessus", "the coxswain in Ballyhesker".

What no table holds is small, and so is the number of people who do that there.
"""

import re
from collections.abc import Iterator, Sequence

from linter.finding import Entity
from linter.post import Language
from linter.rule import Rule
from linter.text.lexicon import Word
from linter.text.quasi.candidate import Candidate
from linter.text.reading import Reading
from linter.text.tokens import Token

FLAG = "place: beside a job"
_LINK = {
    "fr": re.compile(r" (?:de la |de l['’]|de |d['’]|du |des |a la |a |au |aux )"),
    "en": re.compile(r" (?:in|of|at|from|near|out of) (?:the )?"),
}
_OWN = re.compile(
    r"\b(?:je suis|nous sommes|i am|i['’]?m|we are|cherche|recherche|recrute|remplace|hiring)\b[^.!?\n]{0,25}\Z"
)
"""What tells of who writes, or offers work."""
_SAINT = frozenset("saint st sainte ste".split())
_SHORTEST, _MOST = 4, 3
"""Letters of such a name, and words of it."""
_BACK = 45
"""Characters before a job in which somebody may say that it is their own."""


class Beside:
    """A rule of kind `place` over what follows jobs."""

    def __init__(self, rule: Rule, lang: Language) -> None:
        self._rule, self._link = rule, _LINK[lang]

    def find(self, reading: Reading, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """One place for each job at most, where the tables find none.

        Args:
            reading: the text.
            found: what the other rules propose.
        """
        placed = {c.start for c in found if c.entity in {Entity.LOCATION, Entity.FACILITY}}
        for job in found:
            link = job.entity is Entity.OCCUPATION and self._link.match(reading.folded, job.end)
            if link and link.end() not in placed and not _own(reading, job.start):
                shouted = reading.text[job.start : job.end].isupper()
                words = _name(reading, link.end(), shouted=shouted)
                if words:
                    yield Candidate(
                        self._rule, words[0].start, words[-1].end, None, frozenset({FLAG})
                    )


def _name(reading: Reading, start: int, *, shouted: bool) -> Sequence[Token]:
    """Words with capitals from a place on, the first of which nothing knows."""
    first = reading.index_at(start)
    words = reading.tokens[first : first + _MOST]
    shapes = "TU" if shouted else "T"
    if not words or words[0].start != start or words[0].shape not in shapes:
        return ()
    saint = words[0].key in _SAINT and len(words) > 1 and words[1].shape in shapes
    if not (saint or _unknown(words[0])):
        return ()
    count = 1 + saint
    while (
        count < len(words) and words[count].shape == "T" and reading.gap(first + count - 1) == " "
    ):
        count += 1
    return words[:count]


def _own(reading: Reading, at: int) -> bool:
    return _OWN.search(reading.folded, max(0, at - _BACK), at) is not None


def _unknown(token: Token) -> bool:
    """Whether no list holds it, but as a surname."""
    other = token.flags & ~(Word.LAST | Word.COMMON_LAST)
    return not other and len(token.key) >= _SHORTEST and token.key[0].isalpha()
