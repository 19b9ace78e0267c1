"""Known leaks: are pictures known again when they are posted once more, and are others left alone.

    python -m benchmarks.denylist [--photos FOLDER]...

Photos are cut into tiles, which count as so many pictures; documents, skin close-ups and scenes are rendered. Each
picture is put on a list and looked up after every edit; then each is compared with all others. Beside it stands the
usual pHash: 64 bits, at most 8 apart.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.common import say, table
from linter.denylist import Denylist, Entry, Key
from linter.files import fingerprint as fp
from linter.files.content import Pixels

Rng = np.random.Generator
Named = list[tuple[str, Pixels]]
LEVELS = (36, 40, 44, 48, 52, 56, 60)
_WORDS = (
    "patient examen clinique traitement douleur depuis jours bilan contrôle sans signe normal retour domicile "
    "consultation prescription antécédent tension fièvre avis confrère suivi imagerie hier favorable"
).split()
_NAMES = (
    "Palanque Bressol Tavernac Courdil Meyrand Vialade Estragon Ploumeau Garrignon Sauvelle".split()
)


def crop(picture: Pixels, left: float, right: float, top: float, bottom: float) -> Pixels:
    """Without these parts of each side."""
    high, wide = picture.shape[:2]
    return picture[
        round(top * high) : high - round(bottom * high),
        round(left * wide) : wide - round(right * wide),
    ]


def jpeg(picture: Pixels, quality: int) -> Pixels:
    """Compressed and decompressed."""
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def smaller(picture: Pixels, part: float) -> Pixels:
    """Scaled down."""
    small = cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def framed(picture: Pixels, part: float, colour: int) -> Pixels:
    """With a border of a part of the longer side."""
    n = max(2, round(part * max(picture.shape)))
    return np.asarray(np.pad(picture, ((n, n), (n, n), (0, 0)), constant_values=colour), np.uint8)


def tinted(picture: Pixels) -> Pixels:
    """Warmer, brighter, a little more contrast."""
    return np.asarray(np.clip(picture * np.array([1.12, 1.05, 0.95]) + 8, 0, 255), np.uint8)


def barred(picture: Pixels, colour: int, above: float, below: float) -> Pixels:
    """A screenshot: bars with a few signs in them above and below, parts of the height."""
    high, wide = picture.shape[:2]
    top, bottom = round(high * above), round(high * below)
    shot = np.full((high + top + bottom, wide, 3), colour, np.uint8)
    shot[top : top + high] = picture
    ink = 255 - colour
    shot[top // 3 : top // 3 + max(2, top // 6), wide // 30 : wide // 8] = ink
    shot[top // 3 : top // 3 + max(2, top // 6), wide - wide // 10 : wide - wide // 30] = ink
    return shot


def posted(picture: Pixels) -> Pixels:
    """A screenshot of a post: lines of writing above and below the picture on white."""
    high, wide = picture.shape[:2]
    shot = np.full((round(high * 1.5), wide, 3), 255, np.uint8)
    shot[high // 4 : high // 4 + high] = picture
    for y in (
        *range(high // 16, high // 4 - 12, 14),
        *range(high // 4 + high + 12, len(shot) - 8, 14),
    ):
        cut = wide * (5 + y * 7 % 4) // 9
        shot[y : y + 6, wide // 20 : cut : 3] = 40
    return shot


def _any_crop(picture: Pixels, rng: Rng) -> Pixels:
    return crop(picture, *rng.uniform(0, 0.1, 4))


EDITS: dict[str, Callable[[Pixels, Rng], Pixels]] = {
    "none": lambda p, _: p,
    "JPEG quality 30": lambda p, _: jpeg(p, 30),
    "a quarter of the size": lambda p, _: smaller(p, 0.25),
    "one side cut by 10 %": lambda p, _: crop(p, 0.1, 0, 0, 0),
    "all sides cut by 10 %": lambda p, _: crop(p, 0.1, 0.1, 0.1, 0.1),
    "each side cut by 0 to 10 %": _any_crop,
    "white border of 2 %": lambda p, _: framed(p, 0.02, 255),
    "black border of 3 %": lambda p, _: framed(p, 0.03, 0),
    "mirrored": lambda p, _: p[:, ::-1],
    "quarter turn": lambda p, _: np.rot90(p),
    "colours changed": lambda p, _: tinted(p),
    "black bars above and below": lambda p, _: barred(p, 0, 0.35, 0.3),
    "white bars above and below": lambda p, _: barred(p, 255, 0.12, 0.2),
    "cut, in a post, JPEG 40": lambda p, r: jpeg(posted(_any_crop(p, r)), 40),
    "cut, bars, JPEG 30": lambda p, r: jpeg(barred(_any_crop(p, r), 16, 0.3, 0.3), 30),
    "cut, mirrored, half the size, JPEG 30": lambda p, r: jpeg(
        np.ascontiguousarray(smaller(_any_crop(p, r), 0.5)[:, ::-1]), 30
    ),
}


def photos(folders: list[Path], across: int) -> Named:
    """Tiles of every picture in the folders, of 128 pixels at least."""
    found = []
    for path in sorted(p for f in folders for p in f.glob("*") if p.suffix in {".png", ".jpg"}):
        picture = cv2.imread(str(path))
        if picture is None:
            continue
        high, wide = (n // across for n in picture.shape[:2])
        for i in range(across**2 if min(high, wide) >= 128 else 0):
            y, x = (i // across) * high, (i % across) * wide
            tile = cv2.cvtColor(picture[y : y + high, x : x + wide], cv2.COLOR_BGR2RGB)
            found.append((path.stem.split("_")[0], np.asarray(tile, np.uint8)))
    return found


def document(form: int, patient: int) -> Pixels:
    """A letter of one page, 620 x 877: the layout goes by the form, the words by the patient."""
    layout, words = np.random.default_rng(form), np.random.default_rng([form, patient])
    page = Image.new("RGB", (620, 877), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default
    left, top = (int(n) for n in layout.integers(30, 90, 2))
    if layout.random() < 0.5:
        draw.rectangle((0, 0, 620, top), fill=tuple(int(c) for c in layout.integers(60, 230, 3)))
    name = f"{words.choice(_NAMES)}  {words.integers(1, 29)}/{words.integers(1, 13)}/{words.integers(1930, 2015)}"
    draw.text((left, top + 10), f"Centre {form}", "black", font(int(layout.integers(16, 34))))
    draw.text((int(layout.integers(left, 320)), top + 60), name, "black", font(18))
    y, size, step = (int(layout.integers(*span)) for span in ((90, 200), (11, 17), (18, 30)))
    y += top
    if layout.random() < 0.4:
        draw.rectangle(
            (left, y, 620 - left, y + int(layout.integers(60, 250))), outline="black", width=2
        )
    for _ in range(int(layout.integers(8, 22))):
        line = " ".join(words.choice(_WORDS, int(words.integers(4, 10))))
        draw.text((left + 5, y), line, "black", font(size))
        y += step * (2 if layout.random() < 0.2 else 1)
    return np.array(page)


def skin(seed: int) -> Pixels:
    """A close-up of 480 x 360: even skin under a lamp, one lesion about the middle, pores, now and then hairs."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:360, 0:480].astype(np.float32)
    tone = rng.uniform((150, 95, 70), (235, 190, 170))
    light = 1 - rng.uniform(0.1, 0.4) * np.hypot(
        (x - rng.uniform(180, 300)) / 480, (y - rng.uniform(130, 230)) / 360
    )
    centre, radii = rng.uniform((190, 140), (290, 220)), rng.uniform(25, 90, 2)
    angle = np.arctan2(y - centre[1], x - centre[0])
    edge = sum(rng.normal(0, 0.12) * np.cos(k * angle + rng.uniform(0, 6)) for k in range(2, 7))
    lesion = 1 / (
        1
        + np.exp(12 * (np.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1]) - 1 - edge))
    )
    pores = cv2.GaussianBlur(rng.normal(0, 1, (360, 480)).astype(np.float32), (0, 0), 2.5) * 12
    colour = tone * rng.uniform((0.45, 0.3, 0.3), (0.9, 0.7, 0.7))
    picture = (tone + lesion[..., None] * (colour - tone)) * light[..., None] + (
        pores * rng.uniform(0.4, 1.5)
    )[..., None]
    picture = np.asarray(np.clip(picture, 0, 255), np.uint8)
    for _ in range(int(rng.integers(0, 12))):
        a, b = (tuple(int(v) for v in rng.uniform((0, 0), (480, 360))) for _ in range(2))
        cv2.line(picture, a, b, (60, 45, 40), 1, cv2.LINE_AA)
    return picture


def scene(seed: int) -> Pixels:
    """Overlapping discs of all sizes, 480 x 360: the statistics of edges in photos ("dead leaves")."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((360, 480, 3), np.uint8)
    for _ in range(600):
        radius = int(min(160, 6 / rng.random() ** 0.6))
        at = (int(rng.integers(0, 480)), int(rng.integers(0, 360)))
        cv2.circle(picture, at, radius, [int(c) for c in rng.integers(0, 256, 3)], -1)
    return picture


def pictures(folders: list[Path], count: int) -> dict[str, Named]:
    """Sorts of pictures; the name within a sort says which are no false match of one another."""
    return {
        "photos": photos(folders, 3),
        "scenes": [(str(i), scene(i)) for i in range(count)],
        "skin": [(str(i), skin(i)) for i in range(count)],
        "documents": [(str(i), document(i, 0)) for i in range(count)],
        "documents of one form": [
            (str(i % 5), document(i % 5 + 10**6, i)) for i in range(count // 2)
        ],
    }


def phash(picture: Pixels) -> int:
    """The usual 64 bits: 32 x 32 grey, the lowest 8 x 8 cosines against their median."""
    grey = cv2.resize(
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (32, 32), interpolation=cv2.INTER_AREA
    )
    low = cv2.dct(grey.astype(np.float32))[:8, :8].ravel()
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes(), "big")


def listed(found: Named) -> Denylist:
    """A list of all pictures, whose ids are their numbers."""
    key = Key(bytes(range(32)))
    entries = []
    for i, (_, picture) in enumerate(found):
        rows = key.pictures(fp.as_bits(fp.of_picture(picture)))
        hashes = tuple("".join(f"{int(w):016x}" for w in row) for row in rows)
        entries.append(Entry(id=f"{i:08x}", added=datetime.now(UTC).date(), pictures=hashes))
    return Denylist(tuple(entries), key)


def recall(sorts: dict[str, Named], sample: int) -> str:
    """Part of the pictures known again after each edit, by sort, and with pHash over all."""
    good = {s: [f for f in found if fp.of_picture(f[1])] for s, found in sorts.items()}
    chosen = {s: found[:: max(1, len(found) // sample)][:sample] for s, found in good.items()}
    rows = []
    for number, (edit, work) in enumerate(EDITS.items()):
        say(f"recall: {edit}")
        row, plain = [edit], []
        for found in chosen.values():
            rng, known, hits = np.random.default_rng(number), listed(found), []
            for i, (_, picture) in enumerate(found):
                edited = np.ascontiguousarray(work(picture, rng))
                hits.append(f"{i:08x}" in known.matches((), fp.views(edited)))
                plain.append((phash(picture) ^ phash(edited)).bit_count() <= 8)
            row.append(_percent(hits))
        rows.append([*row, _percent(plain)])
    return table(["known again, %", *chosen, "pHash, all"], rows)


def _percent(hits: list[bool]) -> str:
    return f"{100 * np.mean(hits):.1f}" if hits else ""


def false_matches(sorts: dict[str, Named]) -> str:
    """Pairs of different pictures, looked up and kept, that are fewer bits apart than each level."""
    every = [(sort, name, picture) for sort, found in sorts.items() for name, picture in found]
    kept = [fp.as_words(fp.as_bits(fp.of_picture(p))) for *_, p in every]
    ends = np.cumsum([len(k) for k in kept])
    columns, plain = np.concatenate(kept).T, [phash(p) for *_, p in every]
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, (sort, name, picture) in enumerate(every):
        if i % 50 == 0:
            say(f"pairs: {i} of {len(every)}")
        bits = fp.as_bits(fp.views(picture))
        near = closest(fp.as_words(np.concatenate([bits, fp.transposed(bits)])), columns)
        for j, (other, another, _) in enumerate(every):
            if i != j:
                least = near[ends[j] - len(kept[j]) : ends[j]].min(initial=fp.BITS)
                what = _pair(sort, other, same=name == another)
                pairs[what].append((int(least), (plain[i] ^ plain[j]).bit_count()))
    return _levels(pairs)


def _pair(sort: str, other: str, *, same: bool) -> str:
    if sort != other:
        return "different sorts"
    return f"{sort}, {'of one photo' if sort == 'photos' else 'another patient'}" if same else sort


def closest(queries: fp.Words, columns: NDArray[np.uint64]) -> NDArray[np.int16]:
    """For each kept hash the fewest bits apart from any query."""
    least = np.full(columns.shape[1], fp.BITS, np.int16)
    for query in queries:
        apart = np.bitwise_count(columns ^ query[:, None]).astype(np.int16)
        np.minimum(least, fp.mirrored(*apart), out=least)
    return least


def _levels(pairs: dict[str, list[tuple[int, int]]]) -> str:
    rows = []
    for what, apart in pairs.items():
        ours, plain = np.array(apart).T
        row = [what, f"{len(ours):,}", str(ours.min()), *(str((ours <= n).sum()) for n in LEVELS)]
        rows.append([*row, str((plain <= 8).sum())])
    return table(
        ["pairs that match", "pairs", "nearest", *(f"≤{n}" for n in LEVELS), "pHash"], rows
    )


def speed(entries: int, rounds: int) -> str:
    """Milliseconds to hash one photo and to look it up in a long list."""
    rng, key = np.random.default_rng(0), Key(bytes(32))
    today = datetime.now(UTC).date()
    full = Denylist(
        tuple(
            Entry(id=f"{i:08x}", added=today, pictures=(rng.bytes(32).hex(),))
            for i in range(entries)
        ),
        key,
    )
    picture = scene(0)
    found = fp.views(picture)
    full.matches((), found)
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for what, work in (
            ("hashes", lambda: fp.views(picture)),
            ("search", lambda: full.matches((), found)),
        ):
            start = time.perf_counter()
            work()
            took[what].append(1000 * (time.perf_counter() - start))
    rows = [[what, f"{np.median(t):.1f}", f"{min(t):.1f}"] for what, t in took.items()]
    return table([f"ms, {len(found)} views, {entries:,} entries", "median", "least"], rows)


def main() -> None:
    """Print recall by edit, false matches by sort, and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--count", type=int, default=150, help="Rendered pictures of each sort.")
    parser.add_argument(
        "--sample", type=int, default=40, help="Pictures of each sort that are edited."
    )
    given = parser.parse_args()
    sorts = pictures(given.photos, given.count)
    kept = [
        [s, str(len(f)), str(sum(bool(fp.of_picture(p)) for _, p in f))] for s, f in sorts.items()
    ]
    print(table(["pictures", "all", "that give a hash"], kept) + "\n")
    print(speed(10_000, 10) + "\n")
    print(recall(sorts, given.sample) + "\n")
    print(false_matches(sorts))


if __name__ == "__main__":
    main()
