"""Bare skin: every tone of it, and what has other colours."""

import cv2
import numpy as np
import pytest
from files import making_faces as made

from linter.files import skin
from linter.files.content import Pixels
from linter.seen import What

MONK = "f6ede4 f3e7db f7ead0 eadaba d7bd96 a07e56 825c43 604134 3a312a 292420".split()
"""The Monk skin tone scale (Monk, 2019), from light to dark, as sRGB."""


def shaded(colour: str, low: float = 0.6) -> Pixels:
    """A surface of one colour under uneven light, with the noise of a camera."""
    rng = np.random.default_rng(0)
    light = rng.uniform(low, 1, (4, 5)).astype(np.float32)
    light = cv2.resize(light, (400, 300), interpolation=cv2.INTER_CUBIC)
    lit = np.array(list(bytes.fromhex(colour))) * light[..., None] + rng.normal(0, 6, (300, 400, 3))
    return lit.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("tone", MONK)
def test_skin_of_every_tone(tone: str) -> None:
    seen = skin.bare(shaded(tone))
    assert seen is not None
    assert seen.what is What.SKIN
    assert skin.bare(shaded(tone, 0.4)) is not None


def test_compressed_dark_skin() -> None:
    _, data = cv2.imencode(".jpg", shaded(MONK[-1])[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 60])
    assert skin.bare(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)) is not None


def test_wound() -> None:
    assert skin.bare(made.wound()) is not None


@pytest.mark.parametrize(
    "colour",
    ["466e28", "87b4e6", "286e96", "1e6e5a", "808080", "f0f0f0", "fcfaf2", "141211"],
    ids=["grass", "sky", "blue drape", "green drape", "grey", "white", "paper", "night"],
)
def test_other_surfaces(colour: str) -> None:
    assert skin.bare(shaded(colour)) is None


@pytest.mark.parametrize("draw", [made.head_slice, made.x_ray, made.page, made.smiley])
def test_other_pictures(draw: object) -> None:
    assert callable(draw)
    assert skin.bare(draw()) is None


def test_the_ground_of_a_screen_is_no_skin() -> None:
    screen = np.full((300, 400, 3), (229, 221, 213), np.uint8)
    screen[40:80, 20:300] = 30
    assert skin.bare(screen) is None
    _, data = cv2.imencode(".jpg", screen, [cv2.IMWRITE_JPEG_QUALITY, 70])
    assert skin.bare(cv2.imdecode(data, cv2.IMREAD_COLOR)) is None


def test_wood_is_not_told_from_skin() -> None:
    """Known, and the reason why nothing but a note follows."""
    assert skin.bare(shaded("c8a06e")) is not None


def test_a_person_in_a_room_is_less_than_skin() -> None:
    room = shaded("87b4e6")
    room[80:220, 120:240] = shaded(MONK[5])[80:220, 120:240]
    assert skin.bare(room) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 60000), (60000, 1)])
def test_odd_sizes(shape: tuple[int, int]) -> None:
    assert skin.bare(np.zeros((*shape, 3), np.uint8)) is None
