"""Codes in pictures: read, located although unreadable, and not seen where there is none."""

import time

import cv2
import numpy as np
import pytest
import zxingcpp
from files import making_codes as making
from files.making_codes import FORMAT, Shot
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linter.files.certificates import expose
from linter.files.codes import Code, read
from linter.files.content import Pixels

DOC = making.two_d_doc(*making.VACCINATION_DOC)
EU = making.eu_certificate()
BOTH = {"doc": making.symbol(DOC, FORMAT.DataMatrix), "eu": making.symbol(EU, FORMAT.QRCode)}
BACK = making.photo(900, 640, 1)


def payloads(codes: tuple[Code, ...]) -> list[str | None]:
    return [c.payload for c in codes]


def rgb(grey: making.Grey) -> Pixels:
    return np.ascontiguousarray(np.dstack([grey] * 3))


def plain(text: str, kind: zxingcpp.BarcodeFormat, scale: int = 4) -> making.Grey:
    code = np.kron(making.symbol(text, kind), np.ones((scale, scale), np.uint8))
    return np.pad(code, 12 * scale, constant_values=255)


@pytest.mark.parametrize("kind", ["QRCode", "DataMatrix", "Aztec", "PDF417"])
def test_formats(kind: str) -> None:
    codes = read(rgb(plain(DOC, getattr(FORMAT, kind))))
    assert payloads(codes) == [DOC]
    assert codes[0].score == 1
    assert codes[0].format.startswith(kind[:2])


def test_linear_and_small_codes() -> None:
    bars = np.repeat(plain("PAT-004217", FORMAT.Code128, 3), 2, axis=0)
    assert payloads(read(rgb(bars))) == ["PAT-004217"]
    assert read(rgb(np.repeat(plain("AB12", FORMAT.Code128, 3), 2, axis=0))) == ()
    assert payloads(read(rgb(plain("12345", FORMAT.MicroQRCode)))) == ["12345"]


def test_payload_is_not_shown() -> None:
    assert "LEROUX" not in repr(read(rgb(plain(DOC, FORMAT.DataMatrix))))


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    "shot",
    [
        Shot(),
        Shot(2),
        Shot(angle=45, module=3),
        Shot(angle=200),
        Shot(mirrored=True),
        Shot(ink=235, paper=25),
        Shot(perspective=0.12, module=4),
        Shot(ink=90, paper=170, module=3),
    ],
    ids=str,
)
def test_held_codes(name: str, shot: Shot) -> None:
    codes = read(making.shown(BACK, BOTH[name], shot, 3))
    told = expose(codes[0].payload or "")
    assert told
    assert {"name", "birth_date"} <= set(told.fields)
    assert len(codes) == 1


@pytest.mark.parametrize("seed", range(4))
def test_codes_too_small_to_be_read_are_reported(seed: int) -> None:
    for name, module in (("doc", 1.2), ("eu", 1.3)):
        codes = read(making.shown(BACK, BOTH[name], Shot(module), seed))
        assert payloads(codes) == [None], (name, module)
        assert 0.5 < codes[0].score < 1


@pytest.mark.parametrize("name", BOTH)
def test_damaged_codes_are_reported(name: str) -> None:
    code = BOTH[name].copy()
    middle = len(code) // 2
    code[middle - 13 : middle + 13, middle - 13 : middle + 13] = 128
    codes = read(making.shown(BACK, code, Shot(5), 1))
    assert payloads(codes) == [None]


def test_place() -> None:
    picture = np.full((600, 800), 240, np.uint8)
    code = plain(DOC, FORMAT.DataMatrix, 3)
    picture[100 : 100 + len(code), 300 : 300 + len(code)] = code
    box = read(rgb(picture))[0].box
    edge, side = 36, 52 * 3
    wanted = (300 + edge, 100 + edge, 300 + edge + side, 100 + edge + side)
    assert np.abs(np.subtract((box.x0, box.y0, box.x1, box.y1), wanted)).max() <= 6


def test_several_codes() -> None:
    one = making.shown(BACK, BOTH["eu"], Shot(3), 3)[..., 0]
    picture = np.hstack([one, making.shown(BACK, BOTH["doc"], Shot(2), 4)[..., 0]])
    picture = np.vstack([picture, np.pad(plain("https://example.org", FORMAT.QRCode, 6), ((0, 0), (0, 1800)), constant_values=200)[:, :1800]])  # fmt: skip
    codes = read(rgb(picture))
    assert sorted(filter(None, payloads(codes))) == sorted([DOC, EU, "https://example.org"])


def test_an_unread_code_beside_a_read_one() -> None:
    picture = making.shown(BACK, BOTH["doc"], Shot(1.2), 3)[..., 0]
    large = plain("https://example.org", FORMAT.QRCode, 6)
    picture = np.hstack([picture, np.full((len(picture), len(large)), 240, np.uint8)])
    picture[: len(large), -len(large) :] = large
    assert payloads(read(rgb(picture))) == ["https://example.org", None]


def test_small_code_in_a_large_photo() -> None:
    back = making.photo(4000, 3000, 2)
    small = making.shown(back, BOTH["doc"], Shot(2.5, quality=80), 5)
    begin = time.process_time()
    codes = read(small)
    assert payloads(codes) == [DOC]
    assert time.process_time() - begin < 1  # 0.15 s on an idle core


def test_pictures_without_codes() -> None:
    pictures = making.without_codes(760, 560, 1)
    assert [name for name, picture in pictures.items() if read(picture)] == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (19, 500), (20, 20), (3000, 21), (36, 36)])
def test_shapes(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (*shape, 3)).astype(np.uint8)
    for code in read(noise):
        assert code.payload is None


@settings(max_examples=25)
@given(arrays.arrays(np.uint8, (48, 52, 3)), st.integers(1, 5))
def test_no_picture_crashes(pixels: Pixels, times: int) -> None:
    large = cv2.resize(pixels, None, fx=times, fy=times, interpolation=cv2.INTER_NEAREST)
    height, width = large.shape[:2]
    for code in read(np.ascontiguousarray(large)):
        assert 0 <= code.box.x0 < code.box.x1 <= width
        assert 0 <= code.box.y0 < code.box.y1 <= height
