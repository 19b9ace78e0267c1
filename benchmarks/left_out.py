"""Linters whose networks have not seen a writer, for the benchmarks that take `--left-out`."""

from pathlib import Path

from linter.pipeline import Linter
from linter.text.engine import TextEngine
from linter.training.folds import left_out_taggers, left_out_tones


def linters(work: Path | None) -> list[Linter]:
    """One linter, or one for each pair of networks that left some writers out."""
    if work is None:
        return [Linter()]
    heard = zip(left_out_taggers(work), left_out_tones(work), strict=True)
    return [Linter(engine=TextEngine(tagger=tagger, tone=tone)) for tagger, tone in heard]
