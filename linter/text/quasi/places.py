"""Named places, and phrases that tell how large an unnamed place is."""

import re
from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable

from linter.datafile import rows
from linter.finding import Entity
from linter.post import Language
from linter.quasi_match import PlaceMatch
from linter.risk.facts import View
from linter.risk.tables import Entry, steps
from linter.rule import Rule
from linter.text.lexicon import NAME, Word
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Candidate, Spot
from linter.text.quasi.gazetteer import Gazetteer, plain
from linter.text.quasi.phrasebook import PhraseBook
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern
from linter.text.tokens import Token

_LONGEST = 7
"""Words of the longest name that is looked for."""
_LEADS = {
    "fr": frozenset(
        "a au aux en de du des d' vers sur chez pres dans ds entre depuis region secteur commune ville".split()
    ),
    "en": frozenset(
        "in at from near of to around outside off by across rural central north south east west town".split()
    ),
}
_INSIDE = {"fr": frozenset("a au aux en du d'".split()), "en": frozenset("in from".split())}
"""What stands before a country whose name is a first name: "in Jordan", not "mother of Jordan"."""
_THING = re.compile(
    r"guinea[- ](?:pig|worm|fowl|hen)|china (?:white|clay|doll|syndrome)|turkey (?:baster|breast|leg|meat|neck|sandwich)|"
    r"brazil[- ]nut|india[- ]ink|congo[- ](?:red|rot)|sudan[- ](?:black|red|i{1,3}v?\b)|bermuda (?:grass|short)|panama hat|jordan almond"
)
"""Things that begin with the name of a country."""
_OF_THING = re.compile(
    r"\b(?:balsam of|baume du|noix du|encre de|fievre de|grippe de|rouge|noir|ebola|new) \Z"
)
"""What stands before the name of a country in the name of a thing."""
_OF_SIZE = 12
_NUMBERED = re.compile(
    r"\b(?:dans|ds|du|de|dept|departement)(?: le| l')? (?P<it>\d{2}|2[ab]|97[1-6])(?= ?[.,;:)!?\n]|$| (?:et|ou|on|je|avec|pour|qui)\b)"
)
_YEARS = frozenset("ans a years yrs old yo".split())
_CLOSES = frozenset(",.;:()") | {""}
_SMALL = 2000
_WITHIN = " ("
"""Between a town and the area that tells it from its namesakes: "Guéret (Creuse)"."""
_BACK = 3
"""Words of an eponym before a place in it."""
_NEAR = 40


class Names:
    """Rule of kind `place` over the gazetteer."""

    def __init__(self, rule: Rule, lang: Language, gazetteer: Gazetteer) -> None:
        match = rule.match
        assert isinstance(match, PlaceMatch)  # noqa: S101 # the caller chose by kind
        self._rule, self._lang, self._gazetteer = rule, lang, gazetteer
        self._leads = _LEADS[lang]
        self._doubt = word_pattern(match.doubt)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every place that the tables know, the longest name at each word."""
        past = 0
        lowered = sum(t.capital for t in reading.tokens) * 25 < len(reading.tokens)
        previous = ""
        for number, token in enumerate(reading.tokens):
            before, previous = previous, token.key
            if token.start < past or reading.heads[number] not in self._gazetteer.first:
                continue
            if not (
                self._may_begin(token, before, lowered=lowered)
                or _after_an_age(reading, number, before)
                or (past and reading.text[past : token.start] == _WITHIN)
            ):
                continue
            found = self._longest(reading, number)
            if found and self._fits(reading, number, found, before, lowered=lowered):
                end, spot = found
                past = end
                flags = self._flags(reading, token, end, spot, before)
                yield Candidate(self._rule, token.start, end, spot, flags)
        if self._lang == "fr":
            yield from self._departments(reading)

    def _may_begin(self, token: Token, before: str, *, lowered: bool) -> bool:
        if before in self._leads:
            return True
        everyday = token.flags & (Word.WORD | Word.DICTIONARY)
        return not everyday and (token.capital or lowered)

    def _fits(
        self,
        reading: Reading,
        number: int,
        found: tuple[int, Spot],
        before: str,
        *,
        lowered: bool,
    ) -> bool:
        """Whether a place is no part of an eponym, no thing and no first name."""
        token, (end, spot) = reading.tokens[number], found
        if _in_an_eponym(reading, number):
            return False
        if token.flags & Word.EPONYM and before not in self._leads:
            return False
        if token.end == end and token.shape == "U" and token.flags & Word.ACRONYM:
            return False
        if token.key == "the" and not lowered and not _capital_at(reading, number, end):
            return False
        if spot.country != "FR" and self._of_a_thing(reading, token):
            return False
        if spot.kind != "country" or token.end != end:
            return True
        everyday = token.flags & (Word.WORD | Word.DICTIONARY | Word.ORDINARY)
        if self._lang == "en" and everyday and not token.capital:
            return False
        first = token.flags & Word.FIRST and not token.flags & Word.ORDINARY
        return not first or before in _INSIDE[self._lang]

    @staticmethod
    def _of_a_thing(reading: Reading, token: Token) -> bool:
        """Whether a name is part of that of a thing: "Congo red", "baume du Pérou"."""
        if not token.flags & Word.COUNTRY:
            return False
        start = max(0, token.start - _OF_SIZE)
        said = _OF_THING.search(reading.folded, start, token.start)
        return bool(said or _THING.match(reading.folded, token.start))

    def _longest(self, reading: Reading, number: int) -> tuple[int, Spot] | None:
        start = reading.tokens[number].start
        for token in reversed(reading.tokens[number : number + _LONGEST]):
            if token.end - start > 60 or "\n\n" in reading.text[start : token.end]:
                continue
            name = plain(reading.folded[start : token.end])
            name = re.sub(r"\bst(e?) ", r"saint\1 ", name)
            spot = self._gazetteer.spot(name)
            if spot:
                return token.end, spot
        return None

    def _flags(
        self, reading: Reading, token: Token, end: int, spot: Spot, before: str
    ) -> frozenset[str]:
        flags = {f"place: {spot.kind}"}
        single = token.end == end
        if before in self._leads:
            flags.add("place: after a preposition")
        if not token.capital:
            flags.add("place: in lower case")
        if single and token.flags & (Word.WORD | Word.DICTIONARY | Word.ORDINARY):
            flags.add("place: also a word")
        if single and token.flags & NAME:
            flags.add("place: also a name")
        if single and token.flags & (
            Word.DRUG | Word.EPONYM | Word.BRAND | Word.ACRONYM | Word.INSTITUTION
        ):
            flags.add("place: also an eponym or brand")
        if spot.kind == "commune" and (spot.population or 0) < _SMALL:
            flags.add("place: small")
        if (spot.country == "FR") != (self._lang == "fr"):
            flags.add("place: of the other language")
        if self._doubt and self._doubt.search(
            reading.folded, max(0, token.start - _NEAR), min(len(reading.folded), end + _NEAR)
        ):
            flags.add("doubt near")
        return frozenset(flags)

    def _departments(self, reading: Reading) -> Iterator[Candidate]:
        for match in _NUMBERED.finditer(reading.folded):
            code = match["it"].upper()
            spot = Spot(code, "FR", (code,), None, "area")
            yield Candidate(self._rule, *match.span("it"), spot, frozenset({"place: number"}))


def _capital_at(reading: Reading, number: int, end: int) -> bool:
    """Whether a name has a capital after its first word: "the Borders", not "the borders of the flap"."""
    return any(t.capital for t in reading.tokens[number + 1 : number + _LONGEST] if t.end <= end)


def _in_an_eponym(reading: Reading, number: int) -> bool:
    """Whether the word ends a listed eponym that began before it: "Gilles de la Tourette"."""
    for start in range(max(0, number - _BACK), number):
        size, flags = reading.lexicon.phrase(reading.keys, start)
        if flags & Word.EPONYM and start + size > number:
            return True
    return False


def _after_an_age(reading: Reading, number: int, before: str) -> bool:
    """A capital between commas after an age: "47 ans, Guéret, maladie de Huntington"."""
    told = before in _YEARS or before.isdigit()
    if not told or reading.tokens[number].shape != "T" or reading.gap(number - 1) != ", ":
        return False
    return reading.gap(number).lstrip()[:1] in _CLOSES


_SETTINGS = "settings.txt"


class Settings:
    """Rule of kind `place` over phrases such as "un bourg de 600 âmes"."""

    def __init__(self, rule: Rule, lang: Language, book: PhraseBook, tables: Traversable) -> None:
        self._rule, self._book = rule, book
        book.add(_SETTINGS, settings(tables))
        self._number = re.compile(numbers.pattern(lang) + r"(?:[ .,]?\d{3})?")

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every phrase, with the number of inhabitants that it tells or that such places have."""
        for start, end, entry in self._book.find(reading, _SETTINGS):
            told = self._number.search(reading.folded[start:end])
            figure = re.sub(r"\D", "", told[0]) if told else ""
            people = float(figure) if figure else entry.rate
            if people >= 1:
                spot = Spot(entry.id, "", (), people, "setting", entry.factor)
                yield Candidate(self._rule, start, end, spot)


def settings(tables: Traversable) -> Iterator[Entry]:
    """Phrases such as "un bourg de 600 âmes", with the inhabitants of such a place as the rate."""
    for fr, en, people, factor, source in rows(tables / _SETTINGS):
        names = {"fr": _forms(fr), "en": _forms(en)}
        label = (names["fr"] or names["en"])[0]
        size = float(people) if people.replace(".", "").isdigit() else 0.0
        yield Entry(
            Entity.LOCATION, label, names, size, float(factor), 0.5, steps("0:1"), View.PUBLIC, event=False, source=source
        )  # fmt: skip


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(f for f in cell.split(";") if f and f != "-")
