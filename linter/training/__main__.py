"""Rebuilds every shipped model from the corpora: `python -m linter.training`.

1. reader: the network that marks the words of a post, trained three times with a third of the writers
   left out (what it says of the left-out posts feeds step 2) and once with all.
2. subjects: the weights of rules/subjects/weights.yaml and weights_other.yaml.
3. quasi: the weights of rules/subjects/weights_quasi.yaml and weights_beside.yaml.
4. tone: the network that tells whether a passage degrades a patient; it leaves out thirds like the reader.
5. encoder: the larger one that is asked where the others have doubts; likewise.
6. stance: the weights of rules/stance/weights.yaml.
"""

import argparse
import time
from pathlib import Path

from linter.training import quasi_weights, stance_weights, subject_weights
from linter.training.folds import folds, left_out_taggers, left_out_tones

PARTS = ("reader", "subjects", "quasi", "tone", "encoder", "stance")


def main() -> None:
    """Build what is asked for, in order."""
    parser = argparse.ArgumentParser(prog="python -m linter.training", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[[], *PARTS], help="all of them when none is named"
    )
    parser.add_argument("--corpora", type=Path, default=Path("tests/corpora"))
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    for part in options.parts or PARTS:
        print(f"== {part}", flush=True)
        if part == "reader":
            from linter.training.build_reader import build  # noqa: PLC0415 # torch

            build(options.corpora, options.work)
        elif part == "tone":
            from linter.training import tone  # noqa: PLC0415 # torch as well

            tone.build(options.corpora, options.work)
        elif part == "encoder":
            from linter.training import second  # noqa: PLC0415 # torch as well

            second.build(options.corpora, options.work)
        else:
            taggers = left_out_taggers(options.work)
            if part == "stance":
                heard = list(zip(taggers, left_out_tones(options.work), strict=True))
                stance_weights.build(options.corpora, folds, heard)
            else:
                fit = subject_weights.build if part == "subjects" else quasi_weights.build
                fit(options.corpora / "dev", folds, taggers)
        print(f"   {time.perf_counter() - start:.0f} s since the start", flush=True)


if __name__ == "__main__":
    main()
