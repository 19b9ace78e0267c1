"""Named places with their inhabitants: communes, towns, départements, regions, islands, countries."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from linter.datafile import rows
from linter.fold import fold
from linter.post import Language
from linter.text.quasi.candidate import Spot

_JOINTS = re.compile(r"[-' \n]+")
_RIVAL = 0.2
"""Share of the largest place's inhabitants from which a namesake makes it doubtful which is meant."""
_HOME: dict[Language, dict[str, float]] = {"fr": {"FR": 20.0}, "en": {"GB": 12.0, "IE": 6.0}}
"""Whose places are meant in a language, and how many times larger a namesake elsewhere must be to be meant. Guesses; in
English less is sure: Whitby is in Yorkshire, Listowel in Kerry, Boston in Massachusetts."""
_OLD_REGIONS = {
    "42": "44", "72": "75", "83": "84", "25": "28", "26": "27", "24": "24", "21": "44", "43": "27",
    "23": "28", "91": "76", "74": "75", "41": "44", "73": "76", "31": "32", "52": "52", "22": "32",
    "54": "75", "93": "93", "82": "84", "53": "53", "94": "94", "11": "11",
}  # fmt: skip
"""Codes of the regions before 2016 and the regions that hold them today (INSEE, code officiel géographique)."""

_BEYOND = frozenset("975 977 978 984 986 987 988 989".split())
"""Codes of territories that are no départements: islands.txt has their inhabitants."""

Row = tuple[str, str, str, float, str]
"""Name, country, area, inhabitants (0: all of the area), kind."""


def plain(text: str) -> str:
    """The form in which places are looked up: folded, with single spaces for hyphens and apostrophes."""
    return _JOINTS.sub(" ", fold(text)).strip()


@dataclass(frozen=True)
class Gazetteer:
    """Places by name."""

    places: dict[str, list[Row]] = field(repr=False)
    first: frozenset[str] = field(repr=False)
    """First words of the names."""
    home: Mapping[str, float] = field(default_factory=dict)
    """Countries whose places are meant, and how many times larger a namesake abroad must be: "Brest" is in Finistère."""

    def spot(self, name: str, areas: frozenset[str] = frozenset()) -> Spot | None:
        """The place of a name, in one of some areas if it is told which; else the largest."""
        known = self.places.get(name)
        if not known:
            return None
        near = [r for r in known if r[2] in areas] or known
        best = max(near, key=self._size)
        rivals = len(near) > 1 and sorted(map(self._size, near))[-2] >= _RIVAL * self._size(best)
        label, country, area, people, kind = best
        return Spot(label, country, (area,) if area else (), people or None, kind, rivals=rivals)

    def _size(self, row: Row) -> float:
        return (row[3] or 1e6) * self.home.get(row[1], 1.0)


def load_gazetteer(root: Traversable | Path, lang: Language) -> Gazetteer:
    """Read the lists of places and the tables of regions and islands; wide places are named in a language."""
    places: dict[str, list[Row]] = {}
    for key, row in _all(root, lang):
        known = places.setdefault(_JOINTS.sub(" ", key), [])
        if row not in known:
            known.append(row)
    first = frozenset(k.split(" ", 1)[0] for k in places)
    return Gazetteer(places, first, _HOME[lang])


def _all(root: Traversable | Path, lang: Language) -> Iterator[tuple[str, Row]]:
    yield from _french(root / "lists")
    for key, name, country, people in rows(root / "lists" / "towns_world.txt"):
        yield key, (name, country, "", float(people), "town")
    yield from _wide(root / "populations", lang)


def _french(lists: Traversable) -> Iterator[tuple[str, Row]]:
    for key, name, code, people, *_ in rows(lists / "communes_fr.txt"):
        yield key, (name, "FR", code, float(people), "commune")
    for key, name, code, kind in rows(lists / "places_fr_admin.txt"):
        area = code if kind == "departement" else f"region:{_region(code, kind).zfill(2)}"
        if kind != "alias" and code not in _BEYOND:
            yield key, (name, "FR", area, 0.0, "area")


def _wide(tables: Traversable | Path, lang: Language) -> Iterator[tuple[str, Row]]:
    for _, country, name, name_en, _, _, names, people, *_ in rows(tables / "regions.txt"):
        if country != "FR":
            for form in {fold(name), fold(name_en), *filter(None, names.split(";"))}:
                yield form, (name if lang == "fr" else name_en, country, "", float(people), "area")
    for key, name, country, area, people, *_ in rows(tables / "islands.txt"):
        where = area if country == "FR" and area[:1].isdigit() else ""
        yield key, (name, country, where, float(people), "island")
    for iso, name, name_en, *_ in rows(tables / "countries.txt"):
        label = name if lang == "fr" else name_en  # "Jordan" is a first name in French
        yield fold(label), (label, iso, "", 0.0, "country")


def _region(code: str, kind: str) -> str:
    return _OLD_REGIONS.get(code, code) if kind == "old region" else code
