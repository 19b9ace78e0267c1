"""Whose detail is it: cues around a detail are weighed.

Two questions. First, does it belong to someone whom the secret protects? A logistic regression over the
named cues and over what the learned reader says answers, one for names and one for other details; its
weights are data (rules/subjects/weights*.yaml, made by `python -m linter.training`). Second, who exactly:
the cues' own weights answer.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from linter.cues import SubjectCues, SubjectWeights, Weighing
from linter.finding import PROTECTED, Entity, Subject
from linter.post import Language
from linter.text.cue_match import MOST_TIMES, Compiled, times
from linter.text.detail import PERSONAL, Detail, breaks_of, scope_of, tail_start
from linter.text.learned.tagger import Tags
from linter.text.lexicon import Word
from linter.text.reading import Reading

Features = Mapping[str, float]
"""Names of cues that hold, and how often or how much."""

_DEFAULT = {Subject.PATIENT: 1.0}
"""Nothing said: the detail is taken for the patient's."""
_HINT = 3.0
"""Weight of the subject that the rule itself names."""
_DECIDED = 0.85
"""Chance that a deciding cue gives: "mon patient le Dr Tournemine, hospitalisé"."""
_CARE = "subjects/patient: words of care around"
_ORGANISATION = 1.6
_INVENTED = 5.0
"""Weight of cues for nobody, from which a name is taken for invented."""
_FIGURE_AFTER = re.compile(
    r" ?[,~(–-]? ?\(?\d{2}(?![\d/:.h%]| ?(?:mg|[gh]|%|min|sem|lits|places)\b)"
)
# decides, unless a role follows: nobody tells a colleague's age so
_AGED = "form: age after the name"
_AGED_RULES = frozenset(
    f"direct/{name}-name" for name in "fr-titled en-titled first full learned lower-case".split()
)
_AGE_AFTER = re.compile(
    r"[ ,(–-]{1,3}\d{1,3} ?(?:ans?\b|mois\b|a\b|y/?o\b|yrs?\b|years?\b|[MF]\b| ?[?!;.)](?!\d)|,(?! ?(?:\d|rue|av)))"
    r"|,? (?:a|avait|is|was) \d{1,3} (?:ans|years old|yo)\b(?! (?:de |d['’]|of ))",
    re.IGNORECASE,
)
_ROLES = frozenset(f"subjects/professional: {cue}" for cue in ("role after", "role near after"))
_ROW = re.compile(
    r"\W{0,4}(?:\d{1,2} ?[hH:]\d{0,2}|0\d{3}|\d{1,2}[).]|(?:[Bb]ed|[Bb]ay|B|[Cc][Hh]|[Ll]it|[Bb]ox|[Rr]m|"
    r"[Rr]oom|[Cc]hambre|P|[Pp]atient)[ -]?[A-Z]?\d{1,3})\W",
)
_BULLETS = " \t>*•-–"
_MOST_ODDS = 2.5
"""Log odds beyond which the reader is no surer."""
_MANY_NAMES, _MANY_IN_POST = 3, 5
_NEARBY = 90
"""Characters within which a number, a medicine or a contact speaks about the same person."""
_IDENTIFIERS = frozenset(
    {Entity.NATIONAL_ID, Entity.PATIENT_ID, Entity.DATE_OF_BIRTH, Entity.ADDRESS, Entity.OTHER_ID}
)
_CONTACTS = frozenset({Entity.PHONE_NUMBER, Entity.EMAIL_ADDRESS, Entity.URL, Entity.USERNAME})


@dataclass(frozen=True)
class Attribution:
    """The answer, how sure it is (0.5 to 1), and the cues that decided."""

    subject: Subject
    certainty: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Page:
    """What is computed once for a reading."""

    reading: Reading
    told: Mapping[str, int]
    breaks: tuple[int, ...]
    tail: int
    starts: tuple[int, ...]
    titled: tuple[int, ...]
    identifiers: tuple[int, ...]
    contacts: tuple[int, ...]
    medicines: tuple[int, ...]


class Subjects:
    """All subject cues of one language, ready to weigh."""

    def __init__(self, files: Sequence[SubjectCues], weights: Weighing, lang: Language) -> None:
        self._weights = weights
        self._cues = tuple(
            Compiled.of(file, cue)
            for file in files
            for cue in file.cues
            if cue.language in {lang, "any"}
        )
        self._of = {s: tuple(c for c in self._cues if c.subject is s) for s in Subject}
        self._deciders = tuple(c for c in self._cues if c.cue.decides)

    def attribute(
        self, reading: Reading, details: Sequence[Detail], tags: Tags
    ) -> list[Attribution]:
        """The subject of each detail, in order."""
        if not details:
            return []
        features = self.features(reading, details, tags)
        odds = [self._odds(d, f) for d, f in zip(details, features, strict=True)]
        odds = _shared(details, odds)
        answers = [
            self._heaviest(d, f, None)
            if d.hint and d.entity is not Entity.PERSON
            else self._decide(d, f, o)
            for d, f, o in zip(details, features, odds, strict=True)
        ]
        return _same_nobody(details, answers)

    def _odds(self, detail: Detail, features: Features) -> float:
        odds, settled = self._weighed(detail).odds(features), log(_DECIDED / (1 - _DECIDED))
        if self._deciding(features):
            return max(odds, settled)
        if any(c.name in features for c in self._deciders):
            return min(odds, -settled)
        return odds

    def _deciding(self, features: Features) -> tuple[str, ...]:
        """The cues that settle by themselves that a detail is protected."""
        told = (c.name for c in self._deciders if c.subject in PROTECTED)
        cues = tuple(name for name in told if name in features)
        return (*cues, _AGED) if _AGED in features and _ROLES.isdisjoint(features) else cues

    def _weighed(self, detail: Detail) -> SubjectWeights:
        return self._weights.names if detail.entity is Entity.PERSON else self._weights.others

    def features(self, reading: Reading, details: Sequence[Detail], tags: Tags) -> list[Features]:
        """Which cues hold for each detail, and what the learned reader says of it, in order."""
        page = self._page(reading, details)
        return [{**self._features(page, d), **_read(tags, d)} for d in details]

    def _page(self, reading: Reading, details: Sequence[Detail]) -> _Page:
        told = {
            c.name: min(len(set(c.pattern.findall(reading.folded))), MOST_TIMES)
            for c in self._cues
            if c.cue.where == "post" and c.pattern
        }
        breaks = breaks_of(reading.text)
        starts = tuple(d.start for d in details if d.entity is Entity.PERSON)
        return _Page(
            reading,
            told,
            breaks,
            tail_start(reading.text),
            starts,
            tuple(d.start for d in details if d.hint is Subject.PROFESSIONAL),
            tuple(d.start for d in details if d.entity in _IDENTIFIERS),
            tuple(d.start for d in details if d.entity in _CONTACTS),
            tuple(t.start for t in reading.tokens if t.flags & Word.DRUG),
        )

    def _features(self, page: _Page, detail: Detail) -> Features:
        scope = scope_of(page.reading.text, detail, page.breaks)
        found = {
            c.name: page.told.get(c.name, 0) or times(c, page.reading, page.tail, detail, scope)
            for c in self._cues
            if not c.cue.entities or detail.entity in c.cue.entities
            if not c.cue.rules or detail.rule in c.cue.rules
        }
        near = _between(page.starts, *scope.sentence)
        found[f"rule: {detail.rule}"] = 1
        found[f"entity: {detail.entity}"] = 1
        if detail.entity is Entity.EMAIL_ADDRESS:
            text = page.reading.folded[detail.start : detail.end]
            found["form: mailbox of an organisation"] = int(not PERSONAL.search(text))
        found["form: bare name"] = int(detail.bare)
        found["form: known name"] = int(detail.public)
        found["form: several words"] = int(len(detail.names) > 1)
        found["form: many names in the sentence"] = int(near >= _MANY_NAMES)
        figure = _FIGURE_AFTER.match(page.reading.text, detail.end)
        found["form: figure after the name"] = int(figure is not None)
        if detail.rule in _AGED_RULES and _AGE_AFTER.match(page.reading.text, detail.end):
            found[_AGED] = 1
        line = page.reading.text[scope.line[0] : detail.start]
        found["form: row of a list"] = int(_ROW.match(line) is not None)
        found["form: begins a line"] = int(not line.strip(_BULLETS))
        found["form: mention"] = int(page.reading.text.startswith("@", detail.start))
        found["form: many names in the post"] = int(len(page.starts) >= _MANY_IN_POST)
        found["form: only name of the post"] = int(len(page.starts) == 1)
        titled = _between(page.titled, *scope.sentence)
        found["form: doctor in the sentence"] = int(titled > (detail.hint is Subject.PROFESSIONAL))
        found["form: identifier nearby"] = _within(page.identifiers, detail, _NEARBY)
        found["form: contact nearby"] = _within(page.contacts, detail, _NEARBY)
        found["form: medicine nearby"] = _within(page.medicines, detail, _NEARBY)
        found["form: identifier in the post"] = int(bool(page.identifiers))
        return {name: times for name, times in found.items() if times}

    def _decide(self, detail: Detail, features: Features, odds: float) -> Attribution:
        chance = 1 / (1 + exp(-odds))
        if self._sum(features, Subject.NONE) >= _INVENTED:
            return Attribution(Subject.NONE, 1.0, ("invented name",))
        famous = self._sum(features, Subject.PUBLIC_FIGURE) >= _INVENTED and _CARE in features
        if famous:
            chance = max(chance, _DECIDED)
        answer = self._heaviest(detail, features, chance >= self._weighed(detail).threshold)
        if answer.subject in PROTECTED and (detail.public or famous):
            answer = Attribution(Subject.PUBLIC_FIGURE, 0.0, answer.because)
        protected = answer.subject in PROTECTED
        because = self._weighed(detail).reasons(features, positive=protected)
        if protected:
            because = tuple(dict.fromkeys((*self._deciding(features), *because)))[:3]
        return Attribution(answer.subject, max(chance, 1 - chance), because or answer.because)

    def _heaviest(self, detail: Detail, features: Features, protected: bool | None) -> Attribution:  # noqa: FBT001 # None: either
        """The subject with most weight, among those that the first question left."""
        weights: dict[Subject, float] = {
            s: self._sum(features, s) for s in Subject if s is not Subject.NONE
        }
        for subject, base in _DEFAULT.items():
            weights[subject] += base
        if detail.hint:
            weights[detail.hint] += _HINT
        if "form: mailbox of an organisation" in features:
            weights[Subject.PROFESSIONAL] += _ORGANISATION
        if protected is not None:
            weights = {s: w for s, w in weights.items() if (s in PROTECTED) == protected}
            if not protected:
                weights[Subject.PROFESSIONAL] += 0.1
        order = list(Subject)
        best = max(weights, key=lambda s: (weights[s], -order.index(s)))
        because = tuple(c.name for c in self._of[best] if c.name in features)
        return Attribution(best, 1.0, because or ("nothing around tells more",))

    def _sum(self, features: Features, subject: Subject) -> float:
        return sum(c.cue.weight * features.get(c.name, 0) for c in self._of[subject])


def _read(tags: Tags, detail: Detail) -> Features:
    """What the learned reader says of a detail, as log odds within ±`_MOST_ODDS`."""
    return {
        "reader: such a detail": _odds(tags.chance(detail.entity, detail.start, detail.end)),
        "reader: a protected person's": _odds(tags.protected(detail.start, detail.end)),
    }


def _odds(chance: float) -> float:
    low = 1 / (1 + exp(_MOST_ODDS))
    chance = min(max(chance, low), 1 - low)
    return log(chance / (1 - chance))


def _same_nobody(details: Sequence[Detail], answers: list[Attribution]) -> list[Attribution]:
    """An invented name stays invented when it comes again without a title."""
    invented = {
        n
        for d, a in zip(details, answers, strict=True)
        if a.subject is Subject.NONE
        for n in d.names
    }
    return [
        Attribution(Subject.NONE, 1.0, ("invented name",)) if d.names and d.names <= invented else a
        for d, a in zip(details, answers, strict=True)
    ]


def _between(starts: tuple[int, ...], low: int, high: int) -> int:
    """How many details begin in a range, its last character included."""
    return bisect_right(starts, high) - bisect_right(starts, low - 1)


def _within(starts: tuple[int, ...], detail: Detail, reach: int) -> int:
    """Whether another detail begins within a number of characters on either side."""
    return int(
        bisect_right(starts, detail.end + reach) > bisect_right(starts, detail.start - reach)
    )


def _shared(details: Sequence[Detail], odds: list[float]) -> list[float]:
    """The same name elsewhere in the post means the same person.

    A bare name takes the odds of where it was titled or announced; a titled one the highest.
    """
    plain = [(d.names, o) for d, o in zip(details, odds, strict=True) if d.names and not d.bare]
    out = []
    for detail, own in zip(details, odds, strict=True):
        again = detail.bare or detail.rule.endswith("name-again")
        others = [o for names, o in plain if names & detail.names and o != own]
        if again:
            out.append(own + max(others, key=abs) if others else own)
        else:
            out.append(max([own, *others]))
    return out
