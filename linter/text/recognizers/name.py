"""kind: name. Names that a word announces: a title, "s'appelle", "son fils", "Nom :"."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from linter.fold import fold
from linter.rule import NameMatch, Rule
from linter.text.lexicon import NAME, Word
from linter.text.names import FACILITY_AFTER, PARTICLES, name_end
from linter.text.persons.common import begins_sentence
from linter.text.reading import Reading
from linter.text.tokens import Token

_COLON = re.compile(
    r"[ \t]{0,2}(?:n° ?)?\d{0,2}[ \t]{0,3}[:=|>-]{1,2}[ \t]{0,3}\n?|\s{0,2}[(\"'«]\s?|,\s"
)
_SPACE = re.compile(r"[ \t]{0,3}\n?|-")
_ABBREVIATED = re.compile(r"[ \t]{0,3}\.?[ \t]{0,3}\n?|-")
_SHORT = 4
"""Longest cue that a full stop may abbreviate: "Mme.", "Dr.", "Mlle."."""
_CUE_WORD = re.compile(r"[^\W_]+'?", re.IGNORECASE)
_MAX_GAP_WORDS = 3
_OFFICE = frozenset({"la", "le", "l'"})
_SHORTEST = 4
"""Letters of a name that no list holds."""


class Candidate(NamedTuple):
    """Words that may be a name: word range, character range, rule, score."""

    first: int
    last: int
    start: int
    end: int
    rule: Rule
    score: float


@dataclass(frozen=True)
class _Cue:
    keys: tuple[str, ...]
    exact: tuple[str, ...] | None
    rule: Rule
    match: NameMatch
    title: bool
    """Whether it is a title of its own when a capital begins it within a sentence."""


class CueIndex:
    """All announcing phrases of a language, by their first word."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._cues: dict[str, list[_Cue]] = {}
        for rule in rules:
            if isinstance(rule.match, NameMatch):
                for phrase in rule.match.cues:
                    self._add(rule, rule.match, phrase)
        for cues in self._cues.values():
            cues.sort(key=lambda c: (-len(c.keys), c.rule.id))

    def _add(self, rule: Rule, match: NameMatch, phrase: str) -> None:
        words = tuple(_CUE_WORD.findall(phrase))
        exact = words if any(w != w.lower() for w in words) else None
        title = fold(phrase) in {fold(t) for t in match.titles}
        cue = _Cue(tuple(fold(w) for w in words), exact, rule, match, title)
        self._cues.setdefault(cue.keys[0], []).append(cue)

    def candidates(self, reading: Reading) -> list[Candidate]:
        """Every announced name of a reading."""
        found = []
        for index, token in enumerate(reading.tokens):
            for cue in self._cues.get(token.key, ()):
                candidate = self._announced(reading, index, cue)
                if candidate:
                    found.append(candidate)
                    break
        return found

    def _announced(self, reading: Reading, index: int, cue: _Cue) -> Candidate | None:
        tokens, size = reading.tokens, len(cue.keys)
        after = index + size
        if after >= len(tokens) or not _matches(reading, index, cue):
            return None
        if cue.title and _titles(reading, index):
            return None
        if not _separated(reading.gap(after - 1), cue):
            return None
        name = _skip(reading, after, cue.match)
        # "MR venogram": a shouted title announces a shouted name, not a word in lower case
        lower = "no" if tokens[index].shape == "U" else cue.match.lower
        if len(cue.keys[-1]) == 1 and lower == "any":
            lower = "known"  # "M. pneumoniae"
        end = name_end(reading, name, lower=lower, titled=cue.match.keep_cue)
        if end == name or not _accepted(reading, cue.match, name, end):
            return None
        if not cue.match.sure and _facility_follows(reading, end):
            return None
        first = index if cue.match.keep_cue else name
        start = tokens[first].start
        return Candidate(first, end, start, tokens[end - 1].end, cue.rule, cue.match.score)


def _matches(reading: Reading, index: int, cue: _Cue) -> bool:
    tokens = reading.tokens
    for offset, key in enumerate(cue.keys):
        token = tokens[index + offset]
        if token.key != key or (cue.exact and token.text != cue.exact[offset]):
            return False
        if offset and reading.gap(index + offset - 1).strip(" '-."):
            return False
    return True


def _titles(reading: Reading, index: int) -> bool:
    """Whether the cue is a title here: "Sœur Anne" is a nun, "sa sœur Anne" is kin."""
    return reading.tokens[index].shape == "T" and not begins_sentence(reading, index)


def _separated(gap: str, cue: _Cue) -> bool:
    colon = cue.match.colon
    if colon == "must":
        return bool(_COLON.fullmatch(gap))
    if "\n" in gap and len(cue.keys[-1]) == 1:
        return False  # "Sexe : M", then the next line
    short = cue.match.keep_cue and len(cue.keys[-1]) <= _SHORT
    space = _ABBREVIATED if short else _SPACE
    return bool(space.fullmatch(gap)) or (colon == "may" and bool(_COLON.fullmatch(gap)))


def _skip(reading: Reading, index: int, match: NameMatch) -> int:
    """Step over the words that the rule lets stand between cue and name."""
    tokens = reading.tokens
    for _ in range(_MAX_GAP_WORDS):
        if index + 1 < len(tokens) and tokens[index].key in match.gap:
            index += 1
    return index


def _accepted(reading: Reading, match: NameMatch, first: int, end: int) -> bool:
    """Whether the words after a cue are a name, as strictly as the rule asks."""
    words = [t for t in reading.tokens[first:end] if t.key not in PARTICLES]
    if match.sure:
        drug = any(t.flags & Word.DRUG and not t.flags & NAME for t in words)
        return not drug and not all(t.flags & Word.WORD or t.shape == "I" for t in words)
    if match.keep_cue and reading.keys[first] in _OFFICE and all(_thing(t) for t in words):
        return False  # "Madame la Directrice"
    if match.unlisted and _unlisted(reading, first, end):
        return True
    return not match.weak or _known(reading, first, end)


def _thing(token: Token) -> bool:
    return bool(token.flags & (Word.WORD | Word.ORDINARY)) and not token.flags & Word.FIRST


def _known(reading: Reading, first: int, end: int) -> bool:
    """Whether a word of the name is in the lists."""
    words = [t for t in reading.tokens[first:end] if t.key not in PARTICLES]
    return any(t.flags & NAME and not _word_first(t, len(words)) for t in words)


def _unlisted(reading: Reading, first: int, end: int) -> bool:
    """Whether the name is one word that nothing knows, written as a name is: "her daughter Thandeka"."""
    token = reading.tokens[first]
    plain = token.shape == "T" and not token.flags and token.key.isalpha()
    if end > first + 1 or not plain or len(token.key) < _SHORTEST:
        return False
    before = reading.gap(first - 1)
    if before == ", ":  # in apposition: "by the flatmate, Jools."
        return reading.gap(first)[:1] in {"", ",", ".", ";", ")", "\n"}
    return before == " " and reading.keys[first - 1] not in PARTICLES


def _word_first(token: Token, size: int) -> bool:
    """A name that is a word before it is a name: in lower case, or alone with one capital."""
    if token.flags & Word.TOP_FIRST and token.capital:
        return False
    if not token.capital:
        return bool(token.flags & Word.ORDINARY)
    return size == 1 and token.shape == "T" and bool(token.flags & Word.ORDINARY)


def _facility_follows(reading: Reading, end: int) -> bool:
    """Whether the next word makes it a place: "St Oswald Hospital", "Brackenfield Surgery"."""
    follows = end < len(reading.tokens) and reading.gap(end - 1) in {" ", "'s ", "' "}
    return bool(
        follows and reading.tokens[end].key in FACILITY_AFTER and reading.tokens[end].capital
    )
