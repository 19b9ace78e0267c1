"""A second opinion on tone: a sentence encoder reads again what may degrade, and both opinions are weighed.

The encoder takes as long for a passage as all the rest for a post, so that it reads only where it could matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import exp, log
from pathlib import Path

import numpy as np
import numpy.typing as npt

from linter.text.learned.encoder import Encoder
from linter.text.learned.features import Floats, Ints
from linter.text.learned.odds import top
from linter.text.learned.tone import KINDS, Tone, ToneReader, degrading_words, load_tone
from linter.text.learned.weights import read_weights
from linter.text.learned.wordpieces import WordPieces

FORMAT = 1
"""Version of the weight file; another one is refused."""
MOST_PIECES = 110
MOST_READ = 16
"""Passages of a text that are read again, so that nobody can make it take long."""
_LEAST = 0.6
"""Where not even the surest encoder would bring a passage above this chance, it is not asked."""
_SURE = 3.5
"""Odds of the encoder that are reckoned with: a quarter of what degrades goes further, and of what is told all but 3 % is
asked about all the same."""
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic curve through three opinions (Platt 1999, with more than one).

    own: weight of the encoder's odds; first: of the first reader of tone; doubt: of the reader of details; offset: odds
    where all are undecided.
    """

    own: float
    first: float
    doubt: float
    offset: float

    def chance(self, own: float, first: float, doubt: float) -> float:
        """How likely a passage degrades. own: odds; first, doubt: chances."""
        odds = self.own * own + self.first * log_odds(first) + self.doubt * log_odds(doubt)
        return 1 / (1 + exp(-odds - self.offset))


def log_odds(chance: float) -> float:
    """Log odds of a chance, which is kept between one in a million and as much less than one."""
    chance = min(max(chance, _TINY), 1 - _TINY)
    return log(chance / (1 - chance))


class SecondReader:
    """Weights of the encoder, loaded once, and the way to use them.

    Args:
        arrays: the arrays of the weight file, by name.
        cut: how words are cut.
        line: from the opinions to a chance, fitted on writers that nobody of the three had read.
    """

    def __init__(self, arrays: Mapping[str, Floats], cut: WordPieces, line: Line) -> None:
        self._encoder, self._a, self._cut, self.line = Encoder(arrays), arrays, cut, line

    def read(
        self, words: Sequence[str], tones: Sequence[Tone], doubt: Sequence[float] | Floats
    ) -> list[Tone]:
        """The same passages with the chance by all opinions.

        Args:
            words: of the text, shouting undone.
            tones: what the first reader says of its passages.
            doubt: how likely each word degrades, by the reader of details.
        """
        doubts = [top(np.asarray(doubt[t.start : t.end], np.float32)) for t in tones]
        most = [self.line.chance(_SURE, t.chance, d) for t, d in zip(tones, doubts, strict=True)]
        worst = sorted(range(len(tones)), key=lambda n: -most[n])[:MOST_READ]
        asked = {n for n in worst if most[n] >= _LEAST}
        return [
            self._again(words, t, d)
            if n in asked
            else replace(t, chance=self.line.chance(0.0, t.chance, d))
            for n, (t, d) in enumerate(zip(tones, doubts, strict=True))
        ]

    def _again(self, words: Sequence[str], tone: Tone, doubt: float) -> Tone:
        part = words[tone.start : tone.end]
        odds, kind, own, rows = self.opinion(part)
        first, last = degrading_words(own, rows, part)
        return replace(
            tone,
            chance=self.line.chance(odds, tone.chance, doubt),
            kind=KINDS[kind],
            words=(tone.start + first, tone.start + last),
        )

    def opinion(self, words: Sequence[str]) -> tuple[float, int, Floats, Ints]:
        """Of one passage: odds that it degrades, index of the kind, odds of each piece, the word that each is of."""
        cut = [(i, n) for n, word in enumerate(words) for i in self._cut.ids(word)][:MOST_PIECES]
        ids = np.array([self._cut.start, *(i for i, _ in cut), self._cut.end], np.int64)
        seen, a = self._encoder.seen(ids), self._a
        mean = seen.mean(0)
        odds = float((mean @ a["odds.w"] + a["odds.b"])[0])
        own: Floats = (seen[1:-1] @ a["own.w"] + a["own.b"])[:, 0]
        kind = int((mean @ a["kind.w"] + a["kind.b"]).argmax())
        return odds, kind, own, np.array([n for _, n in cut], np.int64)


class Hearing:
    """Both readers of tone, one after the other."""

    def __init__(self, first: ToneReader, second: SecondReader) -> None:
        self._first, self._second = first, second

    def read(
        self,
        words: Sequence[str],
        breaks: Sequence[tuple[int, bool]],
        doubt: Sequence[float] | Floats,
        asked: Sequence[bool] | npt.NDArray[np.bool_] | None = None,
    ) -> list[Tone]:
        """As `ToneReader.read`, and `doubt` as in `SecondReader.read`."""
        return self._second.read(words, self._first.read(words, breaks, asked), doubt)


def load_second(path: Traversable | Path | None = None) -> SecondReader:
    """Load the shipped encoder, or another weight file.

    Raises:
        ModelError: the file is missing, damaged, or of another version.
    """
    return _load(path) if path else _shipped()


def load_hearing(first: Path | None = None, second: Path | None = None) -> Hearing:
    """Load both readers of tone, the shipped ones or others.

    Raises:
        ModelError: a file is missing, damaged, or of another version.
    """
    return Hearing(load_tone(first), load_second(second))


@lru_cache(maxsize=1)
def _shipped() -> SecondReader:
    return _load(files("linter.models") / "encoder.npz")


def _load(path: Traversable | Path) -> SecondReader:
    stored = read_weights(path, {"format": FORMAT, "kinds": [str(k) for k in KINDS]})
    return SecondReader(stored.arrays, WordPieces(stored.names), Line(**stored.about["line"]))
