"""What stands around an expression: whom it may mean, and whether the author says it as their own view."""

from collections.abc import Mapping, Sequence

from linter.text.detail import BREAK
from linter.text.dignity.lexicon import Hit
from linter.text.learned.odds import odds, top
from linter.text.learned.tagger import WHO, Tags
from linter.text.reading import Reading
from linter.text.recognizers.pattern import word_pattern

Cues = Mapping[str, tuple[str, ...]]
_NEAR, _FAR = 28, 90
_OPENING, _CLOSING = '«"“', '»"”'


class Context:
    """Cue words of one language, compiled once: rules/stance/cues.yaml."""

    def __init__(self, cues: Cues) -> None:
        self._words = {name: word_pattern(words) for name, words in cues.items()}

    def features(self, reading: Reading, hit: Hit, tags: Tags) -> dict[str, float]:
        """What speaks for and against, by name."""
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
            if words.search(folded, max(0, low - _FAR), min(len(folded), high + _FAR)):
                found[f"{name} around"] = 1.0
        before, after = (
            text[max(low, hit.start - _FAR) : hit.start],
            text[hit.end : min(high, hit.end + _FAR)],
        )
        found["quoted"] = float(
            any(c in before for c in _OPENING) and any(c in after for c in _CLOSING)
        )
        found["quoted line"] = float(text.startswith(">", text.rfind("\n", 0, hit.start) + 1))
        found["begins the sentence"] = float(not folded[low : hit.start].strip(" -*>\n\t"))
        found |= _read(tags, hit)
        return {name: value for name, value in found.items() if value}


def _read(tags: Tags, hit: Hit) -> dict[str, float]:
    """What the learned reader says of the words and of their sentence."""
    rows = tags.rows(hit.start, hit.end)
    around = tags.rows(*hit.sentence)
    kind = WHO.index(str(hit.rule.kind))
    return {
        "reader: degrading": odds(top(tags.degrade[rows])),
        "reader: degrading around": odds(top(tags.degrade[around])),
        "reader: of this kind": odds(top(tags.who[rows][:, kind])),
    }


def sentences(reading: Reading) -> Sequence[int]:
    """Where sentences begin; the first at 0."""
    return [0, *(m.end() for m in BREAK.finditer(reading.text))]
