"""Faces: covered, turned, small, cut; and what only looks like one."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from files import making_faces as made
from files.making_faces import FACE, bars, disc, mask, mosaic, worn
from files.making_pages import letter
from files.making_shots import handheld, turned

from linter.files import faces
from linter.files.content import Pixels
from linter.files.faces import POSSIBLE, SURE, Finder
from linter.finding import Box
from linter.seen import Seen, What

COVERED = ("eyes_covered",)
SIDES, OFFSET = (FACE.x0, FACE.y0, FACE.x1, FACE.y1), (400, 300, 400, 300)


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder()


@pytest.fixture(scope="module")
def portrait() -> Pixels:
    return made.portrait()


def shrunk(pixels: Pixels, share: float) -> Pixels:
    return cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA).astype(
        np.uint8
    )


def pasted(ground: Pixels, part: Pixels, x: int, y: int) -> Pixels:
    out = ground.copy()
    out[y : y + part.shape[0], x : x + part.shape[1]] = part
    return out


def near(found: Box | None, box: Box) -> bool:
    """Whether two boxes have their centres within a quarter of the second one's width."""
    if found is None:
        return False
    apart = (
        abs(found.x0 + found.x1 - box.x0 - box.x1),
        abs(found.y0 + found.y1 - box.y0 - box.y1),
    )
    return max(apart) < (box.x1 - box.x0) / 2


def only(found: tuple[Seen, ...]) -> Seen:
    assert [s.what for s in found] == [What.FACE]
    assert found[0].score >= SURE
    return found[0]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        pytest.param(lambda p: p, (), id="as it is"),
        pytest.param(lambda p: bars(p, [FACE], 0), COVERED, id="black bar"),
        pytest.param(lambda p: bars(p, [FACE], 255), COVERED, id="white bar"),
        pytest.param(lambda p: mosaic(p, [FACE]), COVERED, id="squares"),
        pytest.param(lambda p: mask(p, [FACE]), (), id="mask"),
        pytest.param(lambda p: worn(p, [FACE]), (), id="grey and blurred"),
    ],
)
def test_covered(
    finder: Finder,
    portrait: Pixels,
    change: Callable[[Pixels], Pixels],
    fields: tuple[str, ...],
) -> None:
    face = only(finder.find(change(portrait)))
    assert near(face.box, FACE)
    assert face.fields == fields


@pytest.mark.parametrize(
    ("turns", "box"),
    [
        (1, Box(FACE.y0, 512 - FACE.x1, FACE.y1, 512 - FACE.x0)),
        (2, Box(512 - FACE.x1, 600 - FACE.y1, 512 - FACE.x0, 600 - FACE.y0)),
        (3, Box(600 - FACE.y1, FACE.x0, 600 - FACE.y0, FACE.x1)),
    ],
)
def test_turned(finder: Finder, portrait: Pixels, turns: int, box: Box) -> None:
    """A barred face that lies on its side, or upside down."""
    barred = bars(portrait, [FACE], 0)
    face = only(finder.find(np.ascontiguousarray(np.rot90(barred, turns))))
    assert near(face.box, box)
    assert face.fields == COVERED


def test_third_of_the_size(finder: Finder, portrait: Pixels) -> None:
    face = only(finder.find(shrunk(portrait, 1 / 3)))
    assert near(face.box, Box(FACE.x0 // 3, FACE.y0 // 3, FACE.x1 // 3, FACE.y1 // 3))


def test_cut_by_the_border(finder: Finder, portrait: Pixels) -> None:
    """A third of the face is outside."""
    cut = np.ascontiguousarray(portrait[:, FACE.x0 + 56 :])
    face = only(finder.find(cut))
    assert face.box is not None
    assert face.box.x0 < 10


def test_small_in_a_large_picture(finder: Finder, portrait: Pixels) -> None:
    """A face of 120 pixels in 12 megapixels, 3 % of the width."""
    part = shrunk(portrait, 120 / (FACE.x1 - FACE.x0))
    by = part.shape[1] / portrait.shape[1]
    face = only(finder.find(pasted(made.scene(3000, 4000), part, 2600, 1100)))
    box = Box(*(round(n * by) for n in (FACE.x0, FACE.y0, FACE.x1, FACE.y1)))
    assert near(face.box, Box(box.x0 + 2600, box.y0 + 1100, box.x1 + 2600, box.y1 + 1100))


def test_every_face_of_a_group(finder: Finder, portrait: Pixels) -> None:
    row = np.hstack([portrait[100:400, 120:420]] * 4)
    found = finder.find(row)
    assert [s.what for s in found] == [What.FACE] * 4
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_portrait_on_a_page_is_a_possible_face(finder: Finder, portrait: Pixels) -> None:
    printed = pasted(made.page(), shrunk(portrait[60:420, 120:420], 0.5), 700, 120)
    assert [s.what for s in finder.find(printed)] == [What.POSSIBLE_FACE]


@pytest.mark.parametrize("place", [(900, 40), (500, 450)], ids=["in the head", "in the text"])
@pytest.mark.parametrize(
    "shot", [lambda p: p, handheld, lambda p: turned(p, 7)], ids=["scan", "hand", "7°"]
)
def test_portrait_on_a_page_that_was_photographed(
    finder: Finder, portrait: Pixels, place: tuple[int, int], shot: Callable[[Pixels], Pixels]
) -> None:
    page = pasted(letter().pixels, shrunk(portrait, 0.5), *place)
    assert [s.what for s in finder.find(shot(page))] == [What.POSSIBLE_FACE]


def test_a_small_face_in_a_large_photo_is_found(finder: Finder, portrait: Pixels) -> None:
    """Faces of 55 pixels in 12 megapixels, one of them where the two halves of the look meet."""
    for x in (600, 1850, 3100):
        room = pasted(made.scene(3000, 4000), shrunk(portrait, 55 / 170), x, 1400)
        assert finder.find(room)


@pytest.mark.parametrize("ground", ["room", "wall", "sheet"])
def test_portrait_with_pale_surroundings_is_a_face(
    finder: Finder, portrait: Pixels, ground: str
) -> None:
    behind = {
        "room": made.scene(1000, 1300),
        "wall": np.full((1000, 1300, 3), 235, np.uint8),
        "sheet": (made.scene(1000, 1300) // 8 + 200).astype(np.uint8),
    }[ground]
    only(finder.find(pasted(behind, shrunk(portrait, 0.6), 300, 450)))


def test_portrait_before_a_white_wall_is_a_face(finder: Finder, portrait: Pixels) -> None:
    wall = pasted(np.full((1100, 900, 3), 245, np.uint8), shrunk(portrait, 0.6), 300, 740)
    only(finder.find(wall))


def test_smiley_over_a_face_hides_nothing(finder: Finder, portrait: Pixels) -> None:
    covered = shrunk(disc(portrait, [FACE]), 0.3)
    found = finder.find(pasted(made.scene(700, 900), covered, 400, 300))
    assert {s.what for s in found} <= {What.FACE, What.POSSIBLE_FACE}
    assert near(found[0].box, Box(*(n * 3 // 10 + o for n, o in zip(SIDES, OFFSET, strict=True))))


def test_drawing_laid_on_a_photo_is_a_possible_face() -> None:
    """Somebody may be under it, however sure the network is."""
    photo = pasted(made.scene(700, 900), made.smiley(), 200, 50)
    face = faces._Face(0.9, (200, 50, 800, 650))
    assert POSSIBLE <= faces._capped(face, faces._grey(photo), photo).score < SURE


@pytest.mark.parametrize(
    "draw",
    [
        made.smiley,
        made.line_drawing,
        made.head_slice,
        made.x_ray,
        made.wound,
    ],
)
def test_no_face(finder: Finder, draw: Callable[[], Pixels]) -> None:
    assert finder.find(draw()) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (9, 9)])
def test_odd_sizes(finder: Finder, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    assert finder.find(noise) == ()


def test_boxes_stay_within(finder: Finder, portrait: Pixels) -> None:
    """A picture that is nearly all face."""
    high, wide = 150, 120
    close = np.ascontiguousarray(portrait[160 : 160 + high, 200 : 200 + wide])
    for seen in finder.find(close):
        assert seen.box is not None
        assert 0 <= seen.box.x0 < seen.box.x1 <= wide
        assert 0 <= seen.box.y0 < seen.box.y1 <= high
        assert POSSIBLE <= seen.score <= 1
