"""The learned reader's network, forward only: embeddings, gated convolutions, a look at the whole post.

Every input table is stored already multiplied by the first layer, so that a word costs one sum of rows.
Layer normalisation: Ba et al. 2016 (arXiv:1607.06450); gated convolutions: Dauphin et al. 2017
(arXiv:1612.08083).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from linter.text.learned.features import AFFIXES, LONGEST, WORDS, Features, Floats, hashed
from linter.text.learned.pieces import Pieces

_EPSILON = 1e-5
_DEEPEST = 80.0
"""Below minus this, a gate is shut; its exponential would overflow."""


class Network:
    """Weights and the way through them.

    Args:
        arrays: the arrays of the weight file, by name.
        pieces: how words are cut.
        dilations: distance, in words, to the neighbours that each convolution sees.
    """

    def __init__(
        self, arrays: Mapping[str, Floats], pieces: Pieces, dilations: Sequence[int]
    ) -> None:
        self._a = arrays
        self._pieces = pieces
        self._dilations = tuple(dilations)
        self._word = lru_cache(maxsize=20_000)(self._word_row)

    def run(self, post: Features) -> tuple[Floats, Floats, Floats]:
        """Chances for every word of one post.

        Returns:
            (n, labels), (n, who) and (n, 2) for degrading; rows sum to 1.
        """
        x = self._layers(self._input(post))
        pooled = x @ self._a["pool.w"] + self._a["pool.b"]
        whole = np.concatenate([pooled.mean(0), pooled.max(0)])
        heads = ("label", "subject", "degrade")
        label, who, degrade = (self._head(name, x, whole) for name in heads)
        return label, who, degrade

    def _input(self, post: Features) -> Floats:
        a = self._a
        x: Floats = np.concatenate([self._word(w) for w in post.words]).reshape(len(post.words), -1)
        x += a["shape"][post.shape] + a["lang"][int(post.english)] + post.flags @ a["flags"]
        x += a["rule"][post.rule] + a["rule_id"][post.rule_id] + post.score @ a["score"]
        return _normal(_gelu(x), a["first.g"], a["first.b"])

    def _word_row(self, word: str) -> Floats:
        a, lower = self._a, word.lower()
        ids = list(self._pieces.ids(word))
        row: Floats = a["bias"] + a["prefix"][hashed(lower[:3], AFFIXES)]
        row = row + a["suffix"][hashed(lower[-3:], AFFIXES)] + a["word"][hashed(lower, WORDS)]
        row = row + a["length"][min(len(word), LONGEST)]
        if ids:
            row = row + (a["piece"][ids] * a["piece.scale"][ids, None]).mean(0)
        return row.astype(np.float32)

    def _layers(self, x: Floats) -> Floats:
        for number, dilation in enumerate(self._dilations):
            before, after = np.zeros_like(x), np.zeros_like(x)
            before[dilation:] = x[:-dilation]
            after[:-dilation] = x[dilation:]
            wide = np.concatenate([before, x, after], axis=1)
            wide = wide @ self._a[f"conv{number}.w"] + self._a[f"conv{number}.b"]
            half = wide.shape[1] // 2
            x = x + wide[:, :half] / (1 + np.exp(-np.maximum(wide[:, half:], -_DEEPEST)))
            x = _normal(x, self._a[f"conv{number}.g"], self._a[f"conv{number}.n"])
        return x

    def _head(self, name: str, x: Floats, whole: Floats) -> Floats:
        a = self._a
        hidden = x @ a[f"{name}.in"] + (whole @ a[f"{name}.whole"] + a[f"{name}.b"])
        logits = _gelu(hidden) @ a[f"{name}.out"] + a[f"{name}.c"]
        logits -= logits.max(1, keepdims=True)
        chances = np.exp(logits)
        shares: Floats = chances / chances.sum(1, keepdims=True)
        return shares


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear unit, tanh form (Hendrycks and Gimpel 2016, arXiv:1606.08415)."""
    out: Floats = 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))
    return out


def _normal(x: Floats, gain: Floats, bias: Floats) -> Floats:
    x = x - x.mean(1, keepdims=True)
    out: Floats = x / np.sqrt((x * x).mean(1, keepdims=True) + _EPSILON) * gain + bias
    return out
