"""The networks of tone: the small one that is shipped, and the large one that teaches it.

The large one is Google's universal-sentence-encoder-multilingual 3 (Yang et al. 2019, arXiv:1907.04307; Apache-2.0) with
a head of its own, trained further as a whole. It is too slow for every post. The small one learns from the marks and
from what the large one says (distillation: Hinton et al. 2015, arXiv:1503.02531).
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from linter.text.learned.features import Floats
from linter.text.learned.tone import ORDERS
from linter.training.reader_net import eight_bits

_LOOKS = 4
_NEVER = -30.0


class Teacher(nn.Module):  # type: ignore[misc] # torch ships no types here
    """The sentence encoder, what it says of a passage and of its pieces.

    Args:
        weights: of the encoder, by the names of the package that carries them.
    """

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        super().__init__()
        self.w = nn.ParameterDict({n: nn.Parameter(torch.tensor(a)) for n, a in weights.items()})
        self.drop = nn.Dropout(0.15)
        self.head, self.own = nn.Linear(512, 1), nn.Linear(1280, 1)
        self.mix = nn.Parameter(torch.ones(2))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.own.weight)

    def forward(self, vectors: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Odds of each passage and of each piece: vectors (passages, pieces, 512), mask (passages, pieces)."""
        w, real = self.w, mask[..., None].float()
        e = self.drop(vectors) * real
        out = [e]
        for size, before in ORDERS:
            h = _normal(e @ w[f"proj{size}"] + w[f"proj_b{size}"], w, f"{size}") * real
            for layer in "12":
                wide = _windows(h, size, before) @ w[f"w{layer}_{size}"] + w[f"b{layer}_{size}"]
                h = (functional.relu(wide) + h) * real
            out.append(h)
        seen = _normal(torch.cat(out, -1), w, "") * real
        count = real.sum(1)
        mean = (seen.sum(1) @ w["cnn_W"] + count * w["cnn_b"]) / count.sqrt()
        y = functional.relu(mean @ w["d0"])
        y = functional.relu(mean @ w["p1"] + y @ w["d1"])
        whole = torch.tanh(y @ w["p3"] + functional.relu(y @ w["d2"]) @ w["d3"])
        own = self.own(self.drop(seen)).squeeze(-1).masked_fill(~mask, _NEVER)
        odds = 4 * self.mix[0] * self.head(self.drop(whole)).squeeze(-1)
        return odds + self.mix[1] * torch.logsumexp(2 * own, 1) / 4, own


class Student(nn.Module):  # type: ignore[misc] # as above
    """The network of text/learned/tone.py."""

    def __init__(self, width: int = 128) -> None:
        super().__init__()
        self.input, self.before = nn.Linear(512, width), nn.LayerNorm(width)
        nn.init.orthogonal_(self.input.weight)
        self.convs = nn.ModuleDict(
            {f"conv{s}_{n}": nn.Linear(width * s, width) for s, _ in ORDERS for n in (1, 2)}
        )
        seen = width * (1 + len(ORDERS))
        self.seen, self.own, self.look = (
            nn.LayerNorm(seen),
            nn.Linear(seen, 1),
            nn.Linear(seen, _LOOKS),
        )
        self.whole, self.odds = nn.Linear(2 * seen, width), nn.Linear(width, 1)
        self.looks = nn.Linear(_LOOKS * seen, 1)
        self.drop = nn.Dropout(0.2)

    def forward(self, vectors: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Odds of each passage and of each piece."""
        real = mask[..., None].float()
        x = self.drop(self.before(self.input(vectors)) * real)
        out = [x]
        for size, before in ORDERS:
            h = x
            for layer in (1, 2):
                wide = self.convs[f"conv{size}_{layer}"](_windows(h, size, before))
                h = (functional.relu(wide) + h) * real
            out.append(h)
        seen = self.drop(self.seen(torch.cat(out, -1))) * real
        mean = seen.sum(1) / real.sum(1).sqrt()
        most = seen.masked_fill(~mask[..., None], _NEVER).max(1).values
        hidden = self.drop(functional.relu(self.whole(self.drop(torch.cat([mean, most], -1)))))
        shares = torch.softmax(self.look(seen).masked_fill(~mask[..., None], _NEVER), 1)
        looks = torch.einsum("bth,btd->bhd", shares, seen).flatten(1)
        own = self.own(seen).squeeze(-1).masked_fill(~mask, _NEVER)
        odds = self.odds(hidden).squeeze(-1) + self.looks(self.drop(looks)).squeeze(-1)
        return odds + torch.logsumexp(2 * own, 1) / 4, own


def exported(net: Student, vectors: Floats) -> dict[str, Floats]:
    """The arrays of text/learned/tone.py, the table multiplied by the first layer.

    Args:
        net: the trained network.
        vectors: (pieces, 512).
    """
    weights = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    piece, scale = eight_bits(vectors @ weights["input.weight"].T)
    out: dict[str, Floats] = {
        "piece": piece,
        "piece.scale": scale,
        "input.b": weights["input.bias"],
    }
    for name, norm in (("input", "before"), ("seen", "seen")):
        out[f"{name}.g"], out[f"{name}.n"] = weights[f"{norm}.weight"], weights[f"{norm}.bias"]
    linear = {f"conv{s}.{n}": f"convs.conv{s}_{n}" for s, _ in ORDERS for n in (1, 2)}
    linear |= {n: n for n in ("own", "look", "whole", "odds", "looks")}
    for name, layer in linear.items():
        out[f"{name}.w"], out[f"{name}.b"] = weights[f"{layer}.weight"].T, weights[f"{layer}.bias"]
    return out


def _windows(x: Tensor, size: int, before: int) -> Tensor:
    """Each piece with its neighbours side by side; nothing stands outside of a passage."""
    padded = functional.pad(x, (0, 0, before, size - 1 - before))
    return torch.cat([padded[:, n : n + x.shape[1]] for n in range(size)], -1)


def _normal(x: Tensor, w: nn.ParameterDict, name: str) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], w[f"ln_g{name}"], w[f"ln_b{name}"], 1e-12)


def encoder_weights(stored: Mapping[str, Floats]) -> dict[str, Floats]:
    """The layers of the encoder without its table."""
    left = {"lo", "scale", "bits", "eps"}
    return {
        n: np.asarray(a, np.float32) for n, a in stored.items() if n not in left and n[0] != "q"
    }
