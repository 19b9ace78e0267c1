"""A bar chart as numbers: where each bar stands, for a template that draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDE, HIGH = 960, 300
_LEFT, _TOP, _BOTTOM = 44, 12, 34
_SHARE = 0.62
"""Of the room of a month that its bar fills."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a stacked bar."""

    kind: str
    count: int
    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """The stacked bar of one month."""

    month: str
    middle: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart. lines: value and height of each line across."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[int, float], ...]
    left: int = _LEFT
    foot: int = HIGH - _BOTTOM


def chart(
    months: Sequence[str], counts: Mapping[tuple[str, str], int], kinds: Sequence[str]
) -> Chart:
    """Stack the counts of each month.

    Args:
        months: in order.
        counts: by month and kind.
        kinds: from the foot up.
    """
    tallest = max((sum(counts.get((m, k), 0) for k in kinds) for m in months), default=0)
    step = _step(tallest)
    top = max(step, -(-tallest // step) * step)
    room, scale = (WIDE - _LEFT) / max(1, len(months)), (HIGH - _TOP - _BOTTOM) / top
    columns = []
    for n, month in enumerate(months):
        x, foot, bars = _LEFT + room * (n + (1 - _SHARE) / 2), float(HIGH - _BOTTOM), []
        for kind in kinds:
            if count := counts.get((month, kind), 0):
                high = count * scale
                foot -= high
                bars.append(
                    Bar(
                        kind,
                        count,
                        round(x, 1),
                        round(foot, 1),
                        round(room * _SHARE, 1),
                        round(high, 1),
                    )
                )
        columns.append(Column(month, round(x + room * _SHARE / 2, 1), tuple(bars)))
    lines = tuple((v, round(HIGH - _BOTTOM - v * scale, 1)) for v in range(0, top + 1, step))
    return Chart(tuple(columns), lines)


def _step(tallest: int) -> int:
    """A round distance of the lines: at most five of them."""
    step = 1
    while tallest / step > 5:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step
