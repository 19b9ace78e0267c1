"""How much of rendered clinical documents is read after what scanners and telephones do to them; time and memory.

    python -m benchmarks.ocr [--document NAME] [--change NAME] [--font FILE] [--json]

exact: share of words as written; folded: share of words of three letters and more that stand in the text without
accents, capitals and spaces, as the rules see it. Seconds are of the clock on this machine with two threads.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from time import perf_counter, process_time

import click

from benchmarks.common import Figure, figures, say, table
from linter.files.content import Pixels
from linter.files.ocr import Reader
from tests.files import making_pages as making
from tests.files.making_pages import DOCUMENTS, Page, discharge
from tests.files.making_shots import DEGRADATIONS, scaled, table_top

PAGES = DOCUMENTS | {"discharge": discharge}
ASKED = ("clean", "hand-held", "7 degrees")
"""Changes after which nine of ten words of the French documents are to be found, folded."""
LONG = 60.0
"""Seconds allowed for a picture: what is measured is the reading, not its limit."""
ROUNDS = 30


@dataclass(frozen=True)
class Row:
    """One document after one change."""

    document: str
    change: str
    exact: float
    folded: float
    seconds: float
    processor: float


def measured(reader: Reader, name: str, change: str, page: Page) -> Row:
    """One picture read once."""
    pixels = DEGRADATIONS[change](page.pixels)
    clock, processor = perf_counter(), process_time()
    lines = reader.read(pixels, seconds=LONG)
    clock, processor = perf_counter() - clock, process_time() - processor
    exact, folded = making.recall(page, [x.text for x in lines])
    return Row(name, change, exact, folded, clock, processor)


def resident() -> float:
    """Memory of this process in MB (Linux)."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return float(told.split("VmRSS:")[1].split()[0]) / 1024


def seconds(reader: Reader, pixels: Pixels) -> float:
    """The better of three readings."""
    spent = []
    for _ in range(3):
        begin = perf_counter()
        reader.read(pixels, seconds=LONG)
        spent.append(perf_counter() - begin)
    return min(spent)


def costs(reader: Reader) -> list[Figure]:
    """Time for the cheapest and the dearest sort of picture, and memory over many."""
    say("time and memory …")
    page, empty = PAGES["laboratory"]().pixels, table_top(4000, 3000)
    rows = [
        Figure("12 MP without text", seconds(reader, empty), "s", 0.6),
        Figure("dense page", seconds(reader, page), "s", 2),
    ]
    sizes = []
    for number in range(ROUNDS):
        reader.read(scaled(page, 0.6 + 0.01 * number), seconds=LONG)
        sizes.append(resident())
    early, late = max(sizes[: ROUNDS // 3]), max(sizes[-ROUNDS // 3 :])
    return [
        *rows,
        Figure("resident, 30 pages", max(sizes), "MB"),
        Figure("… growth, last ten over first ten", late - early, "MB", 60),
    ]


def averages(rows: Sequence[Row]) -> list[Figure]:
    """Folded recall of the French documents by change."""
    out = []
    for change in DEGRADATIONS:
        some = [r.folded for r in rows if r.change == change and r.document in DOCUMENTS]
        if some:
            limit = 0.9 if change in ASKED else None
            out.append(Figure(f"folded, {change}", mean(some), "", limit, at_least=True))
    return out


@click.command()
@click.option("--document", "documents", type=click.Choice(list(PAGES)), multiple=True)
@click.option("--change", "changes", type=click.Choice(list(DEGRADATIONS)), multiple=True)
@click.option("--font", default="", help="A font file instead of OpenCV's own fonts.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")
def main(*, documents: Sequence[str], changes: Sequence[str], font: str, as_json: bool) -> None:
    """Print what is read, how fast, and in how much memory."""
    reader, rows = Reader(), []
    for name in documents or PAGES:
        page = PAGES[name](font) if font else PAGES[name]()
        for change in changes or DEGRADATIONS:
            rows.append(measured(reader, name, change, page))
            say(f"{name}, {change}: {rows[-1].folded:.3f}")
    found = averages(rows)
    if not (documents or changes):
        found += costs(reader)
    if as_json:
        told = {"figures": {f.name: f.as_dict() for f in found}, "rows": [asdict(r) for r in rows]}
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        return
    head = ["document", "change", "exact", "folded", "s", "cpu s"]
    cells = [
        [
            r.document,
            r.change,
            f"{r.exact:.3f}",
            f"{r.folded:.3f}",
            f"{r.seconds:.2f}",
            f"{r.processor:.2f}",
        ]
        for r in rows
    ]
    print(figures(found), table(head, cells), sep="\n\n")


if __name__ == "__main__":
    main()
