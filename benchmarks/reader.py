"""What the learned reader alone marks: recall and precision of each entity, overlap counts.

python -m benchmarks.reader tests/corpora/held
"""

import argparse
from collections import Counter
from pathlib import Path

from linter.evaluation.gold import GoldPost, read_gold
from linter.finding import Entity, Span
from linter.text.engine import TextEngine
from linter.text.learned.features import ENTITIES
from linter.text.learned.tagger import Tagger, load_tagger

_CHANCE = 0.5
_ENTITIES = [e for e in ENTITIES if e is not Entity.DEGRADING]


def count(
    engine: TextEngine, tagger: Tagger, post: GoldPost, counts: Counter[tuple[str, Entity]]
) -> None:
    """Add the marks of one post: gold, of these found; told, of these right."""
    told: list[tuple[Entity, Span]] = []
    for reading, words in engine.described(post.text, post.lang):
        tags = tagger.read(words)
        for entity in _ENTITIES:
            found = tags.stretches(entity, _CHANCE)
            told += [(entity, reading.norm.original(s.start, s.end)) for s in found]
    for mark in post.spans:
        counts["gold", mark.entity] += 1
        counts["found", mark.entity] += any(
            e is mark.entity and s.overlaps(mark.span) for e, s in told
        )
    for entity, span in told:
        counts["told", entity] += 1
        counts["right", entity] += any(
            m.entity is entity and m.span.overlaps(span) for m in post.spans
        )


def main() -> None:
    """Print one Markdown table a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+")
    gold = [p for path in parser.parse_args().corpora for p in read_gold(path)]
    engine, tagger = TextEngine(), load_tagger()
    for lang in ("fr", "en"):
        counts: Counter[tuple[str, Entity]] = Counter()
        for post in gold:
            if post.lang == lang:
                count(engine, tagger, post, counts)
        print(f"\n## {lang}\n\n| entity | marked | found | told | right |\n|---|---|---|---|---|")
        for entity in _ENTITIES:
            if counts["gold", entity]:
                print(_row(counts, entity))


def _row(counts: Counter[tuple[str, Entity]], entity: Entity) -> str:
    marked, told = counts["gold", entity], counts["told", entity]
    found = f"{100 * counts['found', entity] / marked:.0f} %"
    right = f"{100 * counts['right', entity] / told:.0f} %" if told else "–"
    return f"| {entity} | {marked} | {found} | {told} | {right} |"


if __name__ == "__main__":
    main()
