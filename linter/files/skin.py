"""Bare skin by its colour: enough to ask a human to look for marks, never to judge."""

import cv2
import numpy as np

from linter.files.content import Pixels
from linter.seen import Seen, What

_SIDE = 256
_CR, _CB = (133, 173), (77, 127)
"""Red and blue difference of skin (Chai and Ngan, IEEE Trans. CSVT 9(4), 1999). Wood, sand, cardboard, brick and beige
walls share them: what follows from it is a note."""
_MIDDLE = 128.0
"""Luma under which the differences are taken as if the place were lit to it: they shrink with the light, and those of
the two darkest of the ten Monk skin tones (Monk, 2019) would be next to none."""
_DARKEST = 20
"""Luma under which colour is noise."""
_LEAST = 0.3
"""Share of the picture: a hand, a back, a close-up; a person who stands in a room is less."""
_FLAT = 0.5
"""Share of one colour in a drawn ground."""


def bare(pixels: Pixels) -> Seen | None:
    """Whether much of a picture has the colours of skin; the score is the share.

    Args:
        pixels: RGB, (height, width, 3).
    """
    # every third pixel of 12 megapixels first: a twelfth of the time
    few = _within(pixels, 4 * _SIDE, cv2.INTER_NEAREST)
    small = _within(few, _SIDE, cv2.INTER_AREA)
    luma, cr, cb = cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb).astype(np.float32))
    lit = _MIDDLE / luma.clip(_DARKEST, _MIDDLE)
    red = (cr <= _CR[1]) & (128 + (cr - 128) * lit >= _CR[0])
    blue = (cb >= _CB[0]) & (128 + (cb - 128) * lit <= _CB[1])
    like = (luma >= _DARKEST) & red & blue
    share = float(like.mean())
    if share < _LEAST or _one_tone(small[like]):
        return None
    return Seen(What.SKIN, round(share, 2))


def _one_tone(colours: Pixels) -> bool:
    """Whether most of some pixels, (count, 3), are of one colour, as the ground of a page on a screen is and no skin."""
    told = np.unique(colours >> 2, axis=0, return_counts=True)[1]
    return bool(told.max() > _FLAT * len(colours))


def _within(pixels: Pixels, side: int, how: int) -> Pixels:
    """The picture, its longer side at most so many pixels."""
    high, wide = pixels.shape[:2]
    scale = side / max(high, wide)
    if scale >= 1:
        return pixels
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
