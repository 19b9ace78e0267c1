"""Trains the second reader of tone: a sentence encoder, trained further on the marks, rounded to five bits."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from linter.text.learned.features import Floats
from linter.text.learned.second import FORMAT, Line, log_odds
from linter.text.learned.tone import KINDS, load_tone
from linter.text.learned.weights import describe, write_weights
from linter.text.learned.wordpieces import WordPieces
from linter.training.encoder import Encoder, exported, kept_pieces
from linter.training.folds import FOLDS, folds, left_out_encoder, left_out_taggers, left_out_tone
from linter.training.passages import Passage, load_passages

SHIPPED = Path("linter/models/encoder.npz")
_SEED = 0
_EPOCHS, _RATE, _HEAD_RATE, _DECAY = 3, 1e-4, 1e-3, 0.01
_BATCH, _ALIKE = 24, 30
"""Passages a step, and steps among which those of like length are read together."""
_OWN, _KIND = 0.5, 0.2
"""Weight of the pieces that degrade, and of the kind, against that a passage does."""
_CHANCES = (0.5, 0.6, 0.7, 0.8, 0.9)
_HEADS = ("odds", "own", "kind")


@dataclass(frozen=True)
class Batch:
    """Passages as tensors, padded to the longest. kind: -1 where nothing degrades."""

    ids: Tensor
    real: Tensor
    own: Tensor
    kind: Tensor


class Batches:
    """Passages cut into pieces."""

    def __init__(self, cut: WordPieces, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._cut = [p.pieces(cut.ids) for p in passages]
        self._ends = cut.start, cut.end

    @property
    def count(self) -> int:
        """How many batches there are."""
        return -(-len(self._passages) // _BATCH)

    def shuffled(self, chance: random.Random) -> Iterator[Batch]:
        """All of them in random order, those of like length together."""
        order = list(range(len(self._cut)))
        chance.shuffle(order)
        steps = []
        for start in range(0, len(order), _BATCH * _ALIKE):
            alike = sorted(order[start : start + _BATCH * _ALIKE], key=self._length)
            steps += [alike[n : n + _BATCH] for n in range(0, len(alike), _BATCH)]
        chance.shuffle(steps)
        return map(self._batch, steps)

    def by_length(self) -> Iterator[tuple[list[int], Batch]]:
        """All of them, the short ones first, with their numbers."""
        order = sorted(range(len(self._cut)), key=self._length)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            yield rows, self._batch(rows)

    def _length(self, number: int) -> int:
        return len(self._cut[number][0])

    def _batch(self, numbers: Sequence[int]) -> Batch:
        longest = 2 + max(map(self._length, numbers))
        ids = torch.zeros(len(numbers), longest, dtype=torch.long)
        real, own = torch.zeros(2, len(numbers), longest)
        for row, number in enumerate(numbers):
            pieces, marked = self._cut[number]
            end = len(pieces) + 1
            ids[row, : end + 1] = torch.tensor([self._ends[0], *pieces, self._ends[1]])
            real[row, : end + 1] = 1
            own[row, 1:end] = torch.tensor(marked, dtype=torch.float)
        kind = torch.tensor([self._passages[n].kind for n in numbers])
        return Batch(ids, real, own, kind)


def build(corpora: Path, work: Path) -> None:
    """Fit with all writers, and three times without a third of them; calibrate and tell the figures by the latter."""
    made = load_passages(
        corpora,
        left_out_taggers(work),
        [load_tone(left_out_tone(work, fold)) for fold in range(FOLDS)],
    )
    names, rows = kept_pieces(word for p in made for word in p.words)
    cut = WordPieces(names)
    print(f"   {len(made)} passages, {sum(p.degrades for p in made)} degrade, {len(names)} pieces")
    write(SHIPPED, fit(rows, cut, made), names)
    left: list[Passage] = []
    odds: list[Floats] = []
    for fold in range(FOLDS):
        net = fit(rows, cut, [p for p in made if folds(p.writer) != fold])
        part = [p for p in made if folds(p.writer) == fold]
        left, odds = left + part, [*odds, odds_by(net, cut, part)]
        write(left_out_encoder(work, fold), net, names)
    told = np.concatenate(odds)
    line = calibrated(told, left)
    for path in (SHIPPED, *(left_out_encoder(work, fold) for fold in range(FOLDS))):
        describe(path, {"line": asdict(line)})
    tell(line, told, left)


def write(path: Path, net: Encoder, names: Sequence[str]) -> None:
    """A weight file that is not calibrated yet."""
    about: dict[str, object] = {"format": FORMAT, "kinds": [str(k) for k in KINDS], "seed": _SEED}
    about["line"] = asdict(Line(1.0, 0.0, 0.0, 0.0))
    write_weights(path, exported(net), tuple(names), np.zeros(len(names), np.float32), about)
    print(f"   {path}: {path.stat().st_size / 1e6:.1f} MB", flush=True)


def fit(rows: list[int], cut: WordPieces, passages: Sequence[Passage]) -> Encoder:
    """An encoder trained on the marks of some writers."""
    torch.manual_seed(_SEED)
    chance = random.Random(_SEED)  # noqa: S311 # no secret
    net, rounds = Encoder(rows), _rounds(cut, passages, chance)
    heads = [w for n, w in net.named_parameters() if n.partition(".")[0] in _HEADS]
    body = [
        w
        for n, w in net.named_parameters()
        if w.requires_grad and n.partition(".")[0] not in _HEADS
    ]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": _RATE}, {"params": heads, "lr": _HEAD_RATE}], weight_decay=_DECAY
    )
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [_RATE, _HEAD_RATE], total_steps=sum(b.count for b in rounds), pct_start=0.1
    )
    net.train()
    for epoch, batches in enumerate(rounds):
        begun, total = time.perf_counter(), 0.0
        for batch in batches.shuffled(chance):
            value = _loss(net, batch)
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            rates.step()
            total += value.item()
        took = time.perf_counter() - begun
        print(
            f"   {epoch + 1}/{_EPOCHS}: loss {total / batches.count:.3f}, {took:.0f} s", flush=True
        )
    net.eval()
    return net


def _rounds(cut: WordPieces, passages: Sequence[Passage], chance: random.Random) -> list[Batches]:
    """What is read in each pass: what degrades and the pairs every time, a harmless passage of a post once."""
    taught = [p for p in passages if p.paired or p.degrades]
    calm = [p for p in passages if not (p.paired or p.degrades)]
    chance.shuffle(calm)
    return [Batches(cut, [*taught, *calm[n::_EPOCHS]]) for n in range(_EPOCHS)]


def _loss(net: Encoder, batch: Batch) -> Tensor:
    odds, kind, own = net(batch.ids, batch.real)
    degrades = (batch.kind >= 0).float()
    value = functional.binary_cross_entropy_with_logits(odds, degrades)
    every = functional.binary_cross_entropy_with_logits(own, batch.own, reduction="none")
    value = value + _OWN * every[batch.real > 0].mean()
    if degrades.any():
        value = value + _KIND * functional.cross_entropy(kind, batch.kind, ignore_index=-1)
    return value


def odds_by(net: Encoder, cut: WordPieces, passages: Sequence[Passage]) -> Floats:
    """What a network says of passages: odds of each, in their order."""
    out = np.zeros(len(passages), np.float32)
    with torch.no_grad():
        for rows, batch in Batches(cut, passages).by_length():
            out[rows] = net(batch.ids, batch.real)[0].numpy()
    return out


def calibrated(odds: Floats, passages: Sequence[Passage]) -> Line:
    """The line through the opinions on passages whose writers were left out."""
    first = np.array([log_odds(p.first) for p in passages])
    doubt = np.array([log_odds(p.doubt) for p in passages])
    cues = torch.from_numpy(np.stack([odds, first, doubt, np.ones_like(odds)], 1)).double()
    answers = torch.tensor([float(p.degrades) for p in passages]).double()
    line = torch.zeros(4, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([line], max_iter=100)

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = functional.binary_cross_entropy_with_logits(cues @ line, answers)
        value.backward()
        return value

    optimizer.step(closure)
    return Line(*(round(v, 3) for v in line.tolist()))


def tell(line: Line, odds: Floats, passages: Sequence[Passage]) -> None:
    """Figures on left-out writers, by language: what is told at some chances."""
    chances = np.array(
        [line.chance(float(o), p.first, p.doubt) for o, p in zip(odds, passages, strict=True)]
    )
    for english in (False, True):
        rows = [n for n, p in enumerate(passages) if p.english is english]
        marked = {passages[n].post for n in rows if passages[n].degrades}
        posts: dict[str, float] = {}
        for n in rows:
            if not passages[n].paired and passages[n].post not in marked:
                posts[passages[n].post] = max(posts.get(passages[n].post, 0), float(chances[n]))
        pairs = [n for n in rows if passages[n].paired]
        yes = np.array([chances[n] for n in pairs if passages[n].degrades])
        no = np.array([chances[n] for n in pairs if not passages[n].degrades])
        other = np.array(list(posts.values()))
        for least in _CHANCES:
            print(
                f"   {'English' if english else 'French'}, left out, chance {least}: degrading passages "
                f"{(yes >= least).mean():.3f}, hard harmless ones {(no >= least).mean():.3f}, "
                f"posts without a mark {(other >= least).mean():.4f}",
                flush=True,
            )
