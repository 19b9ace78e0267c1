"""What each part of hippolint adds: the same posts with parts taken away.

    python -m benchmarks.ablation tests/corpora/held

The weights of the row without the reader are fitted again without what it says; this needs the
left-out networks of `python -m linter.training` (build/training).
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.common import say
from linter.cues import SubjectWeights, Weighing, load_weights
from linter.evaluation.baseline import HELD_AND_NUMBERS, StockPresidio
from linter.evaluation.evaluate import System, compare
from linter.evaluation.gold import read_gold
from linter.evaluation.report import compare_as_text
from linter.finding import Entity, Finding, Severity, Span, Subject
from linter.pipeline import Linter
from linter.post import Language, Post
from linter.rule import LearnedMatch, load_rules
from linter.text.engine import TextEngine
from linter.text.learned.tagger import load_tagger
from linter.training.examples import without_rules
from linter.training.folds import folds, left_out_taggers
from linter.training.subject_weights import Example, collect, fit, matrix
from linter.verdict import Decision, Risk, Verdict

_ALONE = 0.5
"""Chance from which the reader alone calls words a name, and a name a protected person's."""


class ReaderAlone:
    """A `System`: the learned reader without any rule; only names."""

    def __init__(self) -> None:
        self._engine = TextEngine()
        self._tagger = load_tagger()

    def check_many(self, posts: Iterable[Post], /) -> Iterator[Verdict]:
        """One verdict a post, in order."""
        return map(self._check, posts)

    def _check(self, post: Post) -> Verdict:
        lang: Language = "en" if post.lang == "en" else "fr"
        found = []
        for reading, words in self._engine.described(post.text, lang):
            tags = self._tagger.read(without_rules(words))
            for name in tags.stretches(Entity.PERSON, _ALONE):
                theirs = tags.protected(name.start, name.end) >= _ALONE
                span = reading.norm.original(name.start, name.end)
                found.append(_finding(span, theirs=theirs))
        held = any(f.severity is Severity.ERROR for f in found)
        decision = Decision.BLOCK if held else Decision.ALLOW
        return Verdict(
            post.id, lang, decision, Risk(float(held)), tuple(found), post.text, "reader"
        )


def _finding(span: Span, *, theirs: bool) -> Finding:
    subject = Subject.PATIENT if theirs else Subject.PROFESSIONAL
    severity = Severity.ERROR if theirs else Severity.NOTE
    return Finding("reader", Entity.PERSON, subject, severity, 1.0, span, "")


def without_reader(folder: Path, work: Path) -> Weighing:
    """The weights that the cues alone would have."""
    examples = collect(folder, folds, left_out_taggers(work))
    shipped = load_weights()
    names = [e for e in examples if e.entity is Entity.PERSON]
    others = [e for e in examples if e.entity is not Entity.PERSON]
    return replace(
        shipped, names=_refit(shipped.names, names), others=_refit(shipped.others, others)
    )


def _refit(shipped: SubjectWeights, examples: Sequence[Example]) -> SubjectWeights:
    names = sorted({n for e in examples for n in e.features if not n.startswith("reader")})
    known = set(names)
    kept = [
        Example(
            e.entity, {n: v for n, v in e.features.items() if n in known}, e.protected, e.writer
        )
        for e in examples
    ]
    weights = fit(matrix(kept, names), np.array([float(e.protected) for e in kept]))
    fitted = dict(zip(names, map(float, weights[:-1]), strict=True))
    return shipped.model_copy(update={"bias": float(weights[-1]), "weights": fitted})


def main() -> None:
    """Print the table of shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--dev", type=Path, default=Path("tests/corpora/dev"))
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    options = parser.parse_args()
    rules = load_rules()
    plain = tuple(r for r in rules if not isinstance(r.match, LearnedMatch))
    bare = Linter(rules=plain)
    bare._text = TextEngine(plain, weights=without_reader(options.dev, options.work))  # noqa: SLF001
    systems: dict[str, System] = {
        "stock Presidio": StockPresidio(HELD_AND_NUMBERS),
        "rules and cues": bare,
        "+ reader's opinion": Linter(rules=plain),
        "+ reader's names": Linter(),
        "reader alone": ReaderAlone(),
    }
    gold = [p for path in options.corpora for p in read_gold(path)]
    for lang in ("fr", "en"):
        say(compare_as_text(compare(systems, [p for p in gold if p.lang == lang])))


if __name__ == "__main__":
    main()
