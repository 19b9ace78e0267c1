"""How likely a proposal is a detail of a protected person, or of anybody: fitted weights of what reader and form say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from linter.cues import Weighing
from linter.finding import PROTECTED, QUASI, Entity, Subject
from linter.text.detail import Detail, scope_of, signs, tail_start
from linter.text.learned.features import ENTITIES, Floats
from linter.text.learned.odds import odds
from linter.text.learned.tagger import PROTECTED_COLUMNS, WHO, Tags
from linter.text.quasi.beside import FLAG as BESIDE
from linter.text.quasi.candidate import Candidate
from linter.text.quasi.home import FLAG as HOME
from linter.text.quasi.introduced import introduced
from linter.text.quasi.listed import VERB
from linter.text.quasi.neighbours import neighbours
from linter.text.reading import Reading

POSSIBLE = 0.25
"""Chance from which a detail may be a protected person's: enough to ask for a reading."""
INTRODUCED = 0.6
"""Least chance of what a sentence says of somebody whom it introduces by their age."""
IN_THE_PRESS = 0.35
"""Least chance of a phrase that says of somebody that the press told of them: a reading, for it may be a colleague."""
_PRESS = "listed: press-person"
_LINKED = 18
"""Characters between a job and its place at most: " dans notre petit "."""
_JOINED = frozenset({BESIDE, HOME})
_CLEAR = 0.55
"""How likely a job must be a protected person's for the author's village to count with it."""
_WHOSE = (
    Subject.PATIENT,
    Subject.RELATIVE,
    Subject.PUBLIC_FIGURE,
    Subject.AUTHOR,
    Subject.PROFESSIONAL,
)
_COLUMNS = [WHO.index(s.value) for s in _WHOSE]
_NEAR = 80
"""Characters on both sides in which the reader is asked about other details."""
_FEW = 4
_NONE = WHO.index(Subject.NONE.value)
_OTHERS: dict[Entity, list[int]] = {
    entity: [column for column, e in enumerate(ENTITIES) if e in QUASI and e is not entity]
    for entity in ENTITIES
    if entity in QUASI
}
"""Columns of what else a detail may be."""


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A proposal, how likely it is a protected person's detail, and whose it is then.

    beside: how likely it is anybody's; other: the author or a colleague, whose it is if it is not protected.
    """

    candidate: Candidate
    chance: float
    subject: Subject
    because: tuple[str, ...] = ()
    beside: float = 0.0
    other: Subject = Subject.AUTHOR


def features(
    reading: Reading, tags: Tags, candidates: Sequence[Candidate]
) -> list[dict[str, float]]:
    """What speaks for and against each proposal, by name."""
    if not candidates:
        return []
    tail = tail_start(reading.text)
    words = _words(tags, {c.entity for c in candidates})
    post = _post(words)
    return [
        _features(reading, tags, words, c, tail) | _around(tags, words, c) | post
        for c in candidates
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    """What the reader says of every word of a post.

    entities: chance of each entity, a list a word; others: by entity, of the likeliest other detail; who: whose, a list a
    word; marked: of a detail of whomever; protected: of being about somebody protected.
    """

    entities: list[list[float]]
    others: dict[Entity, list[float]]
    who: list[list[float]]
    marked: Floats
    protected: Floats


def _words(tags: Tags, entities: Iterable[Entity]) -> _Words:
    others = {e: tags.entities[:, _OTHERS[e]].max(axis=1).tolist() for e in entities}
    return _Words(
        tags.entities.tolist(),
        others,
        tags.who.tolist(),
        tags.entities.sum(axis=1),
        tags.who[:, PROTECTED_COLUMNS].sum(axis=1),
    )


def _post(words: _Words) -> dict[str, float]:
    """How likely the post tells of somebody protected at all."""
    if not words.marked.size:
        return {}
    told = np.sort(words.marked * words.protected)
    return {"post: somebody is told of": odds(float(told[-_FEW:].mean()))}


def _around(tags: Tags, words: _Words, candidate: Candidate) -> dict[str, float]:
    """What the reader says of the words around."""
    rows = tags.rows(max(0, candidate.start - _NEAR), candidate.end + _NEAR)
    marked = words.marked[rows]
    if not marked.size:
        return {}
    # words whose mark is likely, whosever: what is told nearby
    nearby = float(marked @ words.protected[rows]) / max(float(marked.sum()), 1e-6)
    return {"reader: protected people nearby": odds(nearby)}


def _features(
    reading: Reading, tags: Tags, words: _Words, candidate: Candidate, tail: int
) -> dict[str, float]:
    entity = candidate.entity
    rows = tags.rows(candidate.start, candidate.end)
    found = {f"rule: {candidate.rule.id}": 1.0}
    found[f"reader: {entity}"] = odds(_top(words.entities[rows], ENTITIES.index(entity)))
    found["reader: something else"] = odds(max(words.others[entity][rows], default=0.0))
    found["reader: a protected person's"] = odds(tags.protected(candidate.start, candidate.end))
    found["reader: such a detail of a protected person"] = min(
        found[f"reader: {entity}"], found["reader: a protected person's"]
    )
    who = words.who[rows]
    for subject, column in zip(_WHOSE[3:], _COLUMNS[3:], strict=True):
        found[f"reader: {subject}"] = odds(_top(who, column))
    found["reader: nobody's"] = odds(_top(who, _NONE))
    for flag in candidate.flags:
        found[f"{entity}: {flag}"] = 1.0
    found |= neighbours(reading, candidate)
    detail = Detail(entity, candidate.start, candidate.end, candidate.rule.id)
    if candidate.start >= tail and signs(
        reading.text, detail, scope_of(reading.text, detail, (0, len(reading.text) + 1)), tail
    ):
        found["form: signature"] = 1.0
    return found


def _top(rows: Sequence[Sequence[float]], column: int) -> float:
    return max((row[column] for row in rows), default=0.0)


def _least(candidate: Candidate, *, introduced: bool) -> float:
    """What the wording alone tells of a proposal."""
    if introduced:
        return INTRODUCED
    return IN_THE_PRESS if _PRESS in candidate.flags else 0.0


def weigh(
    reading: Reading, tags: Tags, candidates: Sequence[Candidate], weights: Weighing
) -> list[Weighed]:
    """Every proposal with its chance and subject, in order."""
    told = features(reading, tags, candidates)
    sure = introduced(reading, candidates)
    chances = [
        max(weights.quasi.chance(f), _least(c, introduced=n in sure)) * (VERB not in c.flags)
        for n, (c, f) in enumerate(zip(candidates, told, strict=True))
    ]
    return [
        Weighed(
            c,
            chance,
            _subject(tags, job or c, protected=chance >= POSSIBLE),
            weights.quasi.reasons(f, positive=True),
            weights.beside.chance(f),
            _other(tags, c),
        )
        for c, f, own in zip(candidates, told, chances, strict=True)
        for job, chance in [_whose(c, own, candidates, chances)]
    ]


def _whose(
    place: Candidate, own: float, candidates: Sequence[Candidate], chances: Sequence[float]
) -> tuple[Candidate | None, float]:
    """The job that a place stands beside, and its chance, which is that of the place as well; else the place's own."""
    if place.flags.isdisjoint(_JOINED):
        return None, own
    jobs = [
        (c, chance)
        for c, chance in zip(candidates, chances, strict=True)
        if c.entity is Entity.OCCUPATION
        and (0 < place.start - c.end <= _LINKED or c.start - place.end == 1)
    ]
    job, chance = max(jobs, key=itemgetter(1), default=(None, own))
    return job, 0.0 if HOME in place.flags and chance < _CLEAR else chance


def _subject(tags: Tags, candidate: Candidate, *, protected: bool) -> Subject:
    who = tags.who[tags.rows(candidate.start, candidate.end)]
    if not who.size:
        return Subject.PATIENT if protected else Subject.NONE
    means = who.mean(axis=0)
    left = [(s, c) for s, c in zip(_WHOSE, _COLUMNS, strict=True) if (s in PROTECTED) == protected]
    if not protected and means[_NONE] > max(means[c] for _, c in left):
        return Subject.NONE
    return max(left, key=lambda pair: means[pair[1]])[0]


def _other(tags: Tags, candidate: Candidate) -> Subject:
    """The author, or a colleague."""
    totals = tags.who[tags.rows(candidate.start, candidate.end)].sum(axis=0)
    return max(zip(_WHOSE[3:], _COLUMNS[3:], strict=True), key=lambda pair: totals[pair[1]])[0]


def apart(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Proposals without overlaps: the likeliest stays, then the longest; in the order of the text."""
    ranked = sorted(
        weighed,
        key=lambda w: (-round(w.chance, 2), w.candidate.start - w.candidate.end, w.candidate.start),
    )
    kept: list[Weighed] = []
    held: set[int] = set()
    for one in ranked:
        places = range(one.candidate.start, one.candidate.end)
        if held.isdisjoint(places):
            held.update(places)
            kept.append(one)
    return sorted(kept, key=lambda w: w.candidate.start)
