"""A job that somebody has alone in a place leaves hardly anybody else there."""

import pytest

from linter.finding import Entity
from linter.post import Post

PAIRS = [
    (
        "fr",
        "Patiente de 52 ans, coiffeuse à Guéret, dépression sévère.",
        "Patiente de 52 ans, seule coiffeuse à Guéret, dépression sévère.",
    ),
    (
        "en",
        "My patient, 52, a firefighter in Stornoway, has new onset psychosis.",
        "My patient, 52, the only female firefighter in Stornoway, has new onset psychosis.",
    ),
]


@pytest.mark.parametrize(("lang", "one_of_many", "only"), PAIRS)
def test_far_fewer_match(lang, one_of_many, only, linter):
    many, one = (_share(linter.check(Post(text, lang=lang))) for text in (one_of_many, only))
    assert one < many / 10


def _share(verdict):
    return next(f.share for f in verdict.anonymity.factors if f.entity is Entity.OCCUPATION)
