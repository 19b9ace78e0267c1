"""Posts whose only breach is a combination of details: how many are seen, and how many harmless posts are held for one.

python -m benchmarks.combination tests/corpora/held

`--left-out build/training` reads each post with a network that has not seen its writer (for tests/corpora/dev).
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.common import table
from benchmarks.left_out import linters
from linter.evaluation.gold import GoldPost, read_gold
from linter.finding import DIRECT, PROTECTED, Entity
from linter.pipeline import Linter
from linter.training.folds import folds
from linter.verdict import Decision, Verdict


def only_combined(post: GoldPost) -> bool:
    """Whether a post is held by its reader though it has no direct identifier and degrades nobody."""
    direct = any(s.entity in DIRECT and s.subject in PROTECTED for s in post.spans)
    degrading = any(s.entity is Entity.DEGRADING for s in post.spans)
    return post.verdict is not Decision.ALLOW and not direct and not degrading


def held_for_it(verdict: Verdict, linter: Linter) -> bool:
    """Whether a post is held, and would not be without its combination of details."""
    others = tuple(f for f in verdict.findings if f.entity in DIRECT or f.axis == "dignity")
    return verdict.decision is not Decision.ALLOW and linter.policy.decide(others) is Decision.ALLOW


def count(files: Iterable[Path], ready: list[Linter]) -> Counter[tuple[str, str]]:
    """Posts by language: allowed ones and those held for a combination; combinations and those seen."""
    counts: Counter[tuple[str, str]] = Counter()
    for file in files:
        linter = ready[folds(file.stem) % len(ready)]
        posts = read_gold(file)
        for post, verdict in zip(posts, linter.check_many(p.as_post() for p in posts), strict=True):
            if post.verdict is Decision.ALLOW:
                counts[post.lang, "allowed"] += 1
                counts[post.lang, "wrongly held"] += held_for_it(verdict, linter)
            elif only_combined(post):
                counts[post.lang, "combinations"] += 1
                counts[post.lang, "seen"] += verdict.decision is not Decision.ALLOW
    return counts


def main() -> None:
    """Print one row a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--left-out", type=Path)
    options = parser.parse_args()
    counts = count(sorted(options.corpus.glob("*.txt")), linters(options.left_out))
    heads = ["language", "combinations", "seen", "posts to allow", "wrongly held"]
    keys = ("combinations", "seen", "allowed", "wrongly held")
    print(table(heads, [[lang, *(str(counts[lang, k]) for k in keys)] for lang in ("fr", "en")]))


if __name__ == "__main__":
    main()
