"""Bare skin by its colour: enough to ask a human to look for marks, never to judge."""

import cv2

from linter.files.content import Pixels
from linter.seen import Seen, What

_SIDE = 256
_CR, _CB = (133, 173), (77, 127)
"""Red and blue difference of skin of every tone (Chai and Ngan, IEEE Trans. CSVT 9(4), 1999). Wood, sand and beige walls
share them: what follows from it is a note."""
_DARKEST = 30
"""Luma under which colour is noise."""
_LEAST = 0.3
"""Share of the picture: a hand, a back, a close-up; a person who stands in a room is less."""


def bare(pixels: Pixels) -> Seen | None:
    """Whether much of a picture has the colours of skin; the score is the share.

    Args:
        pixels: RGB, (height, width, 3).
    """
    scale = _SIDE / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    luma, cr, cb = cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb))
    like = (luma > _DARKEST) & (cr >= _CR[0]) & (cr <= _CR[1]) & (cb >= _CB[0]) & (cb <= _CB[1])
    share = float(like.mean())
    return Seen(What.SKIN, round(share, 2)) if share >= _LEAST else None
