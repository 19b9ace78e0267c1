"""What the evaluation counts: pure functions over gold posts and the verdicts on them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from linter.evaluation.gold import GoldPost, GoldSpan
from linter.evaluation.resample import Key, Ratio, Sample
from linter.evaluation.spans import Found, Scene, family, is_other
from linter.finding import IN_FILES, Entity, Kind, Subject
from linter.verdict import Decision, Verdict

Pair = tuple[GoldPost, Verdict]
"""A gold post and what the system said of it."""

AXES = ("confidentiality", "direct", "quasi", "dignity")
"""Groups of entities: the axis of confidentiality, its two families, and the axis of dignity."""

MISSED, UNMARKED = "missed", "unmarked"
"""Where the subject matrix puts a mark that was not found, and a finding that no mark justifies."""


@dataclass(frozen=True, slots=True)
class Row:
    """How well one sort of span is found. Overlap counts, unless said otherwise.

    recall: gold spans that a finding of the same name overlaps.
    exact: gold spans that a finding of the same name covers from the first to the last character.
    any_name: gold spans that a finding of the same family overlaps, whatever its name.
    precision: findings that overlap a gold span of the same name.
    held: protected gold spans under a warning or an error over a direct identifier.
    """

    recall: Ratio
    exact: Ratio
    any_name: Ratio
    precision: Ratio
    held: Ratio


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Direct identifiers of patients, relatives and public figures (*protected*), and of others.

    recall: protected gold spans that a warning or error over a direct identifier overlaps.
    precision: such warnings and errors that overlap a protected gold span, initials included.
    others_held: direct identifiers of professionals and authors under a warning or an error that
        overlaps no protected span.
    posts_complete: posts without a missed protected span, among all posts.
    holding_complete: the same among the posts that hold a protected span.
    """

    recall: Ratio
    precision: Ratio
    others_held: Ratio
    posts_complete: Ratio
    holding_complete: Ratio


@dataclass(frozen=True, slots=True)
class Decisions:
    """Verdicts: `matrix[gold][given]` in posts, and the shares that matter.

    false_holds: gold `allow` posts that got `review` or `block`.
    misses: gold `block` posts that got `allow`.
    misses_with_identifier: the same among those that hold a protected direct identifier.
    """

    matrix: Mapping[Decision, Mapping[Decision, int]]
    right: Ratio
    false_holds: Ratio
    misses: Ratio
    misses_with_identifier: Ratio


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured on one corpus. `seconds` is wall-clock time; words are split at blanks.

    subjects: for each family (`direct`, `quasi`), `[gold subject][found subject]` in spans; the column
        `missed` counts marks that were not found, the row `unmarked` findings that no mark justifies.
    """

    posts: int
    words: int
    seconds: float
    identifiers: Identifiers
    decisions: Decisions
    axes: Mapping[str, Row]
    entities: Mapping[str, Row]
    kinds: Mapping[str, Row]
    subjects: Mapping[str, Mapping[str, Mapping[str, int]]]
    pairs: tuple[Pair, ...] = field(repr=False)

    @property
    def posts_per_second(self) -> float:
        """Posts per second of wall-clock time."""
        return self.posts / self.seconds if self.seconds else 0.0

    @property
    def words_per_second(self) -> float:
        """Words per second of wall-clock time."""
        return self.words / self.seconds if self.seconds else 0.0


def measure(pairs: Iterable[Pair], seconds: float) -> Report:
    """Score verdicts against the gold posts they are about.

    Args:
        pairs: gold posts, each with its verdict.
        seconds: wall-clock time that the system took for all of them.

    """
    pairs = tuple(pairs)
    sample = Sample([count(gold, verdict) for gold, verdict in pairs])
    return Report(
        posts=len(pairs),
        words=sum(len(gold.text.split()) for gold, _ in pairs),
        seconds=seconds,
        identifiers=_identifiers(sample),
        decisions=_decisions(sample),
        axes={axis: _row(sample, "axis", axis) for axis in AXES},
        entities={e: _row(sample, "entity", e) for e in Entity if e not in IN_FILES},
        kinds={kind: _row(sample, "kind", kind) for kind in Kind},
        subjects={name: _subject_matrix(sample, name) for name in ("direct", "quasi")},
        pairs=pairs,
    )


def count(gold: GoldPost, verdict: Verdict) -> Counter[Key]:
    """Everything there is to count in one post; shares are made of sums of these."""
    scene = Scene.of(gold, verdict)
    counts: Counter[Key] = Counter()
    for mark in gold.spans:
        _count_mark(counts, scene, mark)
    for found in scene.found:
        _count_finding(counts, scene, found)
    _count_post(counts, scene)
    return counts


def _count_mark(counts: Counter[Key], scene: Scene, mark: GoldSpan) -> None:
    near = scene.over(mark)
    same = [f for f in near if f.entity is mark.entity]
    for row in _rows(mark.entity):
        counts[*row, "gold"] += 1
        counts[*row, "found"] += bool(same)
        counts[*row, "exact"] += any(f.span == mark.span for f in same)
        counts[*row, "any"] += bool(near)
    if mark.kind is not None:
        alike = [f for f in same if f.finding.kind is mark.kind]
        row = ("kind", mark.kind)
        counts[*row, "gold"] += 1
        counts[*row, "found"] += bool(alike)
        counts[*row, "exact"] += any(f.span == mark.span for f in alike)
        counts[*row, "any"] += bool(same)
    elif mark.subject is not None:
        best = scene.best_over(mark)
        counts[
            "subject", family(mark.entity), mark.subject, best.finding.subject if best else MISSED
        ] += 1


def _count_finding(counts: Counter[Key], scene: Scene, found: Found) -> None:
    marks = scene.under(found)
    for row in _rows(found.entity):
        counts[*row, "findings"] += 1
        counts[*row, "correct"] += bool(marks)
    if found.finding.kind is not None:
        row = ("kind", found.finding.kind)
        counts[*row, "findings"] += 1
        counts[*row, "correct"] += any(mark.kind is found.finding.kind for mark in marks)
    kin = family(found.entity)
    if not any(m.span.overlaps(found.span) for m in scene.gold.spans if family(m.entity) == kin):
        counts["subject", kin, UNMARKED, found.finding.subject] += 1
    if found.holds_as_identifier:
        counts["held", "findings"] += 1
        counts["held", "correct"] += scene.is_justified(found)


def _count_post(counts: Counter[Key], scene: Scene) -> None:
    held = [scene.is_held(mark) for mark in scene.protected]
    for mark, is_held in zip(scene.protected, held, strict=True):
        for row in (("held",), *_rows(mark.entity)):
            counts[*row, "protected"] += 1
            counts[*row, "held"] += is_held
    for mark in filter(is_other, scene.gold.spans):
        counts["others", "gold"] += 1
        counts["others", "held"] += scene.is_wrongly_held(mark)
    counts["posts", "all"] += 1
    counts["posts", "complete"] += all(held)
    if held:
        counts["posts", "holding"] += 1
        counts["posts", "holding complete"] += all(held)
    gold, given = scene.gold.verdict, scene.verdict.decision
    counts["verdict", gold, given] += 1
    counts["posts", "right"] += gold is given
    counts["posts", gold] += 1
    counts["posts", gold, "held"] += given is not Decision.ALLOW
    counts["posts", gold, "passed"] += given is Decision.ALLOW
    if held:
        counts["posts", gold, "holding"] += 1
        counts["posts", gold, "holding passed"] += given is Decision.ALLOW


def _rows(entity: Entity) -> tuple[Key, ...]:
    """Name the rows in which a span counts, whatever its kind."""
    kin = family(entity)
    if kin == "degrading":
        return ("entity", entity), ("axis", "dignity")
    return ("entity", entity), ("axis", "confidentiality"), ("axis", kin)


def _row(sample: Sample, table: str, name: str) -> Row:
    row = (table, name)
    return Row(
        recall=sample.ratio((*row, "found"), (*row, "gold")),
        exact=sample.ratio((*row, "exact"), (*row, "gold")),
        any_name=sample.ratio((*row, "any"), (*row, "gold")),
        precision=sample.ratio((*row, "correct"), (*row, "findings")),
        held=sample.ratio((*row, "held"), (*row, "protected")),
    )


def _identifiers(sample: Sample) -> Identifiers:
    return Identifiers(
        recall=sample.ratio(("held", "held"), ("held", "protected")),
        precision=sample.ratio(("held", "correct"), ("held", "findings")),
        others_held=sample.ratio(("others", "held"), ("others", "gold")),
        posts_complete=sample.ratio(("posts", "complete"), ("posts", "all")),
        holding_complete=sample.ratio(("posts", "holding complete"), ("posts", "holding")),
    )


def _decisions(sample: Sample) -> Decisions:
    allow, block = ("posts", Decision.ALLOW), ("posts", Decision.BLOCK)
    return Decisions(
        matrix={g: {d: sample.total(("verdict", g, d)) for d in Decision} for g in Decision},
        right=sample.ratio(("posts", "right"), ("posts", "all")),
        false_holds=sample.ratio((*allow, "held"), allow),
        misses=sample.ratio((*block, "passed"), block),
        misses_with_identifier=sample.ratio((*block, "holding passed"), (*block, "holding")),
    )


def _subject_matrix(sample: Sample, name: str) -> dict[str, dict[str, int]]:
    return {
        gold: {
            found: sample.total(("subject", name, gold, found))
            for found in (*Subject, *((MISSED,) if gold != UNMARKED else ()))
        }
        for gold in (*Subject, UNMARKED)
    }
