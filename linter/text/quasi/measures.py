"""Ages, moments and sizes: expressions whose named groups are numbers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from linter.post import Language
from linter.quasi_match import NUMBER, AgeMatch, BodyMatch, MomentMatch
from linter.risk.facts import Ages
from linter.rule import Rule
from linter.scanner import scanner
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Body, Candidate, Moment, Value
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

_NEAR = 24
OLDEST = 122
"""Years of the longest documented life (Jeanne Calment): an age above is none."""
_UNITS = {"years": 1.0, "months": 1 / 12, "weeks": 7 / 365.25, "days": 1 / 365.25}
_INCH, _POUND, _STONE = 2.54, 0.45359, 6.35029


class Measures:
    """All expressions of one rule."""

    def __init__(self, rule: Rule, lang: Language) -> None:
        match = rule.match
        assert isinstance(match, AgeMatch | MomentMatch | BodyMatch)  # noqa: S101 # the caller chose by kind
        number = numbers.pattern(lang)
        self._rule, self._match, self._lang = rule, match, lang
        self._scanners = tuple(scanner(r.replace(NUMBER, number)) for r in match.regex)
        self._doubt = word_pattern(() if isinstance(match, BodyMatch) else match.doubt)

    def find(self, reading: Reading) -> Iterable[Candidate]:
        """Every match that tells a sane figure."""
        for one in self._scanners:
            for match in one.finditer(reading.folded):
                start, end = match.span("it") if "it" in match.re.groupindex else match.span()
                told = {k: v for k, v in match.groupdict().items() if v}
                value = self._value(told)
                if value is not None and start < end:
                    flags = self._flags(reading, start, end)
                    if not isinstance(self._match, BodyMatch):
                        flags |= _form(told)
                    yield Candidate(self._rule, start, end, value, flags)

    def _value(self, told: Mapping[str, str]) -> Value:
        if isinstance(self._match, AgeMatch):
            return age(told, self._match, self._lang)
        if isinstance(self._match, BodyMatch):
            return body(told)
        return moment(told)

    def _flags(self, reading: Reading, start: int, end: int) -> frozenset[str]:
        if self._doubt is None:
            return frozenset()
        before = self._doubt.search(reading.folded, max(0, start - _NEAR), start)
        after = self._doubt.search(reading.folded, end, min(len(reading.folded), end + _NEAR))
        return frozenset(_named(("doubt before", before), ("doubt after", after)))


def _form(told: Mapping[str, str]) -> frozenset[str]:
    """How it is said, by the groups that hold: a clock, a weekday, a part of the day."""
    return frozenset(f"said: {name}" for name in told if name not in _UNSAID)


_UNSAID = frozenset({"it", "to"})


def _named(*pairs: tuple[str, object]) -> Iterator[str]:
    return (name for name, holds in pairs if holds)


def age(told: Mapping[str, str], match: AgeMatch, lang: Language) -> Ages | None:
    """The range of ages that the groups of a match tell; None for what nobody's age is."""
    if "stage" in told:
        low, high = match.stages.get(told["stage"], (0.0, 0.0))
        return _ages(low, high)
    if "born" in told:
        since = date.today().year - _full_year(int(told["born"]))  # noqa: DTZ011 # a year is enough
        return _ages(max(since - 1, 0), since + 1)
    if "decade" in told:
        decade = numbers.value(told["decade"], lang)
        return None if decade is None else _ages(decade, decade + 10)
    for unit, years in _UNITS.items():
        if unit in told:
            first, last = numbers.value(told[unit], lang), numbers.value(told.get("to", ""), lang)
            if first is None:
                return None
            last = first if last is None or last < first else last
            return _ages(first * years, (last + 1) * years)
    return None


def _ages(low: float, high: float) -> Ages | None:
    return Ages(low, high) if 0 <= low < high and low <= OLDEST else None


def _full_year(year: int) -> int:
    if year >= 100:
        return year
    now = date.today().year  # noqa: DTZ011
    return now - now % 100 + year - (100 if year > now % 100 else 0)


def moment(told: Mapping[str, str]) -> Moment:
    """How narrow a moment is: a day, a month, a season, a year."""
    if "relative" in told or "weekday" in told:
        return Moment(1.0, "day" in told, "date")
    if "day" in told:
        return Moment(1.0, absolute=True, label="date")
    if "season" in told:
        return Moment(90.0, absolute=True, label="season")
    if "month" in told:
        return Moment(30.0, absolute=True, label="month")
    return Moment(365.0, absolute=True, label="year")


def body(told: Mapping[str, str]) -> Body | None:
    """A height in cm, a weight in kg or a body-mass index, if it is an adult's or a child's at all."""
    if "bmi" in told:
        return _sane("bmi", _number(told["bmi"]), 8, 120)
    if "metres" in told:
        return _sane(
            "height_cm", 100 * _number(told["metres"]) + _number(told.get("centimetres")), 40, 260
        )
    if "cm" in told:
        return _sane("height_cm", _number(told["cm"]), 40, 260)
    if "feet" in told:
        inches = 12 * _number(told["feet"]) + _number(told.get("inches"))
        return _sane("height_cm", inches * _INCH, 40, 260)
    kilos = _number(told.get("kilos")) or _number(told.get("stone")) * _STONE
    kilos = kilos or _number(told.get("pounds")) * _POUND or _number(told.get("grams")) / 1000
    return _sane("weight_kg", kilos, 0.2, 500)


def _sane(what: str, amount: float, low: float, high: float) -> Body | None:
    return Body(what, amount) if low <= amount <= high else None


def _number(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0
