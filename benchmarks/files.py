"""What looking at files costs: seconds a file, memory of both processes, and whether it stays flat over a batch.

Run from the folder of the project: `python -m benchmarks.files`. README.md says what the rows mean.
"""

import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

import click
from PIL import Image, ImageDraw, ImageFont

from benchmarks.common import Figure, figures, say, table
from linter.evaluation.baseline import stock_engine
from linter.files.examine import Tools, examine
from linter.files.sandbox import Sandbox
from linter.pipeline import Linter
from linter.post import Attachment, Post
from tests.files import making_codes as making

LARGE, SMALL = (4000, 3000), (1024, 768)
_WORDS = (
    "CENTRE HOSPITALIER DES HALLES",
    "Laboratoire de biologie",
    "Patiente : Mme Huguette PALANQUE",
    "Nee le 12/03/1941   Dossier 80 12 345 678",
    "Hemoglobine 9,4 g/dL   Plaquettes 212 G/L",
    "CRP 4 mg/L   Creatinine 71 umol/L",
)


def written(folder: Path, name: str, size: tuple[int, int], seed: int, *, words: bool) -> Path:
    """A JPEG of a made photo, with a page in its middle or without."""
    image = Image.fromarray(making.photo(*size, seed)).convert("RGB")
    if words:
        letter = size[0] // 70
        page = Image.new("RGB", (size[0] // 2, letter * 2 * (len(_WORDS) + 1)), (240, 238, 230))
        draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=letter)
        for number, line in enumerate(_WORDS):
            draw.text((letter, letter * (1 + 2 * number)), line, fill=(30, 30, 40), font=font)
        image.paste(page, (size[0] // 4, size[1] // 4))
    path = folder / name
    image.save(path, "JPEG", quality=90)
    return path


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median of the wall clock, after one run that loads what is needed."""
    work()
    spent = []
    for _ in range(rounds):
        begun = monotonic()
        work()
        spent.append(monotonic() - begun)
    return median(spent)


def memory(process: int | str, key: str) -> float:
    """Megabytes of a process: VmRSS, what it has now; VmHWM, its peak. Not a number where the system does not tell."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return float("nan")
    found = [line.split()[1] for line in text.splitlines() if line.startswith(key)]
    return int(found[0]) / 1024 if found else float("nan")


def worker(sandbox: Sandbox) -> int:
    """The number of the process that opens files."""
    process = sandbox._process  # noqa: SLF001 # for nobody else's eyes
    return process.pid if process else 0


def costs(folder: Path, rounds: int) -> list[Figure]:
    """Seconds for one large photo, and the peaks of both processes."""
    say("photos of 12 megapixels …")
    full = written(folder, "words.jpg", LARGE, 1, words=True)
    bare = written(folder, "bare.jpg", LARGE, 2, words=False)
    few = Tools()
    few.__dict__ |= {"text": None, "faces": None}  # as where their packages are not installed
    with Sandbox() as sandbox:
        rows = [
            Figure("12 MP photo with words", seconds(lambda: sandbox.examine(full), rounds), "s"),
            Figure("12 MP photo without", seconds(lambda: sandbox.examine(bare), rounds), "s"),
        ]
        peak = memory(worker(sandbox), "VmHWM")
    quick = seconds(lambda: list(examine(full, few, monotonic() + 60)), rounds)
    return [
        *rows,
        Figure("… metadata and codes only", quick, "s"),
        Figure("reading process, peak", peak, "MB"),
    ]


def batch(folder: Path, number: int, every: int) -> tuple[list[list[str]], list[Figure]]:
    """Memory of both processes every so many photos, each checked as a post of its own."""
    paths = [
        written(folder, f"{n}.jpg", SMALL, n, words=bool(n % 2)) for n in range(min(number, 20))
    ]
    rows, sandbox = [], Sandbox()
    with Linter(files=sandbox) as linter:
        begun = monotonic()
        for n in range(1, number + 1):
            linter.check(Post("", lang="fr", attachments=(Attachment(paths[n % len(paths)]),)))
            if n % every == 0 or n == number:
                now = [memory(p, "VmRSS") for p in ("self", worker(sandbox))]
                rows.append([str(n), *(f"{x:.0f}" for x in now)])
                say(f"{n} photos: {now[0]:.0f} MB here, {now[1]:.0f} MB in the reading process")
        each = (monotonic() - begun) / number
        peaks = [memory(p, "VmHWM") for p in ("self", worker(sandbox))]
    grown = float(rows[-1][2]) - float(rows[0][2])
    return rows, [
        Figure(f"{number} photos of {SMALL[0]} x {SMALL[1]}, each", each, "s"),
        Figure("checking process, peak", peaks[0], "MB"),
        Figure("reading process, peak in the batch", peaks[1], "MB"),
        Figure("… grown since the first row", grown, "MB", 50),
    ]


def beside(folder: Path, rounds: int) -> list[Figure]:
    """The photo with words: read and analysed here, and by presidio-image-redactor where it and Tesseract are installed."""
    photo = folder / "words.jpg"
    with Linter(files=Sandbox()) as linter:
        post = Post("", lang="en", attachments=(Attachment(photo),))
        whole = seconds(lambda: linter.check(post), rounds)
    rows = [Figure("12 MP with words, checked as a post", whole, "s")]
    if find_spec("presidio_image_redactor") is None:
        say("presidio-image-redactor: not installed")
        return rows
    from presidio_image_redactor import ImageAnalyzerEngine  # noqa: PLC0415

    engine = ImageAnalyzerEngine(analyzer_engine=stock_engine("en"))
    with Image.open(photo) as image:
        image.load()
        spent = seconds(lambda: engine.analyze(image), rounds)
    return [*rows, Figure("… by presidio-image-redactor", spent, "s")]


@click.command()
@click.option("--rounds", default=5, help="Runs of each photo; the median counts.")
@click.option("--number", default=500, help="Photos of the batch.")
@click.option("--every", default=50, help="Photos after which the memory is told.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")
def main(rounds: int, number: int, every: int, *, as_json: bool) -> None:
    """Measure seconds a file, and memory of the process that checks and of the one that reads."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        found = costs(folder, rounds)
        say(f"{number} photos …")
        rows, more = batch(folder, number, every)
        found += [*more, *beside(folder, rounds)]
    head = ["photos", "here, MB", "reading, MB"]
    if as_json:
        flat = [dict(zip(head, row, strict=True)) for row in rows]
        told = {"figures": {f.name: f.as_dict() for f in found}, "batch": flat}
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        return
    print(figures(found), table(head, rows), sep="\n\n")


if __name__ == "__main__":
    main()
