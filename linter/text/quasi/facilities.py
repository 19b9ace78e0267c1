"""Hospitals of the table, facilities by word and name, wards, rooms and beds."""

import re
from collections.abc import Iterable
from importlib.resources.abc import Traversable

from linter.datafile import rows
from linter.fold import fold
from linter.post import Language
from linter.quasi_match import NUMBER, FacilityMatch
from linter.rule import Rule
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Candidate, Spot
from linter.text.quasi.gazetteer import Gazetteer, plain
from linter.text.reading import Reading
from linter.text.tokens import Token

_LONGEST = 7
_ELIDED = re.compile(r"\b([dl]')")
"""An article that is a word of its own in a text: "maison d'arrêt"."""
_JOIN = frozenset("de du des d' la le les l' et of the and for saint st sainte ste".split())
_MOST_NAME = 6
_NAMED_TOO = frozenset(
    "lycee college ecole rue avenue boulevard bd av place square metro station pont campus maternelle gymnase stade street road".split()
)
"""What else bears the name of a hospital: "le lycée Bichat"."""


class Rooms:
    """Wards, rooms and beds by their numbers: expressions over the folded text."""

    def __init__(self, rule: Rule, lang: Language) -> None:
        match = rule.match
        assert isinstance(match, FacilityMatch)  # noqa: S101 # the caller chose by kind
        self._rule = rule
        number = numbers.pattern(lang)
        self._regexes = tuple(re.compile(r.replace(NUMBER, number)) for r in match.regex)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every match."""
        for regex in self._regexes:
            for match in regex.finditer(reading.folded):
                span = match.span("it") if "it" in regex.groupindex else match.span()
                yield Candidate(self._rule, *span, None)


class Hospitals:
    """Hospitals known by name."""

    def __init__(self, rule: Rule, table: Traversable, gazetteer: Gazetteer) -> None:
        self._rule = rule
        self._known = {plain(key): _spot(cells, gazetteer) for key, *cells in rows(table)}
        self._first = frozenset(k.split(" ", 1)[0] for k in self._known)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every known name, the longest at each word."""
        past = 0
        for number, token in enumerate(reading.tokens):
            if token.start < past or reading.heads[number] not in self._first:
                continue
            if number and reading.keys[number - 1] in _NAMED_TOO:
                continue
            for last in reversed(reading.tokens[number : number + _LONGEST]):
                known = self._known.get(plain(reading.folded[token.start : last.end]))
                if known:
                    past = last.end
                    spot, doubtful = known
                    flags = {"listed: ambiguous"} if doubtful else set()
                    if not token.capital:
                        flags.add("place: in lower case")
                    yield Candidate(self._rule, token.start, last.end, spot, frozenset(flags))
                    break


def _spot(cells: list[str], gazetteer: Gazetteer) -> tuple[Spot, bool]:
    name, country, town, area, catchment, factor, doubtful, *_ = cells
    where: tuple[str, ...] = (area,) if area not in {"", "-"} else ()
    people: float | None = None
    kind, _, value = catchment.partition(":")
    if kind == "region":
        where = tuple(f"region:{code.zfill(2)}" for code in value.split("+"))
    elif kind == "departement":
        where = tuple(value.split("+"))
    elif kind == "national":
        where = ()
    elif kind == "town":
        place = gazetteer.spot(plain(town), frozenset(where))
        people = 2 * place.population if place and place.population else None
    return Spot(name, country, where, people, "hospital", float(factor)), doubtful == "1"


class Words:
    """A facility word, with the name after it if there is one: "EHPAD des Tilleuls", "prison"."""

    def __init__(self, rule: Rule, words: Traversable, gazetteer: Gazetteer) -> None:
        self._rule, self._gazetteer = rule, gazetteer
        keys = [tuple(_ELIDED.sub(r"\1 ", fold(w)).split()) for w, *_ in rows(words)]
        self._words: dict[str, list[tuple[str, ...]]] = {}
        for key in sorted(keys, key=len, reverse=True):
            self._words.setdefault(key[0], []).append(key)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every facility word with its name."""
        past = -1
        for number, token in enumerate(reading.tokens):
            if number <= past:
                continue
            for key in self._words.get(token.key, ()):
                if reading.keys[number : number + len(key)] == key:
                    head = number + len(key)
                    last, named = _name(reading, head)
                    past = last - 1
                    yield self._candidate(reading, (number, head, last), named=named)
                    break

    def _candidate(self, reading: Reading, at: tuple[int, int, int], *, named: bool) -> Candidate:
        first, head, last = at
        start, end = reading.tokens[first].start, reading.tokens[last - 1].end
        spot = _town(reading.tokens[head:last], reading, self._gazetteer)
        flags = {"facility: named" if named else "facility: bare"}
        if reading.tokens[first].capital:
            flags.add("facility: capital")
        return Candidate(self._rule, start, end, spot, frozenset(flags))


def _name(reading: Reading, at: int) -> tuple[int, bool]:
    """The word after the name that begins at `at`, and whether there is one."""
    last, named = at, False
    for number in range(at, min(at + _MOST_NAME, len(reading.tokens))):
        token = reading.tokens[number]
        if reading.gap(number - 1).strip(" '\"«»-"):
            break
        if token.capital:
            last, named = number + 1, True
        elif token.key not in _JOIN:
            break
    return last, named


def _town(tokens: tuple[Token, ...], reading: Reading, gazetteer: Gazetteer) -> Spot | None:
    """The town that a facility's name ends in, as a place of care."""
    for first in range(len(tokens)):
        if not tokens[first].capital:
            continue
        spot = gazetteer.spot(plain(reading.folded[tokens[first].start : tokens[-1].end]))
        if spot:
            return Spot(
                spot.name, spot.country, spot.area, spot.population, "care", 2.0, spot.rivals
            )
    return None
