"""Numbers in figures and in words, French and English, up to 199."""

import re
from functools import cache
from itertools import groupby
from operator import itemgetter

from linter.post import Language

_FR_UNITS = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
).split()
_FR_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_FR_TENS |= {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
_EN_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_GAP = "[- ]"
_GAPS = re.compile(f"{_GAP}{{1,2}}")


@cache
def _words(lang: Language) -> dict[str, int]:
    return _french() if lang == "fr" else _english()


def _french() -> dict[str, int]:
    out = {word: n for n, word in enumerate(_FR_UNITS)} | {"une": 1, "cent": 100}
    for tens, value in _FR_TENS.items():
        out[tens] = value
        joined = [(u, n) for n, u in enumerate(_FR_UNITS) if 1 <= n < (20 if value == 60 else 10)]
        for unit, n in joined:
            out[f"{tens}-{unit}"] = out[f"{tens}-et-{unit}"] = value + n
        out[f"{tens}-et-une"] = value + 1
    for n, unit in enumerate(_FR_UNITS[1:], 1):
        out[f"quatre-vingt-{unit}"] = 80 + n
        out[f"cent-{unit}"] = 100 + n
    return out | {"quatre-vingt": 80, "quatre-vingts": 80, "quatre-vingt-une": 81}


def _english() -> dict[str, int]:
    out = {word: n for n, word in enumerate(_EN_UNITS)} | {"hundred": 100, "a-hundred": 100}
    for n, tens in enumerate(_EN_TENS, 2):
        out[tens] = 10 * n
        for unit in range(1, 10):
            out[f"{tens}-{_EN_UNITS[unit]}"] = 10 * n + unit
    out |= {"fourty": 40, "fourty-five": 45}
    return out


@cache
def pattern(lang: Language) -> str:
    """An expression for a number of up to three figures, or in words; without groups.

    Words stand by their first letter, so that most places of a text are refused after a dozen comparisons.
    """
    words = sorted(_words(lang), key=lambda w: (w[0], -len(w), w))
    groups = (
        f"{first}(?:{'|'.join(_rest(w) for w in group)})"
        for first, group in groupby(words, key=itemgetter(0))
    )
    return rf"(?:\d{{1,3}}|{'|'.join(groups)})"


@cache
def alone(lang: Language) -> "re.Pattern[str]":
    """`pattern` where no letter or figure stands beside it."""
    return re.compile(rf"(?<!\w){pattern(lang)}(?!\w)")


def _rest(word: str) -> str:
    return re.escape(word[1:]).replace(r"\-", _GAP)


def value(text: str, lang: Language) -> int | None:
    """The number that a text tells, in figures or folded words; None if it tells none."""
    plain = text.strip()
    if plain.isdecimal():
        return int(plain)
    return _words(lang).get(_GAPS.sub("-", plain))
