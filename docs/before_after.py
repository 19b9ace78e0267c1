"""Draw the picture of docs/files.md: a photo that tells too much, and its safe copy.

    python docs/before_after.py

renders a page and a certificate on a desk, all people invented, has hippolint check the photo and write its safe copy, and
puts both side by side into `docs/before-after.png`. Run it when files are looked at or covered in another way.
"""  # noqa: INP001 # a script, not a package

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from linter.pipeline import Linter
from linter.post import Attachment, Post

FOLDER = Path(__file__).parent
sys.path.append(str(FOLDER.parent / "tests"))

from files.making_codes import eu_certificate, symbol  # noqa: E402 # found in the folder above

_LINES = (
    "CLINIQUE DES TROIS TOURS",
    "Compte rendu de biologie",
    "",
    "NOM : LEROUX-DELMAS",
    "PRENOM : MAELYS",
    "NEE LE : 31/05/1962",
    "IPP : 8003412977",
    "",
    "Hemoglobine        7,9 g/dL",
    "Ferritine             4 ng/mL",
    "Plaquettes         612 G/L",
)
_PAGE, _DESK = (820, 900), (1500, 1060)


def main() -> None:
    """Write the picture."""
    with TemporaryDirectory() as name, Linter() as linter:
        photo = Path(name) / "photo.jpg"
        Image.fromarray(_desk()).save(photo, quality=92)
        post = Post(
            "Anémie ferriprive, gastroscopie normale : et après ?", attachments=(Attachment(photo),)
        )
        made = Path(name) / "safe"
        linter.safe_copy(post, linter.check(post), 0, made, compare=True)
        beside = Image.open(made.with_name("safe-side-by-side.png"))
        beside.quantize(64, dither=Image.Dither.NONE).save(
            FOLDER / "before-after.png", optimize=True
        )


def _desk() -> np.ndarray:
    """A page and a code on a wooden desk, seen a little from the side."""
    rng = np.random.default_rng(7)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (_DESK[1], 40)).astype(np.float32), (1, 31), 0)
    wood = cv2.resize(grain, _DESK, interpolation=cv2.INTER_CUBIC)[:, :, None] * 90
    desk = np.clip(np.array([120, 96, 74]) + wood, 0, 255).astype(np.uint8)
    _lay(desk, _page(), [(80, 90), (840, 60), (880, 940), (60, 990)])
    _lay(desk, _code(), [(960, 330), (1400, 300), (1420, 750), (970, 770)])
    return cv2.GaussianBlur(desk, (0, 0), 0.7)


def _page() -> np.ndarray:
    page = Image.new("RGB", _PAGE, (246, 245, 240))
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(_LINES):
        size = 40 if number == 0 else 32
        draw.text(
            (60, 50 + number * 74), line, font=ImageFont.load_default(size), fill=(30, 30, 40)
        )
    return np.asarray(page)


def _code() -> np.ndarray:
    modules = symbol(eu_certificate(), zxingcpp.BarcodeFormat.QRCode)
    framed = np.pad(modules, 4, constant_values=255)
    large = np.kron(framed, np.ones((8, 8), np.uint8))
    return np.stack([large] * 3, axis=-1)


def _lay(desk: np.ndarray, sheet: np.ndarray, corners: list[tuple[int, int]]) -> None:
    """Put a sheet on the desk, its corners where they are given."""
    high, wide = sheet.shape[:2]
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    laid = cv2.warpPerspective(sheet, turn, _DESK)
    covered = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), turn, _DESK) > 0
    desk[covered] = laid[covered]


if __name__ == "__main__":
    main()
