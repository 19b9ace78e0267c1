"""Two drawings of the base run of the synthetic population: docs/reliability.svg and docs/calibration.svg.

Run from the folder of the project: `python -m benchmarks.calibration_plot`.
"""

from collections.abc import Sequence
from math import log10, sqrt

import numpy as np

from benchmarks.common import ROOT, say
from benchmarks.synthetic import RUNS, Outcome, bins, outcome

SIZE, LEFT, TOP, SIDE = 480, 70, 50, 370
"""Width of the drawing, and where the square of the chart lies, in pixels."""
SHOWN = 200
_DECADES = 6
_POWERS = ("1", "10", "100", "1k", "10k", "100k", "1M")
_STYLE = """<style>
svg { background: #fff; font: 13px system-ui, sans-serif }
text { fill: #24292f } .title { font-size: 15px; font-weight: bold }
.frame { fill: none; stroke: #8b949e } .grid { stroke: #d0d7de; stroke-width: .6 }
.even { stroke: #6e7781; stroke-dasharray: 5 4; fill: none }
.inside { stroke: #0969da; fill: #0969da } .outside { stroke: #bc4c00; fill: #bc4c00 }
.naive { stroke: #bc4c00; fill: none; stroke-width: 1.6 } .joined { fill: none; stroke-width: 1.6 }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d }
.even { stroke: #8b949e } .inside { stroke: #58a6ff; fill: #58a6ff }
.outside { stroke: #f0883e; fill: #f0883e } .naive { stroke: #f0883e; fill: none }
.joined { fill: none } }
</style>"""


def picture(title: str, desc: str, axes: tuple[str, str], parts: Sequence[str]) -> str:
    """A chart: its frame, what stands along its axes, and its parts."""
    middle, foot = LEFT + SIDE / 2, TOP + SIDE
    return "\n".join((
        (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img"'
        ' aria-labelledby="title desc">'),
        f'<title id="title">{title}</title>',
        f'<desc id="desc">{desc}</desc>',
        _STYLE,
        f'<text class="title" x="{middle}" y="28" text-anchor="middle">{title}</text>',
        *parts,
        f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>',
        f'<text x="{middle}" y="{foot + 44}" text-anchor="middle">{axes[0]}</text>',
        (f'<text transform="translate(18 {TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">'
        f"{axes[1]}</text>"),
        "</svg>\n",
    ))  # fmt: skip


def at(x: float, y: float) -> tuple[float, float]:
    """Pixels of a point of the unit square, upwards."""
    return round(LEFT + SIDE * x, 1), round(TOP + SIDE * (1 - y), 1)


def grid(marks: Sequence[tuple[float, str]]) -> list[str]:
    """Lines and labels at the same places of both axes, and the diagonal where both are equal."""
    parts = []
    for place, label in marks:
        x, y = at(place, place)
        parts += [
            f'<path class="grid" d="M{x} {TOP}V{TOP + SIDE}M{LEFT} {y}H{LEFT + SIDE}"/>',
            f'<text x="{x}" y="{TOP + SIDE + 19}" text-anchor="middle">{label}</text>',
            f'<text x="{LEFT - 7}" y="{y + 4.5}" text-anchor="end">{label}</text>',
        ]
    return [*parts, f'<path class="even" d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}"/>']


def legend(lines: Sequence[tuple[str, str]], x: float, y: float) -> list[str]:
    """A round mark and words, line under line, from a point of the unit square."""
    left, top = at(x, y)
    parts = []
    for number, (kind, words) in enumerate(lines):
        line = top + 20 * number
        parts.append(f'<circle class="{kind}" cx="{left}" cy="{line}" r="4"/>')
        parts.append(f'<text x="{left + 11}" y="{line + 4.5}">{words}</text>')
    return parts


def reliability(result: Outcome) -> str:
    """Mean 1/K that is seen, for each tenth of κ that is said; the model and the naive product."""
    parts = grid([(n / 5, f"{n / 5:g}") for n in range(6)])
    told = ""
    for kind, naive in (("naive", True), ("inside", False)):
        said = np.array([e.kappa for e in result.estimates(naive=naive)])
        points = [(*at(s, o), n) for s, o, n in bins(said, 1 / result.true)]
        line = "L".join(f"{x} {y}" for x, y, _ in points)
        parts.append(f'<path class="{kind} joined" d="M{line}"/>')
        parts += [
            f'<circle class="{kind}" cx="{x}" cy="{y}" r="{2 + sqrt(n) / 8:.1f}"/>'
            for x, y, n in points
        ]
        if not naive:
            pairs = (f"{s:.2f} said, {o:.2f} seen" for s, o, _ in bins(said, 1 / result.true))
            told = "; ".join(pairs)
    parts += legend([("inside", "hippolint"), ("naive", "product of national shares")], 0.06, 0.94)
    return picture(
        "Is a risk of κ right κ of the time?",
        f"{len(result.true):,} descriptions in synthetic populations, by tenths of the risk that is said."
        f" The points of hippolint lie near the diagonal: {told}.",
        ("risk said: κ", "risk seen: mean of 1 / people who match"),
        parts,
    )


def calibration(result: Outcome) -> str:
    """The interval that is said against the true K, for the first descriptions that others match too."""
    parts = grid([(n / _DECADES, label) for n, label in enumerate(_POWERS)])
    said = result.estimates()
    shown = [n for n in range(len(said)) if 1 < result.true[n] < 10**_DECADES][:SHOWN]
    held = 0
    for number in shown:
        one, true = said[number], result.true[number]
        inside = one.low <= true <= one.high
        held += inside
        (x, low), (_, middle), (_, high) = (
            at(log10(true) / _DECADES, min(log10(v) / _DECADES, 1))
            for v in (one.low, one.k, one.high)
        )
        kind = "inside" if inside else "outside"
        parts.append(f'<path class="{kind}" stroke-opacity=".55" d="M{x} {low}V{high}"/>')
        parts.append(f'<circle class="{kind}" cx="{x}" cy="{middle}" r="1.8"/>')
    keys = [
        ("inside", f"the interval holds the truth: {held} of {len(shown)}"),
        ("outside", "it does not"),
    ]
    return picture(
        "How many people match: said and true",
        f"{len(shown)} descriptions in synthetic populations: for {held} of them the true number of people"
        " lies in the 90 % interval that is said. Both axes are logarithmic, from 1 to 1,000,000.",
        ("people who match", "people said to match: median, 90 % interval"),
        [*parts, *legend(keys, 0.05, 0.95)],
    )


def main() -> None:
    """Draw both."""
    result = outcome(*RUNS["base"])
    for name, drawn in (("reliability", reliability(result)), ("calibration", calibration(result))):
        path = ROOT / "docs" / f"{name}.svg"
        path.write_text(drawn, encoding="utf-8")
        say(f"{path.relative_to(ROOT)}: {len(drawn):,} characters")


if __name__ == "__main__":
    main()
