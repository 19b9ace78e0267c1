"""Fingerprints: what is known again, what is not, and what has none."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.files import fingerprint
from linter.files.fingerprint import (
    SAME,
    as_bits,
    as_words,
    distance,
    find,
    of_payload,
    of_picture,
    transposed,
    views,
)


def scene(seed, wide=480, high=360):
    """Overlapping discs of all sizes: the edges of a photo."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((high, wide, 3), np.uint8)
    for _ in range(400):
        radius = int(min(160, 6 / rng.random() ** 0.6))
        at = (int(rng.integers(0, wide)), int(rng.integers(0, high)))
        cv2.circle(picture, at, radius, [int(c) for c in rng.integers(0, 256, 3)], -1)
    return picture


def same(kept, shown):
    """Whether a picture that was kept is known again in another."""
    bits = as_bits(views(np.ascontiguousarray(shown)))
    queries = as_words(np.concatenate([bits, transposed(bits)]))
    return bool(find(queries, as_words(as_bits(of_picture(kept))).T))


def jpeg(picture, quality):
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)


def cut(picture, left, right, top, bottom):
    high, wide = picture.shape[:2]
    return picture[
        round(top * high) : high - round(bottom * high),
        round(left * wide) : wide - round(right * wide),
    ]


def barred(picture, colour, above, below):
    shot = np.full((len(picture) + above + below, picture.shape[1], 3), colour, np.uint8)
    shot[above : above + len(picture)] = picture
    shot[above // 3 : above // 2, 10:60] = 255 - colour
    return shot


EDITS = {
    "nothing": lambda p: p,
    "jpeg": lambda p: jpeg(p, 30),
    "small": lambda p: cv2.resize(p, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA),
    "large": lambda p: cv2.resize(p, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC),
    "left": lambda p: cut(p, 0.1, 0, 0, 0),
    "all sides": lambda p: cut(p, 0.1, 0.1, 0.1, 0.1),
    "odd crop": lambda p: cut(p, 0.024, 0.076, 0.093, 0.011),
    "border": lambda p: np.pad(p, ((9, 9), (9, 9), (0, 0)), constant_values=255),
    "mirror": lambda p: p[:, ::-1],
    "upside down": lambda p: p[::-1],
    "quarter": np.rot90,
    "half": lambda p: np.rot90(p, 2),
    "three quarters": lambda p: np.rot90(p, 3),
    "transposed": lambda p: p.transpose(1, 0, 2),
    "colours": lambda p: np.clip(p * np.array([1.1, 1.02, 0.92]) + 8, 0, 255).astype(np.uint8),
    "dark bars": lambda p: barred(p, 0, 130, 110),
    "light bars": lambda p: barred(p, 255, 60, 90),
    "all of it": lambda p: jpeg(barred(cut(p, 0.05, 0.1, 0.02, 0), 20, 90, 90)[:, ::-1], 30),
}


@pytest.mark.parametrize("edit", EDITS)
def test_known_again(edit):
    assert all(same(scene(i), EDITS[edit](scene(i))) for i in range(3))


def test_border_in_the_kept_picture():
    assert same(barred(scene(1), 0, 90, 90), scene(1))


def test_other_pictures_stay_apart():
    kept = [scene(i) for i in range(4)]
    assert not any(same(k, scene(i)) for i, k in enumerate(kept, 100))


def test_hashes_are_numbers_of_256_bits_that_repeat():
    (kept,) = of_picture(scene(5))
    assert 0 < kept < 2**256
    assert of_picture(scene(5)) == (kept,)
    assert min(distance(kept, v) for v in views(scene(5))) == 0
    assert len(views(scene(5))) == 256


@pytest.mark.parametrize(
    "picture",
    [
        np.full((300, 300, 3), 255, np.uint8),
        np.zeros((300, 300, 3), np.uint8),
        np.repeat(np.linspace(0, 255, 300).astype(np.uint8), 900).reshape(300, 300, 3),
        np.full((300, 300, 3), 128, np.uint8)
        + np.random.default_rng(1).integers(0, 3, (300, 300, 3), np.uint8),
        scene(0)[:39, :200],
        np.zeros((0, 0, 3), np.uint8),
    ],
    ids=["white", "black", "gradient", "noise of a scanner", "small", "empty"],
)
def test_nothing_to_go_by(picture):
    assert of_picture(picture) == ()
    assert views(picture) == ()


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1), st.sampled_from([0, 3, 80])
)
def test_any_picture(high, wide, seed, spread):
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, spread + 1, (high, wide, 3)).astype(np.uint8)
    picture[: int(rng.integers(0, high + 1))] = int(rng.integers(0, 256))
    picture[:, int(rng.integers(0, wide)) :] = int(rng.integers(0, 256))
    assert all(h < 2**256 for h in (*of_picture(picture), *views(picture)))
    assert len(views(picture)) <= 3 * 256


def test_very_long_picture():
    strip = np.tile(scene(2), (1, 40, 1))[:60]
    assert all(h < 2**256 for h in of_picture(strip))


def test_words_and_bits():
    hashes = (1, 2**255, (1 << 256) - 1, 0x1234 << 100)
    words = as_words(as_bits(hashes))
    assert [sum(int(w) << 64 * (3 - i) for i, w in enumerate(row)) for row in words] == [*hashes]
    assert as_bits(()).shape == (0, 256)
    assert find(words[:0], words.T) == set()
    assert find(words, words[:0].T) == set()


def test_distance():
    assert distance(0, (1 << 256) - 1) == 256
    assert distance(0b1011, 0b0010) == 2
    assert SAME < 128


def test_transposed_twice_is_the_same():
    bits = as_bits(of_picture(scene(3)))
    assert (transposed(transposed(bits)) == bits).all()
    assert (transposed(bits) != bits).any()


HC1 = "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9MKN4NN3F85QNCY0O%0"
DOC = "DC04FR0AXT4A0E8D8D1FRL101L0BRESSOL\x1dL1ODETTE\x1dL231051962\x1fSIGNATUREBASE32"


@pytest.mark.parametrize(
    ("code", "pasted"),
    [
        (HC1, f"  {HC1}\n"),
        (HC1, HC1[:40] + "\n" + HC1[40:]),
        (HC1, f"https://bonjour.tousanticovid.gouv.fr/app/wallet?v={HC1.replace('%', '%25')}"),
        (DOC, DOC.replace("\x1d", "").replace("\x1f", "")),
        (
            DOC,
            "https://bonjour.tousanticovid.gouv.fr/app/wallet?v="
            + DOC.replace("\x1d", "%1D").replace("\x1f", "%1F"),
        ),
        ("URN:UVCI:01:FR:T5DWTJYS4ZR8#4", "01:fr:t5dwtjys4zr8#4"),
    ],
)
def test_same_payload_however_it_was_pasted(code, pasted):
    assert of_payload(code) == of_payload(pasted)


def test_other_payloads_differ():
    assert len({of_payload(t) for t in (HC1, HC1[:-1], DOC, "", "x", "https://a.test/?v=x")}) == 5
    assert fingerprint.Prints() == fingerprint.Prints((), (), ())


@given(st.text())
def test_any_payload(text):
    assert len(of_payload(text)) == 64
    assert text not in of_payload(text) or len(text) < 3
