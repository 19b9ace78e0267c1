"""Trains the learned reader: batches, names exchanged at random, out-of-fold chances."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from linter.finding import Entity
from linter.fold import fold
from linter.text.learned.features import (
    AFFIXES,
    ENTITIES,
    FLAGS,
    LONGEST,
    WORDS,
    Features,
    Floats,
    hashed,
)
from linter.text.learned.pieces import Pieces
from linter.text.lexicon import Lexicon, Word
from linter.text.names import TITLES
from linter.training.examples import Example, without_rules
from linter.training.reader_net import ReaderNet, Size, loss
from linter.training.vectors import Vectors

_EPOCHS, _BATCH, _RATE = 18, 8, 2e-3
_PERSON = 1 + 2 * ENTITIES.index(Entity.PERSON)
_SWAP_POST, _SWAP_NAME, _UNLISTED = 0.7, 0.6, 0.35
"""Shares of posts and of their names that get another name, and of these that no list knows."""
_CROP, _SHORTEST, _ENDS = 0.35, 3, frozenset(".!?\n")
"""Share of posts read in part; the fewest words of a part; what ends a sentence."""
_HIDE_RULES, _FORGET_WORD = 0.15, 0.15
"""Share of posts read as if no rule had found anything; share of words whose own row is left out."""


@dataclass(frozen=True)
class Names:
    """Names to exchange, by language: (word, list flags)."""

    first: tuple[tuple[str, int], ...]
    last: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, lexicon: Lexicon, seed: int = 0) -> "Names":
        """A draw of 3,000 first names and 3,000 surnames from the lists."""
        chance = random.Random(seed)  # noqa: S311 # no secret
        words = sorted(lexicon.words.items())
        first = [(w, f) for w, f in words if f & Word.FIRST]
        last = [(w, f) for w, f in words if f & Word.LAST and not f & Word.FIRST]
        return cls(
            *(tuple((w.title(), f) for w, f in chance.sample(x, 3000)) for x in (first, last))
        )


class Trainer:
    """What is needed to turn examples into batches and batches into a network."""

    def __init__(self, vectors: Vectors, names: dict[str, Names], size: Size | None = None) -> None:
        self._vectors = vectors.table
        self._pieces = Pieces(vectors.names, [float(s) for s in vectors.scores])
        self._names = names
        self._size = size or Size()
        self._rows: dict[str, Floats] = {}

    def train(self, examples: Sequence[Example], seed: int = 0, epochs: int = _EPOCHS) -> ReaderNet:
        """Fit a network; the same seed gives the same network on the same machine."""
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        chance = random.Random(seed)  # noqa: S311 # no secret
        net = ReaderNet(self._size, self._vectors.shape[1])
        optimizer = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=0.01)
        steps = epochs * -(-len(examples) // _BATCH)
        plan = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, _RATE, total_steps=steps, pct_start=0.1
        )
        net.train()
        for epoch in range(epochs):
            total = 0.0
            for posts in _batches(examples, chance):
                value = loss(net, self.batch([self._varied(e, chance) for e in posts], chance))
                optimizer.zero_grad()
                value.backward()
                torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
                plan.step()
                total += value.item()
            print(f"  epoch {epoch + 1}/{epochs}: loss {total / steps * epochs:.3f}", flush=True)
        net.eval()
        return net

    def batch(
        self, examples: Sequence[Example], chance: random.Random | None = None
    ) -> dict[str, Tensor]:
        """Examples as tensors, padded to the longest; with `chance`, some words forget their own row."""
        rows = [self._arrays(e, chance) for e in examples]
        longest = max(len(r["label"]) for r in rows)
        return {
            key: torch.from_numpy(_padded([r[key] for r in rows], longest, key)) for key in rows[0]
        }

    def _arrays(
        self, example: Example, chance: random.Random | None
    ) -> dict[str, "np.typing.NDArray[np.generic]"]:
        post = example.features
        lower = [w.lower() for w in post.words]
        kept = np.array([chance is None or chance.random() >= _FORGET_WORD for _ in lower])
        return {
            "vector": np.stack([self._vector(w) for w in post.words]),
            "prefix": np.array([hashed(w[:3], AFFIXES) for w in lower]) * kept,
            "suffix": np.array([hashed(w[-3:], AFFIXES) for w in lower]) * kept,
            "word": np.array([hashed(w, WORDS) for w in lower]) * kept,
            "length": np.array([min(len(w), LONGEST) for w in lower]),
            "shape": post.shape,
            "lang": np.full(len(lower), int(post.english)),
            "flags": post.flags,
            "rule": post.rule,
            "rule_id": post.rule_id,
            "score": post.score,
            "label": example.label,
            "who": example.who,
            "degrade": example.degrade,
            "mask": np.ones(len(lower), np.float32),
        }

    def _vector(self, word: str) -> Floats:
        if word not in self._rows:
            ids = list(self._pieces.ids(word))
            width = self._vectors.shape[1]
            self._rows[word] = self._vectors[ids].mean(0) if ids else np.zeros(width, np.float32)
        return self._rows[word]

    def _varied(self, example: Example, chance: random.Random) -> Example:
        """The post as somebody else could have written it: a part of it, other names, silent rules."""
        if chance.random() < _CROP:
            example = _cropped(example, chance)
        post = example.features
        if chance.random() < _HIDE_RULES:
            post = without_rules(post)
        if chance.random() < _SWAP_POST:
            post = self._renamed(post, example.label, chance)
        return replace(example, features=post)

    def _renamed(
        self, post: Features, label: "np.typing.NDArray[np.int64]", chance: random.Random
    ) -> Features:
        words, flags = list(post.words), post.flags.copy()
        rule, rule_id, score = post.rule.copy(), post.rule_id.copy(), post.score.copy()
        names = self._names["en" if post.english else "fr"]
        swap = hide = False
        for row, word in enumerate(words):
            if label[row] == _PERSON:
                swap, hide = chance.random() < _SWAP_NAME, chance.random() < 0.5
            if label[row] not in {_PERSON, _PERSON + 1} or not swap:
                continue
            if len(word) < 3 or not word[0].isalpha() or fold(word) in TITLES:
                continue
            new, bits = chance.choice(names.first if flags[row, 0] else names.last)
            known = 0 if chance.random() < _UNLISTED else bits
            words[row] = new
            flags[row] = (known >> np.arange(FLAGS)) & 1
            if hide:
                rule[row] = rule_id[row] = 0
                score[row] = 0
        return replace(
            post, words=tuple(words), flags=flags, rule=rule, rule_id=rule_id, score=score
        )


def _cropped(example: Example, chance: random.Random) -> Example:
    """One to three sentences or lines of a post, as short posts are."""
    words = example.features.words
    ends = [0, *(n + 1 for n, w in enumerate(words) if w in _ENDS), len(words)]
    first = chance.randrange(len(ends) - 1)
    start, stop = ends[first], ends[min(first + chance.randint(1, 3), len(ends) - 1)]
    if stop - start < _SHORTEST:
        return example
    part, post = slice(start, stop), example.features
    return replace(
        example,
        features=Features(
            post.spans[part],
            post.words[part],
            post.shape[part],
            post.flags[part],
            post.rule[part],
            post.rule_id[part],
            post.score[part],
            post.english,
        ),
        label=example.label[part],
        who=example.who[part],
        degrade=example.degrade[part],
    )


def _batches(examples: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Batches of posts of like length, in random order."""
    mixed = chance.sample(list(examples), len(examples))
    groups = []
    for start in range(0, len(mixed), _BATCH * 16):
        near = sorted(mixed[start : start + _BATCH * 16], key=lambda e: len(e.label))
        groups += [near[i : i + _BATCH] for i in range(0, len(near), _BATCH)]
    chance.shuffle(groups)
    yield from groups


def _padded(
    rows: Sequence["np.typing.NDArray[np.generic]"], longest: int, key: str
) -> "np.typing.NDArray[np.generic]":
    value = -1 if key in {"label", "who", "degrade"} else 0
    widths = [[(0, longest - len(r))] + [(0, 0)] * (r.ndim - 1) for r in rows]
    return np.stack(
        [np.pad(r, w, constant_values=value) for r, w in zip(rows, widths, strict=True)]
    )
