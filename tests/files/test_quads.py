"""Where lines stand, and where a picture is looked at again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.files import quads
from linter.finding import Box


def quad(x: float, y: float, wide: float, high: float, degrees: float = 0.0):
    corners = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]], np.float32)
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    return corners @ turn + np.float32(600)


@pytest.mark.parametrize("degrees", [0, 7, -12, 25, 90, 178, 180, 270])
def test_leaning_lines_are_levelled(degrees):
    first, second = quad(0, 0, 300, 20, degrees), quad(0, 40, 300, 20, degrees + 1)
    one, two = quads.level([first, second])
    assert one.y1 <= two.y0 + 1
    assert abs(one.x0 - two.x0) <= 4
    assert quads.level([]) == []


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_line_that_is_turned_is_cut_out_upright(quarters):
    page = np.full((400, 400, 3), 255, np.uint8)
    page[100:120, 50:200] = 90
    page[100:120, 50:90] = 0  # the line begins dark
    pixels = np.ascontiguousarray(np.rot90(page, -quarters))
    rows, columns = np.nonzero(pixels[..., 0] < 200)
    line = quads.corners(Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    cut = quads.cut(pixels, quads.turned(line, quarters))
    assert cut.shape[0] == quads.HIGH
    assert cut.shape[1] > 6 * quads.HIGH
    assert cut[:, :60].mean() < 40
    assert cut[:, -60:].mean() > 80


def test_a_line_longer_than_the_network_takes_is_pressed():
    pixels = np.zeros((30, 9000, 3), np.uint8)
    assert quads.cut(pixels, quads.corners(Box(0, 0, 9000, 30))).shape == (48, 3840, 3)


@given(st.integers(1, 30_000), st.integers(1, 3000))
def test_tiles_cover_a_picture_and_none_is_large(high, wide):
    rows, columns = np.zeros(high, int), np.zeros(wide, int)
    for tile in quads.tiles(high, wide):
        assert max(tile.x1 - tile.x0, tile.y1 - tile.y0) <= 960
        rows[tile.y0 : tile.y1] += 1
        columns[tile.x0 : tile.x1] += 1
    assert rows.min() > 0
    assert columns.min() > 0


@given(st.integers(8, 64_000), st.integers(8, 64_000))
def test_the_first_look_is_of_a_bounded_size(high, wide):
    scale = quads.first_scale(high, wide)
    sides = sorted((round(high * scale), round(wide * scale)))
    assert sides[1] <= 14 * 960
    assert sides[0] <= 960


def test_a_map_becomes_the_lines_it_shows():
    chances = np.zeros((200, 300), np.float32)
    chances[50:60, 40:240] = 0.9
    chances[120:130, 40:140] = 0.4
    chances[5:6, 5:6] = 0.9
    told = sorted(quads.outlined(chances), key=lambda x: -x[1])
    assert [score > 0.5 for _, score in told] == [True, False]
    box = quads.around(told[0][0])
    assert abs((box.y0 + box.y1) / 2 - 55) <= 1
    assert 15 <= box.y1 - box.y0 <= 30
    assert abs((box.x0 + box.x1) / 2 - 140) <= 1


@given(st.integers(0, 2**32 - 1))
def test_lines_of_any_map_lie_in_it(seed):
    chances = np.random.default_rng(seed).random((40, 60), np.float32)
    for line, score in quads.outlined(chances):
        assert line.min() >= 0
        assert (line.max(axis=0) <= (60, 40)).all()
        assert 0 <= score <= 1


def test_a_tile_tells_nothing_of_the_rim_that_its_neighbour_sees_better():
    part = np.ones((960, 960), np.float32)
    told = quads.faded(part, Box(0, 768, 960, 1728), 2496, 960)
    assert told[0].sum() == told[-1].sum() == 0
    assert told[480].sum() == 960
    assert (quads.faded(part, Box(0, 0, 960, 960), 960, 960) == 1).all()


def test_small_print_is_looked_at_again():
    fine = [quad(0, 30 * n, 300, 12) for n in range(4)]
    large = [quad(0, 60 * n, 600, 40) for n in range(9)]
    assert len(quads.small_print(fine, [], 1.0)) == 8
    assert quads.small_print(large, fine[:2], 1.0) == []
    assert quads.small_print(large, fine[:3], 1.0) != []
    part, scale = quads.region(fine, (3000, 4000), 0.24)
    assert scale > 0.24
    assert part.y0 <= 540
    assert part.y1 >= 732


def test_a_look_is_made_wider_where_lines_reach_its_rim():
    line = [quad(0, 0, 300, 20)]
    assert quads.reaches(line, Box(500, 500, 920, 720), (3000, 4000))
    assert not quads.reaches(line, Box(400, 400, 1200, 900), (3000, 4000))
    assert not quads.reaches(line, Box(0, 0, 920, 720), (720, 920))


def test_a_line_that_the_closer_look_found_is_known():
    assert quads.known(quad(0, 0, 300, 20), [quad(0, 2, 140, 20), quad(150, 2, 150, 20)])
    assert not quads.known(quad(0, 0, 300, 20), [quad(0, 60, 300, 20)])
    assert not quads.known(quad(0, 0, 300, 20), [])


def test_boxes_are_whole_pixels_from_nought():
    line = np.array([[-3.5, 2.2], [9.1, 2], [9, 7.4], [-3, 7]], np.float32)
    assert quads.around(line) == Box(0, 2, 10, 8)
