"""What a fact is called, and coarser ways to tell it, in one language."""

import re
from importlib.resources.abc import Traversable
from pathlib import Path

from linter.datafile import rows
from linter.finding import Entity
from linter.post import Language
from linter.risk.facts import Ages, Place, Step
from linter.risk.tables import Entry
from linter.text.quasi import numbers
from linter.text.quasi.candidate import Body, Spot

_SEX = {"fr": ("homme", "femme"), "en": ("man", "woman")}
_MOMENTS = {
    "fr": {
        "date": "un jour précis",
        "month": "un mois précis",
        "season": "une saison précise",
        "year": "une année précise",
    },
    "en": {
        "date": "a precise day",
        "month": "a precise month",
        "season": "a precise season",
        "year": "a precise year",
    },
}
_WHEN = {
    "fr": ((1.5, "récemment"), (100, "il y a quelques mois"), (1e9, "il y a quelques années")),
    "en": ((1.5, "recently"), (100, "a few months ago"), (1e9, "some years ago")),
}
_SMALL_PLACE = {"fr": "une petite commune", "en": "a small place"}
_SINGULAR = {
    "fr": "détail singulier ({})",
    "en": "singular detail ({})",
}
_NAMES = {
    "fr": {
        Entity.OCCUPATION: "métier ou rôle", Entity.CONDITION: "maladie ou issue rare", Entity.PHYSICAL_MARK: "marque",
        Entity.FAMILY: "famille", Entity.NRP: "origine", Entity.EVENT: "événement", Entity.FACILITY: "établissement, chambre",
        Entity.LOCATION: "lieu",
    },
    "en": {
        Entity.OCCUPATION: "job or role", Entity.CONDITION: "rare disease or outcome", Entity.PHYSICAL_MARK: "mark",
        Entity.FAMILY: "family", Entity.NRP: "origin", Entity.EVENT: "event", Entity.FACILITY: "facility, room",
        Entity.LOCATION: "place",
    },
}  # fmt: skip
_PERSON = {
    "fr": ("patient", "patiente", "personne soignée"),
    "en": ("patient", "patient", "patient"),
}
_COARSE = {
    "fr": {
        Entity.PHYSICAL_MARK: "signe distinctif",
        Entity.EVENT: "accident",
        Entity.FACILITY: "un établissement",
    },
    "en": {
        Entity.PHYSICAL_MARK: "distinctive mark",
        Entity.EVENT: "accident",
        Entity.FACILITY: "a facility",
    },
}
_HOSPITAL = {"fr": "un hôpital", "en": "a hospital"}
_ROOM = {"fr": "[chambre]", "en": "[room]"}
_PRESS = {"fr": "la presse", "en": "the press"}
_ACCIDENTS = frozenset({"accident", "disaster"})
_EVENT = {"fr": "[événement]", "en": "[event]"}
_INJURED = {"fr": "accidenté{}", "en": "injured in an accident"}
_MENTION = {"fr": "[mention retirée]", "en": "[mention removed]"}
_ONE = re.compile(r"(?:celui|celle|the one)\b", re.IGNORECASE)
"""Who the press told of, in words that stand for a person; other words are a part of a sentence."""
_SURVIVOR = re.compile(r"surviv|rescap|victime|victim|doyen|oldest|record(?:wo)?man", re.IGNORECASE)
_HURT = {
    "fr": re.compile(
        r"(?:[ée]cras|renvers|encorn|percut|happ|fauch|pi[ée]tin|attaqu|poignard|enseveli|foudroy)[ée]?(?P<ends>e?s?)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?:crushed|kicked|trampled|attacked|gored|struck|hit|bitten|stabbed|shot|run over|mauled|trapped|buried|thrown)\b",
        re.IGNORECASE,
    ),
}
"""What happened to somebody, told by a participle: "crushed by a bull"."""
_WHO_IT_IS = re.compile(
    r"(?:patiente?|homme|femme|dame|monsieur|enfant|ado|man|woman|lady|lad|boy|girl)\b",
    re.IGNORECASE,
)
_BODIES = {
    "fr": {"height_cm": "{:.0f} cm", "bmi": "IMC {:.0f}", "weight_kg": "{:.0f} kg"},
    "en": {"height_cm": "{:.0f} cm", "bmi": "BMI {:.0f}", "weight_kg": "{:.0f} kg"},
}
_SIZES = {
    "fr": {"height_cm": "[taille]", "bmi": "[valeur]", "weight_kg": "[poids]"},
    "en": {"height_cm": "[height]", "bmi": "[value]", "weight_kg": "[weight]"},
}
_SEX_BEHIND = re.compile(r" ?([fhm])", re.IGNORECASE)
"""As in "38F"."""
_FIGURE = re.compile(r"\d{1,4}")
_ADULT, _OLD = 20.0, 90.0


class Wording:
    """Words of one language."""

    def __init__(self, lang: Language, root: Traversable | Path) -> None:
        self._lang = lang
        tables = root / "populations"
        self._regions: dict[str, tuple[str, str]] = {}
        self._of: dict[str, tuple[str, str]] = {}
        self._countries: dict[str, str] = {}
        column = 2 if lang == "fr" else 3
        for code, country, *names in rows(tables / "regions.txt"):
            if country == "FR" and code.isdigit():
                self._regions[code.zfill(2)] = names[column - 2], names[column]
        for code, name, region, *_ in rows(tables / "departements.txt"):
            self._of[code] = name, region.zfill(2)
        for iso, name_fr, name_en, *_ in rows(tables / "countries.txt"):
            self._countries[iso] = name_fr if lang == "fr" else name_en

    @property
    def small_place(self) -> str:
        """What to write instead of "a village of 600"."""
        return _SMALL_PLACE[self._lang]

    def sex(self, row: int) -> str:
        """`femme`, `man`."""
        return _SEX[self._lang][row]

    def age(self, ages: Ages) -> str:
        """`47 ans`, `5 mois`, `40-50 ans`."""
        years = {"fr": "ans", "en": "years"}[self._lang]
        if ages.high <= 2 and ages.high - ages.low < 0.9:
            months = {"fr": "mois", "en": "months"}[self._lang]
            return f"{round(ages.low * 12)} {months}"
        if ages.high - ages.low <= 1:
            return f"{ages.low:.0f} {years}"
        return f"{ages.low:.0f}-{ages.high:.0f} {years}"

    def age_in(self, text: str) -> Ages | None:
        """The age that a text tells by its first number."""
        found = re.search(numbers.pattern(self._lang), text.lower())
        value = numbers.value(found[0], self._lang) if found else None
        return Ages(value, value + 1) if value is not None and value <= 122 else None

    def coarser_age(self, ages: Ages, text: str) -> tuple[Step, ...]:
        """The decade, or five years of childhood; nothing for what is as wide already."""
        if ages.high - ages.low > 5:
            return ()
        if ages.high <= 1:
            words = {"fr": "moins d'un an", "en": "under one year"}[self._lang]
            return (Step(words, Ages(0, 1)),) if ages.high - ages.low < 0.5 else ()
        wide = 5 if ages.low < _ADULT / 2 else 10
        low = ages.low // wide * wide
        band = Ages(low, low + wide) if low < _OLD else Ages(_OLD, 110)
        return (Step(self._age_words(band, text), band),)

    def _age_words(self, band: Ages, text: str) -> str:
        range_ = f"{band.low:.0f}-{band.high:.0f}" if band.low < _OLD else "90+"
        figure = _FIGURE.search(text)
        if figure and len(figure[0]) == 4:
            return text.replace(figure[0], f"{figure[0][:3]}x", 1)
        years = "ans" if self._lang == "fr" else "years"
        if figure and (sex := _SEX_BEHIND.fullmatch(text, figure.end())):
            return f"{sex[1].upper()} {range_} {years}"
        if figure and "mois" not in text and "month" not in text:
            return text[: figure.start()] + range_ + text[figure.end() :]
        return f"{range_} {years}" + (" old" if self._lang == "en" else "")

    def moment(self, label: str) -> str:
        """`un jour précis`."""
        return _MOMENTS[self._lang][label]

    def when(self, days: float) -> str:
        """`il y a quelques mois`."""
        return next(words for limit, words in _WHEN[self._lang] if days <= limit)

    def coarser_place(self, spot: Spot) -> tuple[Step, ...]:
        """The region, then nothing but the country."""
        steps = []
        area = next(iter(spot.area), "")
        if spot.country == "FR" and area in self._of:
            code = self._of[area][1]
            if code in self._regions:
                steps.append(
                    Step(self._regions[code][0], Place("FR", (f"region:{code}",), None, 0.1))
                )
        country = self._countries.get(spot.country)
        if country and spot.kind != "country":
            steps.append(Step(country, Place(spot.country)))
        return tuple(steps)

    def facility(self, text: str, spot: Spot | None, words: frozenset[str]) -> tuple[Step, ...]:
        """The word for the sort of facility: "EHPAD", "chambre", "un hôpital"."""
        if spot is not None and spot.kind == "hospital":
            return (Step(_HOSPITAL[self._lang]),)
        if text.strip().isdigit():
            return (Step(_ROOM[self._lang]),)
        head = re.match(r"[^\W\d]+", text)
        if head and (head[0].lower() in words or any(c.isdigit() for c in text)):
            return (Step(head[0]),)
        return (Step(_COARSE[self._lang][Entity.FACILITY]),)

    def coarser(
        self, entity: Entity, entry: Entry | None, sex: int | None, text: str = ""
    ) -> tuple[Step, ...]:
        """A word that tells the sort of thing, or a word for the person; a diagnosis is kept.

        Args:
            entity: what the detail is.
            entry: its row, if a table holds it.
            sex: of the person: 0 man, 1 woman, None unknown.
            text: the words that tell it.
        """
        lang, flags = self._lang, entry.flags if entry else frozenset()
        person = (Step(_PERSON[lang][2 if sex is None else sex]),)
        if entity is Entity.CONDITION:
            return ()
        if entity is Entity.EVENT and "press" in flags:
            return (Step(_PRESS[lang]),)
        if "press-person" in flags:
            return person if _ONE.match(text) else (Step(_MENTION[lang]),)
        if entity is Entity.EVENT and _SURVIVOR.search(text):
            return person
        if entity is Entity.EVENT and (hurt := _HURT[lang].match(text)):
            return (Step(_INJURED[lang].format(hurt["ends"] if lang == "fr" else "")),)
        if entity is Entity.PHYSICAL_MARK and (noun := _WHO_IT_IS.match(text)):
            return (Step(noun[0]),)
        if entity is Entity.EVENT and entry and _ACCIDENTS.isdisjoint(flags):
            return (Step(_EVENT[lang]),)
        return (Step(_COARSE[lang][entity]),) if entity in _COARSE[lang] else person

    def singular(self, entity: Entity) -> str:
        """`détail singulier (métier ou rôle)`."""
        return _SINGULAR[self._lang].format(_NAMES[self._lang][entity])

    def body(self, body: Body) -> str:
        """`217 cm`."""
        return _BODIES[self._lang][body.what].format(body.amount)

    def size(self, body: Body) -> str:
        """`taille inhabituelle`."""
        return _SIZES[self._lang][body.what]
