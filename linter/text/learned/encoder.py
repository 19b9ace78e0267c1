"""A sentence encoder, forward only: a small BERT (Devlin et al. 2019, arXiv:1810.04805) in NumPy."""

from collections.abc import Mapping
from math import pi, sqrt

import numpy as np

from linter.text.learned.features import Floats, Ints

_HEADS = 12
_EPSILON = 1e-12
_GELU = sqrt(2 / pi)


class Encoder:
    """Its weights in single precision, and the way through them.

    Args:
        arrays: by name, as linter/training/encoder.py writes them; matrices are (out, in), 8 bits with a scale a row.
    """

    def __init__(self, arrays: Mapping[str, Floats]) -> None:
        self._a = {n: a for n, a in arrays.items() if a.dtype != np.int8}
        self._table, self._worth = arrays["piece"], arrays["piece.scale"]
        for name, matrix in arrays.items():
            if matrix.dtype == np.int8 and name != "piece":
                self._a[name] = np.ascontiguousarray((matrix * arrays[f"{name}.scale"][:, None]).T)
        self._layers = sum(name.endswith(".wide") for name in self._a)

    def seen(self, ids: Ints) -> Floats:
        """What each piece means where it stands.

        Args:
            ids: rows of the table, with a start and an end; at most as many as there are places.

        Returns:
            (pieces, width).
        """
        a = self._a
        x = self._table[ids] * self._worth[ids, None] + a["place"][: len(ids)]
        x = self._normal(x, "input")
        for n in range(self._layers):
            x = self._normal(self._looked(x, n) + x, f"{n}.seen")
            wide = x @ a[f"{n}.wide"] + a[f"{n}.wide.b"]
            wide = 0.5 * wide * (1 + np.tanh(_GELU * (wide + 0.044715 * wide * wide * wide)))
            x = self._normal(wide @ a[f"{n}.back"] + a[f"{n}.back.b"] + x, f"{n}.back")
        return x

    def _looked(self, x: Floats, n: int) -> Floats:
        """What each piece takes from the others."""
        a, count = self._a, len(x)
        both = (x @ a[f"{n}.look"] + a[f"{n}.look.b"]).reshape(count, 3, _HEADS, -1)
        query, key, value = both.transpose(1, 2, 0, 3)
        odds = query @ key.transpose(0, 2, 1) / np.float32(sqrt(query.shape[-1]))
        shares = np.exp(odds - odds.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        taken: Floats = (shares @ value).transpose(1, 0, 2).reshape(count, -1)
        return taken @ a[f"{n}.seen"] + a[f"{n}.seen.b"]

    def _normal(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(1, keepdims=True)
        deviation = np.sqrt((x * x).mean(1, keepdims=True) + _EPSILON)
        out: Floats = x / deviation * self._a[f"{name}.g"] + self._a[f"{name}.n"]
        return out
