"""Words cut into known pieces, so that a name never seen still looks like something."""

import unicodedata
from collections.abc import Sequence

_UNKNOWN_COST = 10.0
"""How much worse than the rarest piece an unknown character is, as in SentencePiece."""
_LONGEST_WORD = 60
_START = "▁"


class Pieces:
    """The most likely way to cut a word into pieces (unigram model, Kudo 2018, arXiv:1804.10959).

    Args:
        pieces: the known pieces; a leading "▁" stands for the beginning of a word.
        scores: logarithm of the probability of each.
    """

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._known = {
            p: (i, float(s)) for i, (p, s) in enumerate(zip(pieces, scores, strict=True))
        }
        self._longest = max(map(len, pieces))
        self._unknown = float(min(scores)) - _UNKNOWN_COST

    def __len__(self) -> int:
        return len(self._known)

    def ids(self, word: str) -> tuple[int, ...]:
        """Numbers of the pieces of one word; unknown characters are left out."""
        text = _START + unicodedata.normalize("NFKC", word[:_LONGEST_WORD])
        best: list[tuple[float, int, int]] = [(0.0, 0, -1)]
        for end in range(1, len(text) + 1):
            at = end - 1
            step = (best[at][0] + self._unknown, at, -1)
            for start in range(max(0, end - self._longest), end):
                found = self._known.get(text[start:end])
                if found and best[start][0] + found[1] > step[0]:
                    step = (best[start][0] + found[1], start, found[0])
            best.append(step)
        ids = []
        end = len(text)
        while end:
            _, start, number = best[end]
            if number >= 0:
                ids.append(number)
            end = start
        return tuple(reversed(ids))
