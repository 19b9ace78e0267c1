"""Names that are no person: eponyms, medicines, institutions, streets, brands, fictional characters."""

import re
from collections.abc import Sequence
from importlib.resources.abc import Traversable

from linter.fold import fold
from linter.post import Language
from linter.rule import NameMatch
from linter.text.lexicon import NAME, NOT_A_PERSON, Word, terms
from linter.text.names import PARTICLES, TITLES
from linter.text.reading import Reading
from linter.text.recognizers.name import Candidate
from linter.text.tokens import Token

_STREET = frozenset(
    "rue avenue av boulevard bd bvd place impasse allee chemin quai cours square route rte street road "
    "lane drive crescent close terrace ruelle faubourg esplanade venelle residence villa passage".split(),
)
_PLACE_BEFORE = frozenset("a de d' du sur vers en in at from near of pres".split())
_MAX_TRIGGER = 5
_SOFT = frozenset("test score examen bilan radio resultat echelle scan x-ray maladie".split())
"""Nouns that announce a patient's full name as easily as an eponym: "le bilan de Lucie Palanque"."""

_FORMS = frozenset({"sa", "sas", "sarl", "snc"})
"""What the initials of a company say: "Mylan S.A.S."; "Roche M." is somebody."""


class Veto:
    """Says whether a candidate is no person, and why."""

    def __init__(self, lists: Traversable, lang: Language) -> None:
        self._french = lang == "fr"
        self._before = _phrases(lists / f"eponym_triggers_{lang}.txt")
        self._after = _phrases(lists / f"eponym_after_{lang}.txt")
        words = terms(lists / f"facility_words_{lang}.txt")
        # English capitals tell a title, French needs the whole phrase: "la dialyse de Josette" is no centre
        self._facility = (_phrased(words) if self._french else _heads(words)) | _STREET

    def reason(self, reading: Reading, candidate: Candidate, *, titled: bool) -> str | None:
        """Why the candidate is no person, or None."""
        words = reading.tokens[candidate.first : candidate.last]
        if self._fictional(reading, candidate):
            return "fictional"
        if titled:
            return None
        if re.search("[®™]", reading.text[candidate.start : candidate.end + 1]):
            return "brand"
        trigger = self._trigger(reading, candidate)
        soft = trigger in _SOFT and any(t.flags & Word.FIRST for t in words)
        if trigger and not (soft and not self._eponym(reading, candidate)):
            return "eponym"
        if words[0].key in self._facility and (len(words) > 1 or words[0].flags & Word.ACRONYM):
            return "facility"
        if self._in_facility(reading, candidate.first) or _called_after(words):
            return "facility"
        top = (
            len(words) == 1 and words[0].flags & (Word.TOP_FIRST | Word.ORDINARY) == Word.TOP_FIRST
        )
        announced = isinstance(candidate.rule.match, NameMatch)
        first = announced and any(t.flags & Word.FIRST for t in words)
        if not (top or first) and self._eponym(reading, candidate):
            return "listed"
        if _placed(reading, candidate):
            return "place"
        return None

    def _fictional(self, reading: Reading, candidate: Candidate) -> bool:
        for start in range(max(0, candidate.first - 1), candidate.last):
            size, flags = reading.lexicon.phrase(reading.keys, start)
            if flags & Word.FICTIONAL and start + size >= candidate.last:
                return True
        words = reading.tokens[candidate.first : candidate.last]
        return all(t.flags & Word.FICTIONAL for t in words if t.key not in TITLES) and any(
            t.key not in TITLES for t in words
        )

    def _trigger(self, reading: Reading, candidate: Candidate) -> str:
        """The first word of the eponym's announcing noun before the name, or its noun after; or ""."""
        keys, first, last = reading.keys, candidate.first, candidate.last
        while first and keys[first - 1] in PARTICLES - {"de", "du", "des", "d'"}:
            first -= 1
        spoken = not first or not reading.gap(first - 1).strip(" '’\"«")
        for size in range(1, min(_MAX_TRIGGER, first) + 1 if spoken else 1):
            if " ".join(keys[first - size : first]) in self._before:
                return keys[first - size]
        if reading.gap(last - 1) not in {" ", "'s ", "-", "' ", "’s ", "\n"}:
            return ""
        after = (" ".join(keys[last : last + n]) for n in (1, 2, 3))
        return next((a for a in after if a in self._after), "")

    def _in_facility(self, reading: Reading, first: int) -> bool:
        tokens = reading.tokens
        for back in range(1, 4):
            index = first - back
            if index < 0 or reading.gap(index).strip(" -'’.\""):
                return False
            if tokens[index].key == "place" and index and tokens[index - 1].key == "la":
                return False  # "à la place d'Émilien"
            if self._facility_ends(reading, index):
                # English puts these words after the name; before it only as part of a title
                return not _owned(reading, index, first) if self._french else tokens[index].capital
            if tokens[index].shape == "l" and tokens[index].key not in PARTICLES | {
                "l'",
                "les",
                "aux",
            }:
                return False
        return False

    def _facility_ends(self, reading: Reading, index: int) -> bool:
        """Whether a phrase for a facility ends with a word: "centre de dialyse"."""
        if reading.keys[index] in self._facility:
            return True
        return self._french and any(
            " ".join(reading.keys[index - size : index + 1]) in self._facility
            for size in range(1, min(_MAX_TRIGGER, index + 1))
        )

    @staticmethod
    def _eponym(reading: Reading, candidate: Candidate) -> bool:
        """Every word is an eponym, a medicine, a brand…, alone or as a listed phrase."""
        tokens = reading.tokens
        words = [t for t in tokens[candidate.first : candidate.last] if t.key not in PARTICLES]
        for start in range(max(0, candidate.first - 2), candidate.last):
            size, flags = reading.lexicon.phrase(reading.keys, start)
            if flags & NOT_A_PERSON and start + size >= candidate.last:
                return True
        if any(t.flags & Word.DRUG and not t.flags & NAME for t in words):
            return True
        joined = "-".join(t.key for t in words)
        if len(words) > 1 and reading.lexicon.of(joined) & Word.EPONYM:
            return True
        if words and words[0].flags & Word.BRAND and "".join(t.key for t in words[1:]) in _FORMS:
            return True
        listed = Word.EPONYM | Word.DRUG | Word.BRAND | Word.INSTITUTION
        return all(t.flags & listed or (t.shape == "U" and t.flags & Word.ACRONYM) for t in words)


def _owned(reading: Reading, word: int, name: int) -> bool:
    """Whether somebody's facility is meant, none that is called so: "l'EHPAD de Lucette", not "la rue de Lucette"."""
    token = reading.tokens[name]
    linked = name - word > 1 and reading.keys[word + 1] in {"de", "d'"}
    street = reading.keys[word] in _STREET
    return linked and not street and bool(token.flags & Word.FIRST) and not token.flags & Word.PLACE


def _called_after(words: Sequence[Token]) -> bool:
    """Whether the last word says what is called by the name: "Princess Marina Hospital", "Great Ocean Road"."""
    last = words[-1]
    return len(words) > 1 and last.key in _HOUSES and last.shape == "T"


def _phrased(phrases: tuple[str, ...]) -> frozenset[str]:
    """The phrases as words of a reading are keyed."""
    return frozenset(" ".join(fold(p).replace("'", "' ").split()) for p in phrases)


def _heads(phrases: tuple[str, ...]) -> frozenset[str]:
    """The last full word of each phrase: "maison de" gives "maison"."""
    words = ([w for w in fold(p).replace("'", "' ").split() if w not in _SMALL] for p in phrases)
    return frozenset(w[-1] for w in words if w)


_HOUSES = frozenset(
    "hospital clinic infirmary hospice pharmacy school university surgery road highway motorway freeway expressway museum "
    "airport stadium station".split(),
)
_SMALL = PARTICLES | {"les", "aux", "au", "l'", "of", "a", "en", "sur"}


def _placed(reading: Reading, candidate: Candidate) -> bool:
    """A single word that is a place, after a preposition of place."""
    if candidate.last - candidate.first > 1:
        return False
    token = reading.tokens[candidate.first]
    if not token.flags & Word.PLACE:
        return False
    if not token.flags & NAME:
        return True
    before = reading.tokens[candidate.first - 1].key if candidate.first else ""
    return before in _PLACE_BEFORE


def _phrases(path: Traversable) -> frozenset[str]:
    """Phrases as the keys of their words, elided words apart."""
    return frozenset(" ".join(fold(t).replace("'", "' ").split()) for t in terms(path))
