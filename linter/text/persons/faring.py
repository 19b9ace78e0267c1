"""A surname in lower case of which a sentence tells what happens to patients: "dupriez est décédé à 4h10"."""

import re
from collections.abc import Iterator

from linter.text.lexicon import NAME, NOT_A_PERSON, Word
from linter.text.names import TITLES, never_name
from linter.text.persons.common import Found, begins_sentence
from linter.text.reading import Reading
from linter.text.tokens import Token

_WAS = r"(?:est|a ete|etait|sera|va etre|vient d['’]etre|doit etre|s['’]est|n['’]est pas|est (?:toujours|encore))"
_PEOPLE_DO = re.compile(
    rf" (?:{_WAS} )?(?:decedee?s?|dcd|hospitalisee?|reoperee?|intubee?|extubee?|readmise?)\b"
    rf"| {_WAS} (?:operee?|sortie? contre avis|fuguee?)\b"
    r"| a (?:encore |re)?(?:fugue|vomi|desature|convulse)\b"
    r"| (?:is|['’]s) (?:back|still) in (?:the )?(?:ed|a&e|resus|icu|itu|hdu)\b"
    r"| (?:has )?(?:passed away|self[- ]?discharged|been (?:re)?admitted)\b"
    r"| (?:is|was) (?:readmitted|admitted|intubated|extubated|for discharge|for home|ready for discharge)\b",
)
_THINGS_DO = re.compile(
    rf" {_WAS} (?:morte? (?:a|hier|ce|cette|dans|de)|sortie? (?:hier|ce|du service|de rea)|(?:re)?tombee?)\b"
    r"| (?:is|['’]s) (?:now )?in (?:the )?(?:ed|a&e|resus|icu|itu|hdu|theatre|bed|bay|cubicle|side room)\b"
    r"| (?:has )?(?:died|vomited|arrested|gone home)\b"
    r"| (?:is dead|went home|fell (?:again|out of bed))\b",
)
"""What devices and software do as well, so that the word must be a known surname."""
_STARTS = frozenset(
    "ffs pff pfff bon bah re alors donc et so anyway fyi update info svp pls and but mais".split()
)
_ODD = NOT_A_PERSON | Word.ORDINARY | Word.DICTIONARY | Word.WORD | Word.COUNTRY
_SHORTEST = 5


def surname_fares(reading: Reading) -> Iterator[Found]:
    """The surname, with the first name before it, at the beginning of a sentence."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.shape != "l" or not _surname(token) or not _fares(reading, token):
            continue
        first = i - 1 if i and _first(tokens[i - 1]) and reading.gap(i - 1) == " " else i
        starts = (
            first and tokens[first - 1].key in _STARTS and reading.gap(first - 1) in {" ", ", "}
        )
        if starts or begins_sentence(reading, first):
            yield first, i + 1, 0.0


def _surname(token: Token) -> bool:
    if len(token.key) < _SHORTEST or never_name(token.key) or token.key in TITLES:
        return False
    return token.key.replace("-", "").isalpha() and not token.flags & _ODD


def _fares(reading: Reading, token: Token) -> bool:
    if _PEOPLE_DO.match(reading.folded, token.end):
        return True
    return bool(token.flags & Word.LAST and _THINGS_DO.match(reading.folded, token.end))


def _first(token: Token) -> bool:
    known = token.flags & NAME and not token.flags & _ODD
    return token.shape == "l" and token.key not in _STARTS and bool(known or not token.flags)
