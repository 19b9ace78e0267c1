"""Degrading language on minimal pairs and in posts: what is told and what is held.

    python -m benchmarks.dignity tests/corpora/dignity-test
    python -m benchmarks.dignity tests/corpora/dignity --posts tests/corpora/dev --left-out build/training

A sentence or post is *told* when any expression of it is, and *held* when it would be read or stopped for that alone.
`--left-out` reads each file with networks that have not seen its writer.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.common import table
from benchmarks.left_out import linters
from linter.evaluation.gold import read_gold
from linter.evaluation.pairs import Line, read_pairs
from linter.finding import Entity, Kind
from linter.pipeline import Linter
from linter.training.folds import folds
from linter.verdict import Decision, Verdict

SEVERE = {Kind.SEXUALISING, Kind.DEHUMANISING, Kind.DISCRIMINATORY, Kind.HARM}
MILD = {Kind.DISBELIEF, Kind.STIGMATISING}
Counts = Counter[tuple[str, str, str]]


def group(line: Line) -> str:
    """The row of a sentence: its severity, or harmless."""
    if not line.degrades:
        return "harmless"
    return "severe" if line.kind in SEVERE else "mild" if line.kind in MILD else "moderate"


def count(counts: Counts, lang: str, key: str, verdict: Verdict, linter: Linter) -> None:
    """Add a sentence or a post to a row."""
    told = tuple(f for f in verdict.findings if f.axis == "dignity")
    counts[lang, key, "all"] += 1
    counts[lang, key, "told"] += bool(told)
    counts[lang, key, "held"] += linter.policy.decide(told) is not Decision.ALLOW


def sentences(corpus: Path, ready: list[Linter]) -> Iterator[tuple[Line, Verdict, Linter]]:
    """Every sentence with what is said of it."""
    for file in sorted(corpus.glob("*.txt")):
        linter = ready[folds(file.stem) % len(ready)]
        lines = read_pairs(file)
        verdicts = linter.check_many(line.post.as_post() for line in lines)
        yield from ((line, v, linter) for line, v in zip(lines, verdicts, strict=True))


def posts(corpus: Path, ready: list[Linter]) -> Counts:
    """Posts that degrade somebody, and the others."""
    counts: Counts = Counter()
    for file in sorted(corpus.glob("*.txt")):
        linter = ready[folds(file.stem) % len(ready)]
        gold = read_gold(file)
        for post, verdict in zip(gold, linter.check_many(p.as_post() for p in gold), strict=True):
            marked = any(s.entity is Entity.DEGRADING for s in post.spans)
            count(
                counts,
                post.lang,
                "posts, " + ("degrading" if marked else "harmless"),
                verdict,
                linter,
            )
    return counts


def main() -> None:
    """Print severities, then every functional group, then posts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--posts", type=Path)
    parser.add_argument("--left-out", type=Path)
    options = parser.parse_args()
    ready = linters(options.left_out)
    severities: Counts = Counter()
    groups: Counts = Counter()
    for line, verdict, linter in sentences(options.corpus, ready):
        lang = line.post.lang
        count(severities, lang, group(line), verdict, linter)
        count(groups, lang, f"{line.kind} × {line.target} × {line.stance}", verdict, linter)
    for counts in (severities, groups, posts(options.posts, ready) if options.posts else Counter()):
        if counts:
            print(_table(counts) + "\n")


def _table(counts: Counts) -> str:
    keys = sorted({(lang, key) for lang, key, _ in counts})
    rows = [[*k, *(str(counts[*k, what]) for what in ("all", "told", "held"))] for k in keys]
    return table(["language", "what", "all", "told", "held"], rows)


if __name__ == "__main__":
    main()
