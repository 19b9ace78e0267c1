"""Results of several rules about the same place: one is kept."""

from typing import Any

from linter.text.recognizers.base import RULE

_WITHIN = frozenset({"PERSON"})
"""Entities that give way inside any other: a name within an e-mail or a street is told there."""


def merge(results: list[Any]) -> list[Any]:
    """Presidio results without overlaps: the surest stays, then the longest, then the first by rule.

    Returns:
        The kept results in the order of the text. Cost is n log n.
    """
    ranked = sorted(
        results,
        key=lambda r: (
            r.entity_type in _WITHIN,
            -r.score,
            r.start - r.end,
            r.start,
            r.recognition_metadata[RULE],
        ),
    )
    held: dict[int, None] = {}
    kept = []
    for result in ranked:
        places = range(result.start, result.end)
        if not any(p in held for p in places):
            held.update(dict.fromkeys(places))
            kept.append(result)
    return sorted(kept, key=lambda r: r.start)
