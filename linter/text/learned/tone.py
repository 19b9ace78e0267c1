"""The learned reader of tone: whether a passage degrades a patient, how, and in which words.

One small network for both languages, forward only: pieces of words, convolutions over two, three and five of them,
and three looks at the whole passage. It is taught by a larger one; see linter/training/tone.py. In which way a passage
degrades is told by its words alone.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import exp
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from linter.finding import Kind
from linter.text.detail import BREAK
from linter.text.learned.features import Floats, Ints
from linter.text.learned.pieces import Pieces
from linter.text.learned.weights import read_weights

FORMAT = 1
"""Version of the weight file; another one is refused."""
KINDS = tuple(Kind)
ORDERS = ((2, 0), (3, 1), (5, 2))
"""Pieces that a convolution sees, and how many of them stand before."""
LEAST_WORDS, MOST_WORDS = 25, 60
"""Sentences of one line are read together up to so many words, so that a short one is not without its context."""
SHORTEST = 8
"""Words and signs under which a passage is not judged: "God bless" could be anything."""
SIGNS = 64
"""Rows of the table for emoji and other signs that no piece covers."""
_FIRST_SIGN = 0x2100
MOST_PIECES = 200
_EPSILON = 1e-5
_CLAUSE = frozenset('.,;:!?…()[]«»“”"\n')
"""Signs at which a clause ends."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A passage, in rows of words: how likely it degrades a patient (0 to 1), how, and the words that do."""

    start: int
    end: int
    chance: float
    kind: Kind
    words: tuple[int, int]


class ToneReader:
    """Weights, loaded once, and the way through them.

    Args:
        arrays: the arrays of the weight file, by name.
        pieces: how words are cut.
        slope, offset: from the network's odds to a chance (Platt 1999), fitted on writers it had not seen.
    """

    def __init__(
        self, arrays: Mapping[str, Floats], pieces: Pieces, slope: float, offset: float
    ) -> None:
        self._a = arrays
        self._pieces = pieces
        self._slope, self._offset = slope, offset
        self._ids = lru_cache(maxsize=20_000)(self._piece_ids)

    def read(
        self,
        words: Sequence[str],
        breaks: Sequence[tuple[int, bool]],
        asked: Sequence[bool] | npt.NDArray[np.bool_] | None = None,
    ) -> list[Tone]:
        """The passages of a text.

        Args:
            words: as `words.cut` finds them, shouting undone.
            breaks: `sentence_ends` of them.
            asked: of each word, whether its passage is asked for; all are when absent.
        """
        parts = [
            (start, end)
            for start, end in passages(len(words), breaks)
            if end - start >= SHORTEST and (asked is None or any(asked[start:end]))
        ]
        if not parts:
            return []
        cut = [self._rows(words[start:end]) for start, end in parts]
        odds, own, kinds = self._run([ids for ids, _ in cut])
        out = []
        for number, (start, end) in enumerate(parts):
            chance = 1 / (1 + exp(-self._slope * float(odds[number]) - self._offset))
            first, last = degrading_words(own[number], cut[number][1], words[start:end])
            kind = KINDS[int(kinds[number].argmax())]
            out.append(Tone(start, end, chance, kind, (start + first, start + last)))
        return out

    def _piece_ids(self, word: str) -> tuple[int, ...]:
        return piece_ids(self._pieces, word, len(self._a["piece"]) - SIGNS)

    def _rows(self, words: Sequence[str]) -> tuple[Ints, Ints]:
        """Rows of the table, and the word that each belongs to."""
        ids = [(i, n) for n, word in enumerate(words) for i in self._ids(word)][:MOST_PIECES]
        rows = np.array(ids or [(0, 0)], np.int64)
        return rows[:, 0], rows[:, 1]

    def _run(self, parts: Sequence[Ints]) -> tuple[Floats, list[Floats], Floats]:
        """Odds of each passage, odds of each of its pieces, odds of each kind."""
        a = self._a
        lengths = np.array([len(p) for p in parts])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        flat = np.concatenate(parts)
        x = a["piece"][flat] * a["piece.scale"][flat, None] + a["input.b"]
        x = _normal(x, a["input.g"], a["input.n"])
        seen = _normal(self._convolved(x, starts, lengths), a["seen.g"], a["seen.n"])
        own = (seen @ a["own.w"] + a["own.b"])[:, 0]
        mean = np.add.reduceat(seen, starts) / np.sqrt(lengths, dtype=np.float32)[:, None]
        most = np.maximum.reduceat(seen, starts)
        hidden = np.maximum(np.concatenate([mean, most], 1) @ a["whole.w"] + a["whole.b"], 0)
        looks = _looks(seen, seen @ a["look.w"] + a["look.b"], starts, lengths)
        odds = (hidden @ a["odds.w"] + a["odds.b"])[:, 0] + (looks @ a["looks.w"] + a["looks.b"])[
            :, 0
        ]
        peak = np.maximum.reduceat(own, starts)
        total = np.add.reduceat(np.exp(2 * (own - np.repeat(peak, lengths))), starts)
        odds = odds + (2 * peak + np.log(total)) / 4
        return odds, np.split(own, starts[1:]), np.add.reduceat(a["kind"][flat], starts)

    def _convolved(self, x: Floats, starts: Ints, lengths: Ints) -> Floats:
        a, count = self._a, len(x)
        first, last = np.repeat(starts, lengths), np.repeat(starts + lengths, lengths)
        out = [x]
        for size, before in ORDERS:
            at = np.arange(count)[:, None] + np.arange(-before, size - before)
            at = np.where((at >= first[:, None]) & (at < last[:, None]), at, count)
            h = x
            for layer in (1, 2):
                padded = np.concatenate([h, np.zeros((1, h.shape[1]), np.float32)])
                wide = padded[at].reshape(count, -1)
                h = h + np.maximum(
                    wide @ a[f"conv{size}.{layer}.w"] + a[f"conv{size}.{layer}.b"], 0
                )
            out.append(h)
        return np.concatenate(out, 1)


def sentence_ends(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, bool]]:
    """After which word each sentence ends, and whether its line does too."""
    starts = [start for start, _ in spans]
    return [(bisect_left(starts, m.end()), m[0] == "\n") for m in BREAK.finditer(text)]


def passages(count: int, ends: Sequence[tuple[int, bool]]) -> list[tuple[int, int]]:
    """Rows of words that are read together: sentences of a line, until they are `LEAST_WORDS`; `MOST_WORDS` at most."""
    out: list[tuple[int, int]] = []
    start = last = 0
    for end, line in _bounded(ends, count):
        if end - start > MOST_WORDS:
            out.append((start, last))
            start = last
        last = end
        if line or end - start >= LEAST_WORDS:
            out.append((start, end))
            start = end
    return [(first, end) for first, end in out if end - first > 1]


def _bounded(ends: Sequence[tuple[int, bool]], count: int) -> Iterator[tuple[int, bool]]:
    """Ends of sentences, and more of them where one is longer than `MOST_WORDS`."""
    start = 0
    for end, line in (*ends, (count, True)):
        for cut in range(start + MOST_WORDS, end, MOST_WORDS):
            yield cut, False
            start = cut
        yield end, line
        start = end


def piece_ids(pieces: Pieces, word: str, signs: int) -> tuple[int, ...]:
    """Rows of the table for one word. signs: the first row for signs that no piece covers."""
    if len(word) == 1 and ord(word) > _FIRST_SIGN:
        return (signs + crc32(word.encode("utf-8", "surrogatepass")) % SIGNS,)
    return pieces.ids(word)


def degrading_words(own: Floats, rows: Ints, words: Sequence[str]) -> tuple[int, int]:
    """The clause, or clauses in a row, of the words that degrade; the whole passage where none stands out.

    Args:
        own: odds of each piece.
        rows: the word of each piece.
        words: of the passage.
    """
    marked = rows[own >= 0]
    if not marked.size:
        return 0, len(words)
    first, last = int(marked.min()), int(marked.max()) + 1
    while first > 0 and words[first - 1] not in _CLAUSE:
        first -= 1
    while last < len(words) and words[last] not in _CLAUSE:
        last += 1
    return first, last


def _looks(seen: Floats, odds: Floats, starts: Ints, lengths: Ints) -> Floats:
    """Weighted means of a passage, one a look, side by side."""
    shares = np.exp(odds - np.repeat(np.maximum.reduceat(odds, starts), lengths, 0))
    shares /= np.repeat(np.add.reduceat(shares, starts), lengths, 0)
    parts = zip(starts, starts + lengths, strict=True)
    return np.stack([(shares[first:last].T @ seen[first:last]).ravel() for first, last in parts])


def _normal(x: Floats, gain: Floats, bias: Floats) -> Floats:
    x = x - x.mean(1, keepdims=True)
    out: Floats = x / np.sqrt((x * x).mean(1, keepdims=True) + _EPSILON) * gain + bias
    return out


def load_tone(path: Traversable | Path | None = None) -> ToneReader:
    """Load the shipped reader of tone, or another weight file.

    Raises:
        ModelError: the file is missing, damaged, or of another version.
    """
    return _shipped() if path is None else _load(path)


@lru_cache(maxsize=1)
def _shipped() -> ToneReader:
    return _load(files("linter.models") / "tone.npz")


def _load(path: Traversable | Path) -> ToneReader:
    stored = read_weights(path, {"format": FORMAT, "kinds": [str(k) for k in KINDS]})
    return ToneReader(
        stored.arrays,
        Pieces(stored.names, stored.scores),
        stored.about["slope"],
        stored.about["offset"],
    )
