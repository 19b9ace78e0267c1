"""An expression tried only where a match can begin finds what it finds anywhere."""

import random
import re

import pytest

from linter.quasi_match import NUMBER, AgeMatch, BodyMatch, MomentMatch
from linter.rule import PatternMatch, load_rules
from linter.scanner import scanner
from linter.text.quasi import numbers
from tests.regexes import hostile_pieces


def all_expressions():
    for rule in load_rules():
        match = rule.match
        flags = re.IGNORECASE if isinstance(match, PatternMatch) and match.ignore_case else 0
        if isinstance(match, PatternMatch | AgeMatch | MomentMatch | BodyMatch):
            for regex in match.regex:
                for lang in ("fr", "en"):
                    yield regex.replace(NUMBER, numbers.pattern(lang)), flags


EXPRESSIONS = sorted(set(all_expressions()))


def spans(matches):
    return [m.span() for m in matches]


@pytest.mark.parametrize(("regex", "flags"), EXPRESSIONS)
def test_every_rule_finds_the_same(regex, flags):
    rng = random.Random(0)  # noqa: S311 # nothing secret
    pieces = [*hostile_pieces(regex), *(p.upper() for p in hostile_pieces(regex, 1))]
    one, plain = scanner(regex, flags), re.compile(regex, flags)
    for _ in range(40):
        text = "".join(rng.choice((p, p + " ", "\n" + p)) for p in rng.sample(pieces, 6))
        found = spans(plain.finditer(text))
        assert spans(one.finditer(text)) == found
        figures = sum(map(str.isdecimal, text))
        assert not found or figures >= one.digits


@pytest.mark.parametrize(
    ("regex", "flags", "begins"),
    [
        (r"(?<!\d)\d{2}", 0, r"[\d](?<!\d.)"),
        (r"(?<![\w,])[0-3]?\d", 0, r"[0123\d](?<![\w,].)"),
        (r"\b(?:ab|[Cc])\d", 0, r"[Cac](?<!\w.)"),
        (r"(?i:k)\d", 0, None),
        (r"\b(?i:k)\d", 0, "[Kk\u212a](?<!\\w.)"),
        (r"\bs\d", re.IGNORECASE, r"[Ssſ](?<!\w.)"),
        (r"[A-Z]{2} ?\d", 0, "[" + "".join(map(chr, range(65, 91))) + "]"),
        (r"\|\d", 0, r"[\|]"),
        (r"(?:\d|[^a])b", 0, None),
        (r"\w\d", 0, None),
        (r"a{0,2}\d?", 0, None),
    ],
)
def test_where_a_match_can_begin(regex, flags, begins):
    found = scanner(regex, flags).begins
    assert (found.pattern if found else None) == begins


@pytest.mark.parametrize(
    ("regex", "digits"),
    [
        (r"\d{3}-?[0-9]{2,4}", 5),
        (r"0(?:1|\d\d)a", 2),
        (r"(?:\d|[A-F\d])\d?", 0),
        (r"(?=\d)[\w]{4}", 0),
        (r"(?: ?\d){8}", 8),
    ],
)
def test_figures_that_every_match_has(regex, digits):
    assert scanner(regex).digits == digits


def test_matches_do_not_overlap():
    assert spans(scanner(r"(?<!x)\d\d").finditer("1234 x567")) == [(0, 2), (2, 4), (7, 9)]
