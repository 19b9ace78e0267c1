"""Codes in pictures: read, located, not seen where there is none; and what it costs.

Run from the folder of the project: `python -m benchmarks.codes FOLDER`, where FOLDER holds `dcc`, the test images of
EU certificates. README.md says what the rows mean.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import mean
from time import process_time

import click
import cv2
import numpy as np
from PIL import Image

from benchmarks.common import Figure, figures, say, table
from linter.files.certificates import expose
from linter.files.codes import Code, read
from linter.files.content import Pixels
from tests.files import making_codes as making
from tests.files.making_codes import FORMAT, Shot

TRIALS = 8
MODULES = (1.0, 1.2, 1.5, 2.0, 2.5, 4.0)
SIZES = {"1": (1155, 866), "2.5": (1920, 1280), "12": (4000, 3000)}
"""Width and height by megapixels."""
PICTURES = {".png", ".jpg", ".jpeg", ".webp"}
WAYS = {
    "upright, ±15°": Shot(),
    "45°": Shot(angle=45),
    "200°": Shot(angle=200),
    "mirrored": Shot(mirrored=True),
    "light on dark": Shot(ink=235, paper=25),
    "perspective 12 %": Shot(perspective=0.12),
    "contrast 65 levels": Shot(ink=100, paper=165),
    "blur σ 1": Shot(blur=1.0),
}


def opened(path: Path) -> Pixels:
    """The RGB pixels of a picture file."""
    with Image.open(path) as image:
        return np.ascontiguousarray(image.convert("RGBA").convert("RGB"))


def timed(picture: Pixels) -> tuple[tuple[Code, ...], float]:
    """The codes, and milliseconds of processor time."""
    begin = process_time()
    codes = read(picture)
    return codes, 1000 * (process_time() - begin)


def in_folder(folder: Path) -> Iterator[tuple[str, Pixels]]:
    """The pictures of a folder and of those within it, with their names."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES:
            yield path.name, opened(path)


def certificates(folder: Path) -> list[Figure]:
    """How many test images give their certificate, and the name and date of birth in it."""
    say(f"EU certificates in {folder} …")
    number = decoded = named = 0
    spent = []
    for name, picture in in_folder(folder):
        codes, milliseconds = timed(picture)
        told = [e for c in codes if c.payload and (e := expose(c.payload)) and e.fields]
        number += 1
        decoded += bool(told)
        named += any({"name", "birth_date"} <= set(e.fields) for e in told)
        spent.append(milliseconds)
        if not told:
            say(f"  not read: {name}")
    if not number:
        return []
    return [
        Figure("EU certificates read", 100 * decoded / number, "%", 100, at_least=True),
        Figure("… with name and date of birth", 100 * named / number, "%"),
        Figure("… time for each", mean(spent), "ms"),
    ]


def symbols() -> dict[str, making.Grey]:
    """Certificates as codes, one pixel a module."""
    doc = making.symbol(making.two_d_doc(*making.VACCINATION_DOC), FORMAT.DataMatrix)
    eu = making.eu_certificate()
    link = making.symbol("https://example.org/dossier/4217", FORMAT.QRCode)
    return {
        "2D-Doc": doc,
        "EU certificate": making.symbol(eu, FORMAT.QRCode),
        "EU, Aztec": making.symbol(eu, FORMAT.Aztec),
        "short link": link,
    }


def tried(code: making.Grey, shot: Shot, size: tuple[int, int]) -> tuple[int, int]:
    """How often a code was read, and was read or reported, in wide photos."""
    told = [
        read(making.shown(making.photo(*size, seed), code, shot, seed)) for seed in range(TRIALS)
    ]
    return sum(any(c.payload for c in t) for t in told), sum(bool(t) for t in told)


def distances(size: tuple[int, int]) -> tuple[list[list[str]], list[Figure]]:
    """Rows of codes by pixels a module, and the two figures that have targets."""
    rows, targets = [], []
    for name, code in symbols().items():
        say(f"{name} in photos of {size[0]} x {size[1]} …")
        row = [f"{name}, {len(code)} modules"]
        for module in MODULES:
            counts = tried(code, Shot(module), size)
            row.append("{} / {}".format(*counts))
            if name == "2D-Doc" and module in {1.2, 2.5}:
                which, unit = ("read", "read") if module > 2 else ("flagged", "flagged")
                value = counts[0] if module > 2 else counts[1]
                title = f"2D-Doc at {module} pixels a module, {which} of {TRIALS}"
                targets.append(Figure(title, value, unit, TRIALS, at_least=True))
        rows.append(row)
    return rows, targets


def ways() -> list[list[str]]:
    """Rows of codes held in other ways, at three pixels a module."""
    say("other ways of holding …")
    shots = {name: replace(shot, module=3.0) for name, shot in WAYS.items()}
    chosen = {n: c for n, c in symbols().items() if n in {"2D-Doc", "EU certificate"}}
    return [
        [name, *("{} / {}".format(*tried(c, shot, (1280, 960))) for c in chosen.values())]
        for name, shot in shots.items()
    ]


def costs() -> list[Figure]:
    """Milliseconds for each picture without and with a code, by megapixels."""
    rows = []
    code = symbols()["2D-Doc"]
    for name, size in SIZES.items():
        say(f"time for {name} megapixels …")
        limit = 150 if name == "12" else None
        bare = [timed(making.jpeg(making.photo(*size, seed), 90))[1] for seed in range(5)]
        backs = (making.photo(*size, seed) for seed in range(5))
        shots = [making.shown(b, code, Shot(), n) for n, b in enumerate(backs)]
        coded = [timed(s)[1] for s in shots]
        dense = making.without_codes(*size, 1)
        worst = max(timed(dense[n])[1] for n in ("page 11", "table 8", "keyboard 14", "chess 4"))
        rows += [
            Figure(f"{name} MP, no code", mean(bare), "ms", limit),
            Figure(f"{name} MP, small 2D-Doc", mean(coded), "ms", limit),
            Figure(f"{name} MP, dearest dense picture", worst, "ms"),
        ]
    return rows


def false_alarms(folder: Path | None) -> list[Figure]:
    """Shares of pictures without codes in which one is seen."""
    say("pictures without codes …")
    made = (
        (f"{name} ({seed})", picture)
        for seed in range(4)
        for name, picture in making.without_codes(1280, 960, seed).items()
    )
    rows = [_alarms("rendered pictures", made)]
    if folder:
        rows.append(_alarms(folder.name, in_folder(folder)))
    return rows


def _alarms(title: str, pictures: Iterable[tuple[str, Pixels]]) -> Figure:
    number = alarms = 0
    for name, picture in pictures:
        number += 1
        if codes := read(picture):
            alarms += 1
            say(f"  alarm: {name}: {', '.join(c.format for c in codes)}")
    return Figure(f"false alarms, {number} {title}", 100 * alarms / max(1, number), "%", 2)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--free",
    type=click.Path(exists=True, path_type=Path),
    help="A folder of pictures without codes.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")
def main(*, folder: Path, free: Path | None, as_json: bool) -> None:
    """How codes are read, located and not imagined, and the time for each picture."""
    cv2.setNumThreads(1)
    found = certificates(folder / "dcc")
    if not found:
        say(f"{folder}: no pictures in dcc; that part is left out")
    rows, targets = distances(SIZES["2.5"])
    held = ways()
    found += [*targets, *false_alarms(free), *costs()]
    head = ["read / flagged", *(f"{m:g} px" for m in MODULES)]
    ways_head = ["3 pixels a module", "2D-Doc", "EU certificate"]
    if as_json:
        told = {
            "figures": {f.name: f.as_dict() for f in found},
            "distances": [dict(zip(head, r, strict=True)) for r in rows],
            "ways": [dict(zip(ways_head, r, strict=True)) for r in held],
        }
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    else:
        print(figures(found), table(head, rows), table(ways_head, held), sep="\n\n")


if __name__ == "__main__":
    main()
