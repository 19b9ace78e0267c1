"""The learned reader's network with gradients; `exported` gives the arrays that text/learned/network.py runs."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 # torch's own habit

from linter.text.learned.features import (
    AFFIXES,
    ENTITIES,
    FLAGS,
    LONGEST,
    RULES,
    SHAPES,
    WORDS,
    Floats,
)
from linter.text.learned.tagger import WHO

LABELS = 1 + 2 * len(ENTITIES)
DILATIONS = (1, 1, 2, 4)
"""Ten words are seen on both sides of each word, besides the look at the whole post."""
_POOL = 64
_AFFIX, _WORD, _RULE = 24, 48, 24


@dataclass(frozen=True)
class Size:
    """Width of the layers and share of numbers dropped in training."""

    width: int = 128
    drop: float = 0.3


class ReaderNet(nn.Module):  # type: ignore[misc] # torch is not installed where types are checked
    """Embeddings, four gated convolutions, a look at the whole post, three heads."""

    def __init__(self, size: Size, vector_width: int) -> None:
        super().__init__()
        h = size.width
        self.vector = nn.Linear(vector_width, h, bias=False)
        self.prefix, self.suffix = nn.Embedding(AFFIXES, _AFFIX), nn.Embedding(AFFIXES, _AFFIX)
        self.word, self.shape = nn.Embedding(WORDS, _WORD), nn.Embedding(SHAPES, 8)
        self.length, self.lang = nn.Embedding(LONGEST + 1, 4), nn.Embedding(2, 4)
        self.rule = nn.Embedding(1 + 2 * len(ENTITIES), _RULE)
        self.rule_id = nn.Embedding(RULES, _RULE)
        self.parts = [h, _AFFIX, _AFFIX, _WORD, 8, 4, 4, FLAGS, _RULE, _RULE, 2]
        self.mix, self.first = nn.Linear(sum(self.parts), h), nn.LayerNorm(h)
        self.convs = nn.ModuleList(
            [nn.Conv1d(h, 2 * h, 3, padding=d, dilation=d) for d in DILATIONS]
        )
        self.norms = nn.ModuleList([nn.LayerNorm(h) for _ in DILATIONS])
        self.pool = nn.Linear(h, _POOL)
        wide = h + 2 * _POOL
        self.label_in, self.label_out = nn.Linear(wide, h), nn.Linear(h, LABELS)
        self.who_in, self.who_out = nn.Linear(wide, h), nn.Linear(h, len(WHO))
        self.degrade_in, self.degrade_out = nn.Linear(wide, h), nn.Linear(h, 2)
        self.drop = nn.Dropout(size.drop)

    def forward(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of labels, who and degrading, each (posts, words, values)."""
        mask = batch["mask"].unsqueeze(-1)
        x = self._input(batch) * mask
        for conv, norm in zip(self.convs, self.norms, strict=True):
            wide = F.glu(conv(x.transpose(1, 2)), dim=1).transpose(1, 2)
            x = norm(x + self.drop(wide)) * mask
        pooled = self.pool(x)
        mean = (pooled * mask).sum(1) / mask.sum(1)
        highest = pooled.masked_fill(mask == 0, -1e4).max(1)[0]
        whole = torch.cat([mean, highest], -1).unsqueeze(1).expand(-1, x.size(1), -1)
        x = self.drop(torch.cat([x, whole], -1))
        return (
            self._head(x, self.label_in, self.label_out),
            self._head(x, self.who_in, self.who_out),
            self._head(x, self.degrade_in, self.degrade_out),
        )

    def _input(self, batch: dict[str, Tensor]) -> Tensor:
        parts = [
            self.drop(self.vector(batch["vector"])),
            self.prefix(batch["prefix"]),
            self.suffix(batch["suffix"]),
            self.word(batch["word"]),
            self.shape(batch["shape"]),
            self.length(batch["length"]),
            self.lang(batch["lang"]),
            batch["flags"],
            self.rule(batch["rule"]),
            self.rule_id(batch["rule_id"]),
            batch["score"],
        ]
        mixed = F.gelu(self.mix(torch.cat(parts, -1)), approximate="tanh")
        normed: Tensor = self.drop(self.first(mixed))
        return normed

    def _head(self, x: Tensor, inner: nn.Linear, outer: nn.Linear) -> Tensor:
        scores: Tensor = outer(self.drop(F.gelu(inner(x), approximate="tanh")))
        return scores


def exported(net: ReaderNet, vectors: Floats) -> dict[str, Floats]:
    """The arrays of text/learned/network.py, every input table multiplied by the first layer.

    Args:
        net: the trained network.
        vectors: (pieces, width of a vector).
    """
    weights = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    slices = np.split(weights["mix.weight"].T, np.cumsum(net.parts)[:-1])
    names = ("prefix", "suffix", "word", "shape", "length", "lang")
    piece, scale = eight_bits(vectors @ weights["vector.weight"].T @ slices[0])
    out = {"piece": piece, "piece.scale": scale, "bias": weights["mix.bias"]}
    out |= {n: weights[f"{n}.weight"] @ part for n, part in zip(names, slices[1:7], strict=True)}
    out |= {"flags": slices[7], "score": slices[10]}
    out |= {"rule": weights["rule.weight"] @ slices[8]}
    out |= {"rule_id": weights["rule_id.weight"] @ slices[9]}
    out |= {"first.g": weights["first.weight"], "first.b": weights["first.bias"]}
    for n in range(len(DILATIONS)):
        conv = weights[f"convs.{n}.weight"]
        out[f"conv{n}.w"] = np.concatenate([conv[:, :, k].T for k in range(3)])
        out[f"conv{n}.b"] = weights[f"convs.{n}.bias"]
        out[f"conv{n}.g"], out[f"conv{n}.n"] = (
            weights[f"norms.{n}.weight"],
            weights[f"norms.{n}.bias"],
        )
    out |= {"pool.w": weights["pool.weight"].T, "pool.b": weights["pool.bias"]}
    return out | _heads(weights, weights["pool.weight"].shape[1])


def _heads(weights: dict[str, Floats], width: int) -> dict[str, Floats]:
    out = {}
    for name, prefix in (("label", "label"), ("subject", "who"), ("degrade", "degrade")):
        inner = weights[f"{prefix}_in.weight"].T
        out[f"{name}.in"], out[f"{name}.whole"] = inner[:width], inner[width:]
        out[f"{name}.b"] = weights[f"{prefix}_in.bias"]
        out[f"{name}.out"] = weights[f"{prefix}_out.weight"].T
        out[f"{name}.c"] = weights[f"{prefix}_out.bias"]
    return out


def eight_bits(table: Floats) -> tuple[Floats, Floats]:
    """Rows as whole numbers from -127 to 127, and what one of them is worth in each row."""
    scale = np.maximum(np.abs(table).max(1), 1e-8) / 127
    return np.rint(table / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def loss(net: ReaderNet, batch: dict[str, Tensor]) -> Tensor:
    """Cross-entropy of the three heads, weighed; a batch without an answer for a head passes it by."""
    total = torch.zeros(())
    for scores, key, weight in zip(
        net(batch), ("label", "who", "degrade"), (1.0, 0.5, 0.5), strict=True
    ):
        if (batch[key] >= 0).any():
            answers = batch[key].flatten()
            total = total + weight * F.cross_entropy(scores.flatten(0, 1), answers, ignore_index=-1)
    return total
