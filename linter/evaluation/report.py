"""The evaluation as a person reads it in a terminal, and as a program reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from linter.evaluation.errors import ErrorType, Mistake, mistakes
from linter.evaluation.metrics import MISSED, Decisions, Identifiers, Report, Row
from linter.evaluation.resample import Ratio
from linter.finding import Subject
from linter.verdict import Decision

_IDENTIFIERS = {
    "recall": "protected identifiers found",
    "precision": "identifier warnings that are right",
    "others_held": "professionals and authors held",
    "posts_complete": "posts with none missed",
    "holding_complete": "  of those that hold one",
}
_DECISIONS = {
    "right": "verdicts that are right",
    "false_holds": "false holds among allow",
    "misses": "misses among block",
    "misses_with_identifier": "  of those with an identifier",
}
_COLUMNS = ("marked", "recall", "exact", "any name", "held", "found", "precision")
_FOOT = """\
Shares in %, with bootstrap 95 % intervals over posts; a share of 0 or 100 has an interval without
width, however few the posts: read the counts. A span counts as found when a finding of the same name
overlaps it; exact: same first and last character; any name: a finding of the same family overlaps it;
held: a warning or an error over a direct identifier, for those of patients, relatives and public figures.
"""
_CONTEXT = 30
"""Characters shown on each side of the words of a mistake."""


def as_text(report: Report) -> str:
    """Lay a report out for a terminal, in tables of plain text."""
    blocks = [
        _headline(report),
        "Identifiers of patients, relatives and public figures (protected)\n"
        + _shares(_IDENTIFIERS, report.identifiers),
        "Verdicts\n" + _shares(_DECISIONS, report.decisions) + "\n" + _matrix(report.decisions),
        "Spans, by axis\n" + _rows(report.axes),
        "Spans, by entity\n" + _rows(report.entities),
        "Degrading language, by kind\n" + _rows(report.kinds),
        *(
            f"Whose detail, {name} identifiers: marked (down) and found (across)\n"
            + _subjects(table)
            for name, table in report.subjects.items()
        ),
        _FOOT,
    ]
    return "\n".join(blocks)


def compare_as_text(reports: Mapping[str, Report]) -> str:
    """Lay the shares of several systems side by side."""
    if not reports:
        return ""
    rows = [
        [title, *(_share(getattr(part(report), key)) for report in reports.values())]
        for titles, part in ((_IDENTIFIERS, _identifiers), (_DECISIONS, _decisions))
        for key, title in titles.items()
    ]
    rows.append(["posts per second", *(f"{r.posts_per_second:.1f}" for r in reports.values())])
    first = next(iter(reports.values()))
    return f"{first.posts} posts, {first.words} words\n" + _table(["", *reports], rows)


def as_json(report: Report) -> dict[str, object]:
    """Return a report as plain dictionaries. Shares go from 0 to 1; the posts are left out."""
    return {
        "posts": report.posts,
        "words": report.words,
        "seconds": report.seconds,
        "posts_per_second": report.posts_per_second,
        "words_per_second": report.words_per_second,
        "identifiers": _ratios(report.identifiers),
        "verdicts": {
            **_ratios(report.decisions),
            "matrix": {
                str(gold): {str(given): number for given, number in row.items()}
                for gold, row in report.decisions.matrix.items()
            },
        },
        "axes": {name: _ratios(row) for name, row in report.axes.items()},
        "entities": {str(name): _ratios(row) for name, row in report.entities.items()},
        "kinds": {str(name): _ratios(row) for name, row in report.kinds.items()},
        "subjects": {
            name: {str(g): {str(f): n for f, n in row.items()} for g, row in table.items()}
            for name, table in report.subjects.items()
        },
    }


def show_errors(report: Report, *, words: bool = False) -> str:
    """List the mistakes behind a report, by type of error, each with its post and its offsets.

    Args:
        report: what `evaluate` returned.
        words: whether to show the words too; only for a corpus whose posts may be shown.

    """
    found = list(mistakes(report.pairs))
    blocks = []
    for kind in ErrorType:
        group = [mistake for mistake in found if mistake.type is kind]
        if group:
            rows = [_mistake(mistake, words=words) for mistake in group]
            blocks.append(f"{kind} ({len(group)})\n" + _table([], rows, left=4))
    return "\n".join(blocks) if blocks else "No mistakes.\n"


def _mistake(mistake: Mistake, *, words: bool) -> list[str]:
    span = mistake.span
    cells = [mistake.post.id, f"{span.start}:{span.end}" if span else "", mistake.detail]
    if words and span:
        text = mistake.post.text
        before = text[max(0, span.start - _CONTEXT) : span.start]
        after = text[span.end : span.end + _CONTEXT]
        shown = f"{before}[{text[span.start : span.end]}]{after}"
        cells.append(" ".join(shown.split()))
    return cells


def _headline(report: Report) -> str:
    return (
        f"{report.posts} posts, {report.words} words in {report.seconds:.2f} s: "
        f"{report.posts_per_second:.1f} posts/s, {report.words_per_second:.0f} words/s\n"
    )


def _identifiers(report: Report) -> Identifiers:
    return report.identifiers


def _decisions(report: Report) -> Decisions:
    return report.decisions


def _shares(titles: Mapping[str, str], part: Identifiers | Decisions) -> str:
    ratios: dict[str, Ratio] = {key: getattr(part, key) for key in titles}
    rows = [[titles[key], _share(r), f"{r.hits}/{r.of}"] for key, r in ratios.items()]
    return _table([], rows)


def _rows(table: Mapping[str, Row]) -> str:
    rows = [
        [
            str(name),
            str(row.recall.of),
            _share(row.recall),
            _share(row.exact, interval=False),
            _share(row.any_name, interval=False),
            _share(row.held),
            str(row.precision.of),
            _share(row.precision),
        ]
        for name, row in table.items()
        if row.recall.of or row.precision.of
    ]
    return _table(["", *_COLUMNS], rows) if rows else "  none marked, none found\n"


def _matrix(decisions: Decisions) -> str:
    rows = [[f"marked {g}", *(str(decisions.matrix[g][d]) for d in Decision)] for g in Decision]
    return _table(["", *(f"given {d}" for d in Decision)], rows)


def _subjects(table: Mapping[str, Mapping[str, int]]) -> str:
    columns = (*Subject, MISSED)
    rows = [
        [str(gold), *(str(row.get(found, 0) or "·") for found in columns)]
        for gold, row in table.items()
        if any(row.values())
    ]
    return _table(["", *columns], rows) if rows else "  none marked, none found\n"


def _share(ratio: Ratio, *, interval: bool = True) -> str:
    """Write a share in per cent, with its interval."""
    if ratio.value is None:
        return "–"
    share = f"{100 * ratio.value:.1f}"
    if not interval or ratio.low is None or ratio.high is None:
        return share
    return f"{share} [{100 * ratio.low:.0f}–{100 * ratio.high:.0f}]"


def _ratios(part: Row | Identifiers | Decisions) -> dict[str, object]:
    """Return the shares among the fields of a part."""
    return {
        f.name: {
            "value": ratio.value,
            "low": ratio.low,
            "high": ratio.high,
            "hits": ratio.hits,
            "of": ratio.of,
        }
        for f in fields(part)
        if isinstance(ratio := getattr(part, f.name), Ratio)
    }


def _table(head: Iterable[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Align cells in columns: the first `left` to the left, the others to the right."""
    lines = [list(head), *rows]
    width = [
        max(len(line[n]) for line in lines if n < len(line))
        for n in range(len(max(lines, key=len)))
    ]
    text = ""
    for line in lines:
        if line:
            cells = (
                cell.ljust(width[n]) if n < left else cell.rjust(width[n])
                for n, cell in enumerate(line)
            )
            text += ("  " + "  ".join(cells)).rstrip() + "\n"
    return text
