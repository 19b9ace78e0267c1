"""Marked posts as the learned reader sees them: features of every word, and what it should say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linter.evaluation.gold import GoldPost, GoldSpan
from linter.finding import Entity, Subject
from linter.text.engine import TextEngine
from linter.text.learned.features import ENTITIES, Features, Ints
from linter.text.learned.tagger import WHO
from linter.text.reading import Reading

_DEGRADING = 1 + 2 * ENTITIES.index(Entity.DEGRADING) + np.arange(2)


@dataclass(frozen=True)
class Example:
    """One post as numbers.

    label: 0 outside, 1 + 2 × entity for the first word of a detail, +1 further on, -1 not known;
    who: index into `WHO`, -1 outside; degrade: whether the word stands in a degrading phrase.
    """

    writer: str
    features: Features
    label: Ints
    who: Ints
    degrade: Ints


def examples(
    engine: TextEngine, posts: Iterable[tuple[str, GoldPost]], *, details: bool = True
) -> list[Example]:
    """Read posts, given with the name of their writer; a post longer than a piece is left out.

    Args:
        engine: reads them.
        posts: name of the writer, and the post.
        details: whether the details of persons are marked in them, and not only what degrades.
    """
    made = []
    for writer, post in posts:
        pairs = engine.described(post.text, post.lang)
        if len(pairs) == 1 and pairs[0][1].spans:
            reading, features = pairs[0]
            label, who = _answers(reading, features, post.spans)
            degrade = np.isin(label, _DEGRADING).astype(np.int64)
            label = np.where(degrade, 0, label) if details else np.full_like(label, -1)
            made.append(Example(writer, features, label, who, degrade))
    return made


def _answers(reading: Reading, features: Features, marks: Sequence[GoldSpan]) -> tuple[Ints, Ints]:
    label, who = np.zeros(len(features.spans), np.int64), np.full(len(features.spans), -1)
    last: Any = None
    for row, (start, end) in enumerate(features.spans):
        span = reading.norm.original(start, end)
        mark = next((m for m in marks if m.span.start < span.end and span.start < m.span.end), None)
        if mark:
            label[row] = 1 + 2 * ENTITIES.index(mark.entity) + (mark is last)
            who[row] = WHO.index(str((mark.subject or mark.kind or Subject.NONE).value))
        last = mark
    return label, who


def without_rules(features: Features) -> Features:
    """The same post as if no rule had found anything: the reader must not lean on them alone."""
    nothing = np.zeros_like(features.rule)
    return replace(features, rule=nothing, rule_id=nothing, score=np.zeros_like(features.score))
