"""Which writers each left-out network has not read."""

from collections.abc import Sequence
from pathlib import Path

from linter.text.learned.second import Hearing, load_hearing
from linter.text.learned.tagger import Tagger, load_tagger

FOLDS = 3


def folds(writer: str) -> int:
    """The fold that leaves out a writer, named by the stem of the file: each has files of every sort."""
    return ord(writer[-1]) % FOLDS


def left_out(work: Path, fold: int) -> Path:
    """Where the network of a fold is kept."""
    return work / f"reader-{fold}.npz"


def left_out_tone(work: Path, fold: int) -> Path:
    """Where the network of tone of a fold is kept."""
    return work / f"tone-{fold}.npz"


def left_out_encoder(work: Path, fold: int) -> Path:
    """Where the encoder of a fold is kept."""
    return work / f"encoder-{fold}.npz"


def left_out_taggers(work: Path) -> Sequence[Tagger]:
    """The networks of the folds, in order.

    Raises:
        ModelError: one is missing; build the reader first.
    """
    return [load_tagger(left_out(work, fold)) for fold in range(FOLDS)]


def left_out_tones(work: Path) -> Sequence[Hearing]:
    """Both networks of tone of the folds, in order.

    Raises:
        ModelError: one is missing; build tone and encoder first.
    """
    return [
        load_hearing(left_out_tone(work, fold), left_out_encoder(work, fold))
        for fold in range(FOLDS)
    ]
