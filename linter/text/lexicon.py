"""The word lists of rules/lists, as one table from the key of a word to what it may be."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from linter.datafile import rows
from linter.fold import fold
from linter.post import Language


class Word:
    """Flags of what a word may be; a word is often several of these. Plain numbers, for speed."""

    FIRST = 1
    LAST = 2
    ORDINARY = 4
    """A name that is also an everyday word of the language."""
    PLACE = 8
    DRUG = 16
    EPONYM = 32
    INSTITUTION = 64
    BRAND = 128
    ACRONYM = 256
    RARE_FIRST = 512
    """A first name borne by few people: alone it is weak evidence."""
    PUBLIC = 1024
    FICTIONAL = 2048
    COMMON_LAST = 4096
    FEMALE = 8192
    MALE = 16384
    COUNTRY = 65536
    TOP_FIRST = 131072
    """A first name so common that it is a person before it is an eponym or a brand."""
    DICTIONARY = 262144
    """A name that a dictionary holds too: in lower case it is the word."""
    WORD = 32768
    """An everyday or medical word that no list of names holds."""


NAME = Word.FIRST | Word.LAST
NOT_A_PERSON = Word.DRUG | Word.EPONYM | Word.INSTITUTION | Word.BRAND | Word.ACRONYM | Word.PLACE

_SEX = {"f": Word.FEMALE, "m": Word.MALE, "x": 0}

COMMON_FIRST_FR = 2000
"""Bearers since 1900 above which a French first name counts as common."""
TOP_FIRST_FR, TOP_FIRST_EN = 20_000, 0.05
RARE_FIRST_EN = 0.004
"""Per cent of the United States population of 1990 under which an English first name is rare."""
COMMON_LAST_FR = 100
"""Entries in the source above which a French surname counts as common."""


_MEDICAL = re.compile(
    r"(?:ite|ites|ose|oses|ase|ases|emie|urie|tomie|stomie|scopie|graphie|gramme|pathie|algie|plegie|"
    r"ome|omes|logie|logue|penie|cytose|trophie|plasie|plastie|therapie|metrie|itis|osis|emia|aemia|uria|"
    r"ectomy|ostomy|otomy|scopy|graphy|pathy|algia|oma|omas|ology|penia|plasty|therapy|bacter|coccus|"
    r"cocci|phaga|ella|virus|myces|plasma|amoeba|monas|bacillus|spora|toxine?|globuline?|amine?|azole|"
    r"oxacine?|cilline?|mycine?|statine?|parine?|prazole|sartan|olol|dipine|gliptine?|mab|nib|zumab|oid|ous|iac|"
    r"vir|idine?|asone|olone|tide|kine|zyme|genic?|ique|iques|eux|euse|isme|ismes)\Z",
)
"""Endings of organisms, diseases, procedures and medicines: unknown words so made are no names."""


@dataclass(frozen=True)
class Lexicon:
    """Look-up of single words and of phrases, by key."""

    words: dict[str, int] = field(repr=False)
    phrases: dict[tuple[str, ...], tuple[tuple[tuple[str, ...], int], ...]] = field(repr=False)
    """Phrases by their first two words, the longest first."""

    def of(self, key: str) -> int:
        """Flags of one word; a hyphenated word that is not listed has the flags its parts share."""
        flags = self.words.get(key)
        if flags is not None:
            return flags
        if "-" in key or "'" in key:
            return self._compound(key)
        return Word.WORD if _MEDICAL.search(key) else 0

    def _compound(self, key: str) -> int:
        parts = [self.words.get(p, 0) for p in key.replace("'", "-").split("-") if len(p) > 1]
        if not parts:
            return 0
        shared = parts[0]
        for flags in parts[1:]:
            shared &= flags
        if any(len(p) == 1 for p in key.replace("'", "-").split("-")):
            return Word.WORD
        if shared & Word.FIRST:
            return shared & (Word.FIRST | Word.FEMALE | Word.MALE)
        if all(p & (Word.WORD | Word.ORDINARY) for p in parts):
            return Word.WORD
        any_name = any(p & NAME for p in parts)
        return shared | (Word.LAST if any_name and not shared & NAME and len(parts) > 1 else 0)

    def phrase(self, keys: tuple[str, ...], start: int) -> tuple[int, int]:
        """The longest phrase that begins at `start`: (number of words, flags), or (0, 0)."""
        for words, flags in self.phrases.get(keys[start : start + 2], ()):
            if keys[start : start + len(words)] == words:
                return len(words), flags
        return 0, 0


def terms(path: Traversable) -> tuple[str, ...]:
    """The first column of a list file."""
    return tuple(row[0] for row in rows(path))


def load_lexicon(lists: Traversable, lang: Language) -> Lexicon:
    """Build the table of one language.

    Args:
        lists: the folder rules/lists.
        lang: decides which names are also everyday words, and which medicines are known.
    """
    table: dict[str, int] = {}
    long: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}

    def add(keys: Iterable[str], flag: int) -> None:
        for key in keys:
            if " " in key:
                parts = tuple(key.split())
                known = long.setdefault(parts[:2], {})
                known[parts] = known.get(parts, 0) | flag
            else:
                table[key] = table.get(key, 0) | flag

    for flag, keys in _sources(lists, lang):
        add(keys, flag)
    for key in _column(lists / f"words_{lang}.txt"):
        table[key] = table[key] | Word.DICTIONARY if key in table else Word.WORD
    phrases = {
        first: tuple(sorted(known.items(), key=lambda item: (-len(item[0]), item[0])))
        for first, known in long.items()
    }
    return Lexicon(table, phrases)


def _sources(lists: Traversable, lang: Language) -> Iterator[tuple[int, Iterator[str]]]:
    """Every list of the language with the flags that its terms get."""
    english = frozenset(_column(lists / "first_names_en.txt"))
    for row in rows(lists / "first_names_fr.txt"):
        common = int(row[1]) >= COMMON_FIRST_FR or row[0] in english
        rare = 0 if common else Word.RARE_FIRST
        rare |= Word.TOP_FIRST if int(row[1]) >= TOP_FIRST_FR else 0
        yield Word.FIRST | rare | _SEX[row[2]], iter((row[0],))
    for row in rows(lists / "surnames_fr.txt"):
        usual = Word.COMMON_LAST if int(row[1]) >= COMMON_LAST_FR else 0
        yield Word.LAST | usual, iter((row[0],))
    for row in rows(lists / "first_names_en.txt"):
        rare = Word.RARE_FIRST if lang == "en" and 0 < float(row[1]) < RARE_FIRST_EN else 0
        rare |= Word.TOP_FIRST if float(row[1]) >= TOP_FIRST_EN else 0
        yield Word.FIRST | rare | _SEX[row[2]], iter((row[0],))
    yield Word.LAST | (Word.COMMON_LAST if lang == "en" else 0), _column(lists / "surnames_en.txt")
    yield Word.ORDINARY, _column(lists / f"ambiguous_{lang}.txt")
    yield Word.PLACE | Word.COUNTRY, _column(lists / "countries.txt")
    for name in ("communes_fr", "places_fr_admin", "towns_world"):
        yield Word.PLACE, _column(lists / f"{name}.txt")
    for name in ("drugs_fr", "drugs_en"):
        yield Word.DRUG, _column(lists / f"{name}.txt")
    yield Word.ACRONYM | Word.WORD, _column(lists / "organisms.txt")
    yield Word.EPONYM, _folded(lists / "eponyms.txt")
    for name in ("institutions_fr", "institutions_en"):
        yield Word.INSTITUTION, _folded(lists / f"{name}.txt")
    yield Word.BRAND, _folded(lists / "brands.txt")
    yield Word.ACRONYM, _folded(lists / "medical_capitals.txt")
    yield Word.PUBLIC, _folded(lists / "public_figures.txt")
    yield Word.FICTIONAL, _folded(lists / "fictional.txt")


def _column(path: Traversable) -> Iterator[str]:
    return (row[0] for row in rows(path))


def _folded(path: Traversable) -> Iterator[str]:
    return (fold(row[0]) for row in rows(path))
