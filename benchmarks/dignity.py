"""Degrading language on minimal pairs: what the learned reader's third head is worth.

    python -m benchmarks.dignity tests/corpora/dignity-test

The score of a sentence is the highest chance of a word to stand in a degrading phrase. The sentences of
`tests/corpora/dignity` were trained on: their figures flatter.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from linter.evaluation.pairs import Line, read_pairs
from linter.text.engine import TextEngine
from linter.text.learned.tagger import load_tagger

_ALARMS = 0.03
"""Share of harmless sentences above the threshold at which recall is told."""


def scores(lines: Sequence[Line]) -> list[float]:
    """The reader's highest chance in each sentence."""
    engine, tagger = TextEngine(), load_tagger()
    read = (engine.described(line.post.text, line.post.lang) for line in lines)
    return [max(float(tagger.read(w).degrade.max(initial=0)) for _, w in parts) for parts in read]


def area(degrading: Sequence[float], harmless: Sequence[float]) -> float:
    """Chance that a degrading sentence scores above a harmless one."""
    above = [(d > h) + (d == h) / 2 for d in degrading for h in harmless]
    return sum(above) / len(above)


def main() -> None:
    """Print one row a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    lines = read_pairs(parser.parse_args().corpus)
    told = list(zip(lines, scores(lines), strict=True))
    print("| | degrading | harmless | area under the curve | recall at 3 % false alarms |")
    print("|---|---|---|---|---|")
    for lang in ("fr", "en"):
        bad = [s for line, s in told if line.post.lang == lang and line.degrades]
        good = [s for line, s in told if line.post.lang == lang and not line.degrades]
        if bad and good:
            bar = float(np.quantile(good, 1 - _ALARMS))
            found = sum(s > bar for s in bad) / len(bad)
            print(
                f"| {lang} | {len(bad)} | {len(good)} | {area(bad, good):.2f} | {100 * found:.0f} % |"
            )


if __name__ == "__main__":
    main()
