"""What stands around an expression: whom it may mean, and whether the author says it as their own view."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from linter.finding import Kind
from linter.text.detail import breaks_of
from linter.text.dignity.lexicon import Hit
from linter.text.learned.odds import odds, top
from linter.text.learned.tagger import WHO, Tags
from linter.text.learned.tone import Tone
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

Cues = Mapping[str, tuple[str, ...]]
_NEAR, _FAR, _LONGEST = 28, 90, 400
OTHER = "about: something else"
"""That the clause begins with a thing or an institution and the sentence tells of nobody cared for."""
MYSELF, DENIED = "about: the author", "denied just before"
_LIKENESS = frozenset({Kind.DEHUMANISING, Kind.BODY_SHAMING, Kind.STIGMATISING})
"""Kinds whose words, said of oneself, mean nobody else: "je meuglais", not "je divise l'EVA par deux"."""
_HEAD = re.compile(
    r"[^\w]{0,8}(?:(?:le|la|les|l['’]|ce|cet|cette|ces|mon|ma|mes|notre|nos|un|une|des|au|a la|encore|nouvel|nouveau|"
    r"nouvelle|nouveaux|vieux|vieil|vieille|petit|foutu|foutue|sacre|sacree|quel|quelle|the|this|these|that|those|my|our|an?|"
    r"another|new|old|bloody|stupid|damn)[ '’]?\s?){0,3}",
)
_I_DO = re.compile(
    r"\bj(?:e |['’] ?)(?:me |m['’]|ne )?\Z|\bi(?:['’]m| am| was| felt| feel) (?:like )?(?:an? )?\Z"
)
_NOT = re.compile(
    r"(?:\bn['’]est pas|\bne sont pas|\bis not|\bisn['’]t|\bare not|\baren['’]t)"
    r" (?:une? |des |de |du |an? |just )?\Z"
)
_UNHEARD = 0.5
"""Chance of a passage that is too short to be judged: it says nothing either way."""
_OPENING, _CLOSING = '«"“', '»"”'


class Context:
    """Cue words of one language, compiled once: rules/stance/cues.yaml."""

    def __init__(self, cues: Cues) -> None:
        self._words = {name: word_pattern(words) for name, words in cues.items()}

    def features(
        self, reading: Reading, hits: Iterable[Hit], tags: Tags, tones: Sequence[Tone]
    ) -> list[tuple[Hit, dict[str, float]]]:
        """Each expression, in order, with what speaks for and against, by name."""
        return [
            (hit, self._features(reading, hit, tags, around))
            for sentence, group in groupby(hits, key=attrgetter("sentence"))
            for around in [self._around(reading, sentence, tags, tones)]
            for hit in group
        ]

    def _around(
        self, reading: Reading, sentence: tuple[int, int], tags: Tags, tones: Sequence[Tone]
    ) -> "_Around":
        """What the sentence of an expression says; read once, since a hostile one is long and full of them."""
        low, high = max(0, sentence[0] - _FAR), min(len(reading.folded), sentence[1] + _FAR)
        found = (
            n
            for n, words in self._words.items()
            if words and words.search(reading.folded, low, high)
        )
        rows = tags.rows(*sentence)
        heard = [t.chance for t in tones if t.start < rows.stop and rows.start < t.end]
        return _Around(
            frozenset(found), odds(top(tags.degrade[rows])), odds(max(heard, default=_UNHEARD))
        )

    def _features(
        self, reading: Reading, hit: Hit, tags: Tags, around: "_Around"
    ) -> dict[str, float]:
        folded, text = reading.folded, reading.text
        low, high = hit.sentence
        found: dict[str, float] = {
            f"tier: {hit.entry.tier}": 1.0,
            f"kind: {hit.rule.kind}": 1.0,
            f"severity: {hit.entry.severity}": 1.0,
            "words: several": float(len(folded[hit.start : hit.end].split()) > 1),
        }
        for name, words in self._words.items():
            if words is None:
                continue
            reach = _FAR if name == "own words" else _NEAR
            if words.search(folded, max(low, hit.start - reach), hit.start):
                found[f"{name} just before"] = 1.0
            if words.search(folded, hit.end, min(high, hit.end + _NEAR)):
                found[f"{name} just after"] = 1.0
            if name in around.names:
                found[f"{name} around"] = 1.0
        before, after = (
            text[max(low, hit.start - _FAR) : hit.start],
            text[hit.end : min(high, hit.end + _FAR)],
        )
        found["quoted"] = float(
            any(c in before for c in _OPENING) and any(c in after for c in _CLOSING)
        )
        found["quoted line"] = float(text.startswith(">", text.rfind("\n", 0, hit.start) + 1))
        found |= self._aside(folded, hit)
        found["begins the sentence"] = float(not folded[low : hit.start].strip(" -*>\n\t"))
        found |= _read(tags, hit, around)
        return {name: value for name, value in found.items() if value}

    def _aside(self, folded: str, hit: Hit) -> dict[str, float]:
        """Whether it is grammar that tells that no patient is meant, or that the words are denied."""
        low, high = hit.sentence
        before = folded[max(low, hit.start - _FAR) : hit.start]
        cared, head = self._words["cared for"], _HEAD.match(folded, low, hit.end)
        start = head.end() if head else low
        begun = (self._words[name] for name in ("thing", "institution", "no person"))
        clause = not any(c in folded[start : hit.start] for c in ",:;(")
        other = clause and any(w.match(folded, start, hit.start) for w in begun if w)
        rest = ((low, hit.start), (hit.end, min(high, low + _LONGEST)))
        people = cared is not None and any(cared.search(folded, *place) for place in rest)
        return {
            OTHER: float(other and not people),
            MYSELF: float(hit.rule.kind in _LIKENESS and bool(_I_DO.search(before))),
            DENIED: float(bool(_NOT.search(before))),
        }


@dataclass(frozen=True, slots=True)
class _Around:
    """Names of the cue words in or near a sentence, and both readers' odds that something in it degrades."""

    names: frozenset[str]
    degrading: float
    tone: float


def _read(tags: Tags, hit: Hit, around: _Around) -> dict[str, float]:
    """What the learned reader says of the words and of their sentence."""
    rows = tags.rows(hit.start, hit.end)
    kind = WHO.index(str(hit.rule.kind))
    return {
        "reader: degrading": odds(top(tags.degrade[rows])),
        "reader: degrading around": around.degrading,
        "reader: tone": around.tone,
        "reader: of this kind": odds(top(tags.who[rows][:, kind])),
    }


def sentences(reading: Reading) -> Sequence[int]:
    """Where sentences begin; the first at 0."""
    return breaks_of(reading.text, spaced=False)[:-1]  # as the weights of stance were fitted
