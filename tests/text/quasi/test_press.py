"""Somebody of whom the press told, beside what they suffer from, asks for a reading."""

import pytest

from linter.post import Post

TOLD = [
    ("fr", "Elle est passée aux infos, la dame du pont, elle est chez nous avec un VIH."),
    ("en", "She was in the papers, the one who fell off the pier, and has hepatitis C."),
]
NOT_TOLD = [
    ("fr", "Le directeur de l'ARS est passé aux infos. Patiente de 45 ans sous lithium."),
    ("en", "The strike was in the news again. 57 yo man with T2DM, on metformin."),
    ("en", "My registrar was amazing, she was in the papers for her charity run."),
]


@pytest.mark.parametrize(("lang", "text"), TOLD)
def test_it_is_reviewed(lang, text, linter):
    assert linter.check(Post(text, lang=lang)).decision == "review"


@pytest.mark.parametrize(("lang", "text"), NOT_TOLD)
def test_other_news_pass(lang, text, linter):
    assert linter.check(Post(text, lang=lang)).decision == "allow"
