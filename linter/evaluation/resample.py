"""Shares with bootstrap intervals, from counts per post.

A resample draws as many posts as there are, with replacement. The counts of a post are packed into one
large integer, 64 bits a count, so that the totals of a resample are one sum.
"""

import random
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

Key = tuple[str, ...]
"""Name of a count."""

RESAMPLES = 1000
SEED = 20240229


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share `hits / of`, with its bootstrap 95 % interval over posts (from 0 to 1).

    `low` and `high` are None when no resample had anything to share. A share of 0 or 1 has an interval
    without width, however few the posts: read the counts.
    """

    hits: int
    of: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None when there is nothing to share."""
        return self.hits / self.of if self.of else None


class Sample:
    """Counts of posts, and the totals of `times` resamples of them; the same seed draws the same posts."""

    def __init__(
        self,
        counts: Sequence[Mapping[Key, int]],
        times: int = RESAMPLES,
        seed: int = SEED,
    ) -> None:
        self._total: Counter[Key] = Counter()
        for post in counts:
            self._total.update(post)
        keys = sorted(self._total)
        self._columns: dict[Key, tuple[int, ...]] = {}
        if keys:
            rows = _resampled(counts, keys, times, seed)
            self._columns = dict(zip(keys, zip(*rows, strict=True), strict=True))

    def total(self, key: Key) -> int:
        """Return the count over all posts."""
        return self._total[key]

    def ratio(self, hits: Key, of: Key) -> Ratio:
        """Return the share of one count in another."""
        wholes = self._columns.get(of, ())
        parts = self._columns.get(hits, (0,) * len(wholes))
        shares = sorted(p / w for p, w in zip(parts, wholes, strict=False) if w)
        low = shares[int(0.025 * len(shares))] if shares else None
        high = shares[ceil(0.975 * len(shares)) - 1] if shares else None
        return Ratio(self._total[hits], self._total[of], low, high)


def _resampled(
    counts: Sequence[Mapping[Key, int]],
    keys: Sequence[Key],
    times: int,
    seed: int,
) -> list[tuple[int, ...]]:
    """Return the total of every key, resample by resample."""
    shift = {key: 64 * number for number, key in enumerate(keys)}
    packed = [sum(value << shift[key] for key, value in post.items()) for post in counts]
    draw = random.Random(seed)  # noqa: S311 # statistics, not secrets
    layout = struct.Struct(f"<{len(keys)}Q")
    return [
        layout.unpack(sum(draw.choices(packed, k=len(packed))).to_bytes(layout.size, "little"))
        for _ in range(times)
    ]
