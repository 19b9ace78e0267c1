"""Words cut into the pieces that an encoder knows (WordPiece: Wu et al. 2016, arXiv:1609.08144)."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
SIGNS = 64
"""Rows for emoji and other signs that no piece covers."""
_FIRST_SIGN = 0x2100
_LONGEST = 60
_KEPT = 20_000
"""Words that are remembered."""


class WordPieces:
    """Cuts words, without accents and capitals, into the longest known pieces.

    Args:
        names: the known pieces; those within a word begin with `##`. Rows for signs come after them.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._known = {name: row for row, name in enumerate(names)}
        self._signs = len(names)
        self.start, self.end = self._known[START], self._known[END]
        self._unknown = (self._known[UNKNOWN],)
        self.ids = lru_cache(maxsize=_KEPT)(self._ids)

    def _ids(self, word: str) -> tuple[int, ...]:
        """Rows of the pieces of a word; of a sign, one that it shares with some others."""
        if len(word) == 1 and ord(word) > _FIRST_SIGN:
            return (self._signs + crc32(word.encode("utf-8", "surrogatepass")) % SIGNS,)
        if not word.strip():
            return ()
        plain = unicodedata.normalize("NFKD", word[:_LONGEST].lower())
        plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
        rows: list[int] = []
        at = 0
        while at < len(plain):
            for end in range(len(plain), at, -1):
                row = self._known.get(plain[at:end] if at == 0 else f"##{plain[at:end]}")
                if row is not None:
                    break
            else:
                return self._unknown
            rows.append(row)
            at = end
        return tuple(rows)
