"""Near-duplicates among posts: a part that scores must not repeat a part that teaches."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linter.fold import fold

SHINGLE = 4
"""Words in a row that are compared."""
SHARE = 0.3
"""Share of the shorter text's shingles from which two texts repeat each other."""
LEAST = 2
"""Texts that share fewer shingles are different, however short."""
_COMMON = 60
"""A shingle of more texts than this is a phrase of the trade ("cela fait trois ans que")."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, order=True)
class Repeat:
    """Two texts that repeat each other, by name, and the share of the shorter one that is common."""

    share: float
    first: str
    second: str


def near_duplicates(texts: Mapping[str, str]) -> Sequence[Repeat]:
    """Pairs of texts that share too many words in a row, the most alike first.

    Args:
        texts: by name.
    """
    shingles = {name: _shingles(text) for name, text in texts.items()}
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, own in shingles.items():
        for shingle in own:
            holders[shingle].append(name)
    common: Counter[tuple[str, str]] = Counter()
    for names in holders.values():
        if 1 < len(names) <= _COMMON:
            common.update((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
    repeats = (
        Repeat(count / min(len(shingles[a]), len(shingles[b])), a, b)
        for (a, b), count in common.items()
        if count >= LEAST
    )
    return sorted((r for r in repeats if r.share >= SHARE), reverse=True)


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(fold(text))
    return frozenset(zip(*(words[n:] for n in range(SHINGLE)), strict=False))
