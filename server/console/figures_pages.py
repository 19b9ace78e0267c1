"""Figures: counts by month and forum, how the rules fared, how long posts waited; as pages, CSV and JSON."""

import csv
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from statistics import median
from typing import Any

from flask import Blueprint, Response, request

from server.actor import Scope
from server.console.chart import chart
from server.console.pages import actor, core, needs, page, say
from server.console.rulebook import rulebook
from server.moderation import dismissals, forums
from server.moderation.dismissals import Precision
from server.moderation.figures import Row, figures, waits

_DAY_MS = 86_400_000
_KINDS = ("approve", "return", "reject")
_COLUMNS = (
    ("verdict", "allow"),
    ("verdict", "review"),
    ("verdict", "block"),
    ("decision", "approve"),
    ("decision", "return"),
    ("decision", "reject"),
    ("decided_by", "person"),
    ("decided_by", "software"),
    ("undone", ""),
    ("appeal", ""),
    ("appeal", "overturned"),
)
"""Columns of the table; without a value, all values together."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a page of figures tells. since, until: days, the last one included."""

    since: str
    until: str
    forum: str
    rows: list[Row]
    rules: list[Precision]
    wait_seconds: float | None


def blueprint() -> Blueprint:
    """The pages."""
    made = Blueprint("figures", __name__)
    made.add_url_rule("/console/figures", view_func=show, methods=["GET"])
    made.add_url_rule("/console/figures.csv", view_func=as_csv, methods=["GET"])
    made.add_url_rule("/console/figures.json", view_func=as_json, methods=["GET"])
    return made


@needs(Scope.CHECK)
def show() -> Response:
    """The page."""
    told = _told()
    months = sorted({r.month for r in told.rows})
    counts: dict[tuple[str, str], int] = {}
    for r in told.rows:
        if r.what == "decision":
            counts[r.month, r.value] = counts.get((r.month, r.value), 0) + r.count
    with core().db.reading() as session:
        own = forums.listed(session, actor())
    return page(
        "figures.html",
        told=told,
        table=_table(told.rows),
        columns=_COLUMNS,
        chart=chart(months, counts, _KINDS),
        kinds=_KINDS,
        forums={f.id: f.name for f in own},
        rules=rulebook(core(), say()),
        query=f"since={told.since}&until={told.until}&forum={told.forum}",
    )


@needs(Scope.CHECK)
def as_csv() -> Response:
    """One count a line."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(("month", "forum", "what", "value", "count"))
    writer.writerows((r.month, r.forum, r.what, r.value, r.count) for r in _told().rows)
    return _download(out.getvalue(), "text/csv", "figures.csv")


@needs(Scope.CHECK)
def as_json() -> Response:
    """All figures of the page."""
    told = _told()
    body: dict[str, Any] = {
        "since": told.since,
        "until": told.until,
        "median_wait_seconds": told.wait_seconds,
        "figures": [asdict(r) for r in told.rows],
        "rules": [asdict(p) | {"precision": p.share} for p in told.rules],
    }
    return _download(json.dumps(body, indent=2), "application/json", "figures.json")


def _download(body: str, media: str, name: str) -> Response:
    response = Response(body, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _told() -> Told:
    """The figures that the address asks for; of the last twelve months unless said."""
    today = datetime.now(UTC).date()
    until = _day(request.args.get("until", ""), today)
    year_before = (until.replace(day=1) - timedelta(days=334)).replace(day=1)
    since = min(_day(request.args.get("since", ""), year_before), until)
    forum = request.args.get("forum", "")
    first, end = _moment(since), _moment(until) + _DAY_MS
    with core().db.reading() as session:
        wanted = [f.id for f in forums.listed(session, actor()) if forum in ("", f.id)]
        waited = waits(session, wanted, first, end)
        return Told(
            since.isoformat(),
            until.isoformat(),
            forum if forum in wanted else "",
            figures(session, wanted, first, end),
            dismissals.precision(session, wanted, first, end),
            median(waited) / 1000 if waited else None,
        )


def _table(rows: list[Row]) -> list[tuple[str, str, list[int]]]:
    """Month, forum, and a number for each of `_COLUMNS`, the newest first."""
    out: dict[tuple[str, str], list[int]] = {}
    for r in rows:
        line = out.setdefault((r.month, r.forum), [0] * len(_COLUMNS))
        for n, (what, value) in enumerate(_COLUMNS):
            if r.what == what and value in ("", r.value):
                line[n] += r.count
    return [(month, forum, line) for (month, forum), line in sorted(out.items(), reverse=True)]


def _day(told: str, otherwise: date) -> date:
    try:
        return min(max(date.fromisoformat(told[:10]), date(2000, 1, 1)), date(2100, 1, 1))
    except ValueError:
        return otherwise


def _moment(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
