"""Running systems over a corpus."""

import pytest

from linter.evaluation.evaluate import compare, evaluate

POSTS = """
### a | fr | allow
Rien.

### b | en | block
[John](PERSON:patient)
"""


class Fake:
    """Says the same of every post, and keeps what it was asked."""

    def __init__(self, judge, decision):
        self._judge, self._decision = judge, decision
        self.asked = []

    def check_many(self, posts):
        for post in posts:
            self.asked.append((post.id, post.lang))
            yield self._judge(post, self._decision)


def test_a_system_is_scored_on_every_post(corpus, judge):
    system = Fake(judge, "allow")
    report = evaluate(system, corpus(POSTS))
    assert (report.posts, report.decisions.misses.hits) == (2, 1)
    assert report.seconds > 0
    assert system.asked == [("a", "fr"), ("b", "en")] * 2  # once to load the models


def test_systems_are_compared_on_the_same_posts(corpus, judge):
    reports = compare({"lax": Fake(judge, "allow"), "strict": Fake(judge, "block")}, corpus(POSTS))
    assert [r.decisions.false_holds.value for r in reports.values()] == [0, 1]


def test_a_system_that_loses_posts_is_refused(corpus, judge):
    class Loses(Fake):
        def check_many(self, posts):
            return list(super().check_many(posts))[1:]

    with pytest.raises(ValueError, match="one verdict a post"):
        evaluate(Loses(judge, "allow"), corpus(POSTS))


def test_no_posts_are_refused(judge):
    with pytest.raises(ValueError, match="no posts"):
        evaluate(Fake(judge, "allow"), [])
