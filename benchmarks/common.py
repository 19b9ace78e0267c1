"""What the benchmarks share: plain tables, targets, progress."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The folder of the project."""


@dataclass(frozen=True)
class Figure:
    """A measured figure and what it should be; `limit` is a lower bound where `at_least`."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def row(self) -> list[str]:
        """The figure as cells of a table."""
        sign = "≥" if self.at_least else "≤"
        target = "" if self.limit is None else f"{sign} {self.limit:g}"
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return [self.name, number(self.value), self.unit, target, met]

    def as_dict(self) -> dict[str, object]:
        """The figure for JSON."""
        return {
            "value": round(self.value, 3),
            "unit": self.unit,
            "target": self.limit,
            "met": self.met,
        }


def figures(rows: Sequence[Figure]) -> str:
    """A table of figures."""
    return table(["figure", "value", "unit", "target", "met"], [f.row() for f in rows])


def number(value: float) -> str:
    """A number with three significant digits, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side; the first to the left, numbers to the right."""
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    lines = []
    for row in [head, ["-" * w for w in widths], *rows]:
        cells = [
            c.rjust(w) if _numeric(c) else c.ljust(w) for c, w in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _numeric(cell: str) -> bool:
    return cell.strip("×%- ").replace(",", "").replace(".", "").replace("/", "").isdigit()


def say(message: str) -> None:
    """Tell progress."""
    print(message, file=sys.stderr, flush=True)
