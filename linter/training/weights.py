"""Fitted weights as a file of rules."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

SMALLEST = 0.02
"""Weights under this are left out of the file."""
Matrix = NDArray[np.float64]


def write_weights(
    path: Path, summary: str, source: str, threshold: float, names: Sequence[str], weights: Matrix
) -> None:
    """Write what `linter.cues.SubjectWeights` reads.

    Args:
        path: of the file.
        summary: what the weights are of.
        source: how they were fitted, and on what.
        threshold: chance from which a detail is told.
        names: of the cues.
        weights: (cues + 1,), one a cue, the last the bias.
    """
    data = {
        "summary": summary,
        "source": source,
        "threshold": threshold,
        "bias": round(float(weights[-1]), 2),
        "weights": {
            n: round(float(w), 2)
            for n, w in zip(names, weights[:-1], strict=True)
            if abs(w) >= SMALLEST
        },
    }
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
    path.write_text(text, encoding="utf-8")
