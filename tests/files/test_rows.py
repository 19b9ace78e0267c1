"""Small print in large photos."""

import cv2
import numpy as np
import pytest
from files.making_codes import photo
from files.making_faces import scene, wound, x_ray
from files.making_pages import document, recall
from files.making_shots import far, table_top, turned

from linter.files.ocr import Reader
from linter.files.quads import around, corners
from linter.files.rows import rows
from linter.finding import Box

PAGES = ("letter", "laboratory", "prescription", "wristband", "whiteboard", "discharge")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("side", [500, 800])
def test_pages_of_a_few_hundred_pixels_are_seen(name, side):
    found = rows(far(document(name).pixels, 4000, 3000, side))
    assert found
    box = around(found[0].quad)
    assert box.x0 >= 1500
    assert box.y0 >= 850
    assert box.x1 <= 1650 + side
    assert box.y1 <= 950 + side


def test_a_slanted_page_is_seen():
    page = turned(document("letter").pixels, 8)
    assert rows(far(page, 4000, 3000, 800))


@pytest.mark.parametrize(
    "picture",
    [
        table_top(4000, 3000),
        cv2.cvtColor(np.asarray(photo(4000, 3000, 2)), cv2.COLOR_GRAY2RGB),
        scene(3000, 4000),
        cv2.resize(wound(), None, fx=4, fy=4),
        cv2.resize(x_ray(), None, fx=4, fy=4),
        np.random.default_rng(1).integers(0, 256, (2000, 2600, 3)).astype(np.uint8),
        np.zeros((30, 30, 3), np.uint8),
    ],
    ids=["table", "photo", "room", "wound", "X-ray", "noise", "tiny"],
)
def test_no_print(picture):
    assert rows(picture) == []


def test_what_was_read_is_known():
    place = rows(far(document("letter").pixels, 4000, 3000, 800))[0]
    lines = [
        corners(Box(int(x) - 80, int(y) - 9, int(x) + 80, int(y) + 9)) for x, y in place.middles
    ]
    assert place.known(lines)
    assert not place.known(lines[: len(lines) // 3])
    assert not place.known([place.quad])


def test_small_print_is_read():
    page = document("discharge")
    lines = Reader().read(far(page.pixels, 4000, 3000, 700))
    assert recall(page, [line.text for line in lines])[0] > 0.9
