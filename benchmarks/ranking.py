"""How well the count ranks descriptions as a reader does, and whether the rewrite of held ones passes.

python -m benchmarks.ranking

Posts of tests/corpora/ranking carry a grade of their writer: 1 thousands of people would match, 2 hundreds, 3 tens,
4 a few, 5 one. The rank correlation (Spearman) is of the grade and of how few people are said to match.
The second table counts, among posts held for a combination, those whose rewrite is allowed.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.common import table
from linter.pipeline import Linter
from linter.post import Language, Post
from linter.verdict import Decision, Verdict

CORPUS = Path("tests/corpora/ranking")
_HEAD = re.compile(r"### (\S+) \| (fr|en) \| ([1-5])\s*")
_EVERYBODY = 68e6
_GRADES = range(1, 6)


@dataclass(frozen=True)
class Graded:
    """A post and how identifiable its patient is, from 1 (thousands match) to 5 (one)."""

    id: str
    lang: Language
    grade: int
    text: str = field(repr=False)


def read(folder: Path) -> Iterator[Graded]:
    """Every graded post of a folder."""
    for path in sorted(folder.glob("*.txt")):
        head, lines = None, list[str]()
        for line in [*path.read_text(encoding="utf-8").splitlines(), "### end | fr | 1"]:
            found = _HEAD.fullmatch(line)
            if not found:
                lines.append(line)
                continue
            if head:
                lang: Language = "en" if head[2] == "en" else "fr"
                yield Graded(head[1], lang, int(head[3]), "\n".join(lines).strip())
            head, lines = found, []


def risk(verdict: Verdict) -> float:
    """How few match, as -ln of the people; of everybody where nothing is counted."""
    told = verdict.anonymity
    return -log(told.k if told else _EVERYBODY)


def spearman(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Rank correlation, equal values sharing the mean of their ranks."""
    first, second = (_ranks(np.asarray(v, np.float64)) for v in (one, other))
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    order = values.argsort(kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    for value in np.unique(values):
        same = values == value
        ranks[same] = ranks[same].mean()
    return ranks


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    posts = list(read(parser.parse_args().corpus))
    linter = Linter()
    verdicts = list(linter.check_many(Post(p.text, p.id, p.lang) for p in posts))
    rows = []
    for lang in ("fr", "en"):
        pairs = [(p, v) for p, v in zip(posts, verdicts, strict=True) if p.lang == lang]
        rho = spearman([p.grade for p, _ in pairs], [risk(v) for _, v in pairs])
        held = [
            sum(v.decision is not Decision.ALLOW for p, v in pairs if p.grade == g) for g in _GRADES
        ]
        of = [sum(p.grade == g for p, _ in pairs) for g in _GRADES]
        shares = [f"{h}/{n}" for h, n in zip(held, of, strict=True)]
        rows.append([lang, str(len(pairs)), f"{rho:.2f}", *shares])
    heads = ["language", "posts", "Spearman", *(f"held, grade {g}" for g in _GRADES)]
    print(table(heads, rows))
    again = _rewritten(linter, posts, verdicts)
    print(f"\nof {len(again)} held descriptions, {sum(again)} pass once rewritten")


def _rewritten(linter: Linter, posts: list[Graded], verdicts: list[Verdict]) -> list[bool]:
    """For each post held for a combination, whether its rewrite passes."""
    held = [
        Post(v.fixed, p.id, p.lang)
        for p, v in zip(posts, verdicts, strict=True)
        if v.decision is not Decision.ALLOW and v.anonymity and v.anonymity.ways
    ]
    return [v.decision is Decision.ALLOW for v in linter.check_many(held)]


if __name__ == "__main__":
    main()
