"""Weight files: arrays in half precision or 8 bits, the pieces of words, and a description."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from linter.fault import ModelError
from linter.text.learned.features import Floats


@dataclass(frozen=True)
class Weights:
    """One file. names, scores: of the pieces; arrays: by name, those of 8 bits stay so, the others are single precision."""

    about: Mapping[str, Any]
    names: tuple[str, ...]
    scores: tuple[float, ...]
    arrays: Mapping[str, Floats]


def read_weights(path: Traversable | Path, expected: Mapping[str, object]) -> Weights:
    """Read a weight file.

    Args:
        path: the file.
        expected: what its description must say for this version of the code.

    Raises:
        ModelError: the file is missing, damaged, or of another version.
    """
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        about = json.loads(bytes(arrays.pop("about")))
        pieces = bytes(arrays.pop("pieces")).decode().split("\n")
        scores = arrays.pop("piece.score")
    except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
        problem = "missing" if isinstance(error, FileNotFoundError) else "damaged"
        raise ModelError(f"{path}: the weight file is {problem}; reinstall hippolint") from None
    if any(about.get(name) != value for name, value in expected.items()):
        raise ModelError(
            f"{path}: the weight file is of another version; reinstall hippolint, "
            "or train it again with `python -m linter.training`",
        )
    floats = {n: a if a.dtype == np.int8 else a.astype(np.float32) for n, a in arrays.items()}
    return Weights(about, tuple(pieces), tuple(map(float, scores)), floats)


def describe(path: Path, more: Mapping[str, object]) -> None:
    """Change the description of a weight file."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = dict(stored)
    about = json.loads(bytes(arrays["about"])) | dict(more)
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def write_weights(
    path: Path,
    arrays: Mapping[str, Floats],
    pieces: tuple[str, ...],
    scores: Floats,
    about: Mapping[str, object],
) -> None:
    """Write a weight file: arrays in half precision, except those of 8 bits and their scales."""
    small = {
        n: a if a.dtype == np.int8 or n == "piece.scale" else a.astype(np.float16)
        for n, a in arrays.items()
    }
    stored: dict[str, npt.NDArray[np.generic]] = {
        "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
        "pieces": np.frombuffer("\n".join(pieces).encode(), np.uint8),
        "piece.score": scores.astype(np.float32),
        **small,
    }
    np.savez_compressed(path, allow_pickle=False, **stored)
