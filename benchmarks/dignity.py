"""Degrading language on minimal pairs: what is told and what is held, by kind, target and stance.

    python -m benchmarks.dignity tests/corpora/dignity-test

A sentence is *told* when any expression of it is, and *held* when it would be read or stopped.
"""

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.common import table
from linter.evaluation.pairs import Line, read_pairs
from linter.finding import Kind
from linter.pipeline import Linter
from linter.verdict import Decision, Verdict

SEVERE = {Kind.SEXUALISING, Kind.DEHUMANISING, Kind.DISCRIMINATORY, Kind.HARM}
MILD = {Kind.DISBELIEF, Kind.STIGMATISING}


def group(line: Line) -> str:
    """The row of a sentence: its severity, or harmless."""
    if not line.degrades:
        return "harmless"
    return "severe" if line.kind in SEVERE else "mild" if line.kind in MILD else "moderate"


def count(counts: Counter[tuple[str, str, str]], key: str, line: Line, verdict: Verdict) -> None:
    """Add a sentence to a row."""
    told = any(f.axis == "dignity" for f in verdict.findings)
    lang = line.post.lang
    counts[lang, key, "all"] += 1
    counts[lang, key, "told"] += told
    counts[lang, key, "held"] += told and verdict.decision is not Decision.ALLOW


def main() -> None:
    """Print severities, then every functional group."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    lines = read_pairs(parser.parse_args().corpus)
    verdicts = list(Linter().check_many(line.post.as_post() for line in lines))
    severities: Counter[tuple[str, str, str]] = Counter()
    groups: Counter[tuple[str, str, str]] = Counter()
    for line, verdict in zip(lines, verdicts, strict=True):
        count(severities, group(line), line, verdict)
        count(groups, f"{line.kind} × {line.target} × {line.stance}", line, verdict)
    for counts in (severities, groups):
        print(_table(counts) + "\n")


def _table(counts: Counter[tuple[str, str, str]]) -> str:
    keys = sorted({(lang, key) for lang, key, _ in counts})
    rows = [[*k, *(str(counts[*k, what]) for what in ("all", "told", "held"))] for k in keys]
    return table(["language", "sentences", "all", "told", "held"], rows)


if __name__ == "__main__":
    main()
