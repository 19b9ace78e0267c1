"""Time grows with length, whatever the text: no pattern and no stage has a quadratic corner."""

import re
from time import process_time

import pytest
from regexes import hostile_pieces, run_of, scan

from linter.finding import DIRECT
from linter.post import Post
from linter.rule import load_rules

FIRST, SHORT, LONG = 5_000, 20_000, 80_000
GROWTH = 6
"""Four times the text may take six times as long: timers are coarse."""
SLACK = 0.1
LIMIT = 2.0


def _expressions():
    for rule in load_rules():
        regexes = getattr(rule.match, "regex", ())
        flags = re.IGNORECASE if getattr(rule.match, "ignore_case", False) else 0
        for number, regex in enumerate([regexes] if isinstance(regexes, str) else regexes):
            yield pytest.param(regex, flags, id=f"{rule.id}-{number}")


def best(work, times=2):
    """Processor seconds of the fastest of a few runs."""
    found = []
    for _ in range(times):
        start = process_time()
        work()
        found.append(process_time() - start)
    return min(found)


@pytest.mark.parametrize(("regex", "flags"), list(_expressions()))
def test_expression_is_linear(regex, flags):
    """Texts made of an expression's own parts: the two worst are tried at four times the length."""
    first = {
        p: best(lambda p=p: scan(regex, flags, run_of(p, FIRST)), 1) for p in hostile_pieces(regex)
    }
    for piece in sorted(first, key=first.__getitem__, reverse=True)[:2]:
        long = best(lambda p=piece: scan(regex, flags, run_of(p, LONG)), 1)
        if long > SLACK:
            long = best(lambda p=piece: scan(regex, flags, run_of(p, LONG)))
            base = best(lambda p=piece: scan(regex, flags, run_of(p, SHORT)))
            assert long < GROWTH * base + SLACK, f"{long / base:.1f} times on {piece[:60]!r}"
        assert long < LIMIT, f"{long:.1f} s on {piece[:60]!r}"


PROSE = (
    "Mme Huguette Palanque, 84 ans, née le 14/02/1938, est hospitalisée depuis hier. "
    "Son fils Lucas est au 06 39 98 14 27. "
)
DENSE = {
    "patients": "Patient de 47 ans, Brest. Femme de 20 ans, notaire, Dax. ",
    "a handover list": "12: H 40 ans, Dax\n",
    "contempt without a full stop": "cassos et ",
}
TEXTS = {
    "prose": lambda n: run_of(PROSE + "\n", n),
    "one endless line": lambda n: run_of("a", n),
    "one endless line of elisions": lambda n: run_of("d'", n // 5),
    "one endless line of emoji": lambda n: run_of("👩‍⚕️", n // 5),
    "10,000 quote levels": lambda n: run_of(
        ">" * 10_000 + " Mme Dupont tousse.\n" + "> non\n" * 3_000, n // 4
    ),
    "growing quote levels": lambda n: "".join(f"{'>' * (i % 200)} non\n" for i in range(n // 500)),
    "combining marks": lambda n: "e" + "\u0301" * n,
    "marks on every letter": lambda n: run_of("e\u0301\u0323", n),
    "digits": lambda n: run_of("1", n),
    "digits in pairs": lambda n: run_of("12 34 ", n // 5),
    "at signs": lambda n: run_of("@", n),
    "capitals": lambda n: run_of("A", n),
    "shouted lines": lambda n: run_of("MADAME DUPONT EST VENUE\n", n // 5),
    "spelled words": lambda n: run_of("D u p o n t ", n // 10),
    "markup": lambda n: run_of("<b>**&eacute;_", n // 5),
    "line ends": lambda n: run_of("\r\n", n),
    "only names": lambda n: run_of("Lucas ", n // 5),
    "only titles": lambda n: run_of("Mme ", n // 5),
    "only patients": lambda n: run_of(DENSE["patients"], n // 5),
}


@pytest.mark.parametrize("name", DENSE)
def test_a_piece_is_linear(name, linter):
    """Within one piece of a long text nothing is looked at once for each detail: 10 kB against 2.5 kB."""

    def seconds(size):
        post = Post(run_of(DENSE[name], size), lang="fr")
        return best(lambda: linter.check(post))

    seconds(1_000)
    short, long = seconds(2_500), seconds(10_000)
    assert long < GROWTH * short + SLACK, f"{long:.2f} s after {short:.2f} s"


@pytest.mark.parametrize("name", TEXTS)
def test_linter_is_linear(name, linter):
    """250 kB against 50 kB (a fifth of both where every word costs)."""
    make = TEXTS[name]

    def seconds(size):
        post = Post(make(size), lang="fr")
        return best(lambda: linter.check(post), 1)

    linter.check(Post(make(5_000), lang="fr"))
    short, long = seconds(50_000), seconds(250_000)
    if long > 2 * GROWTH * short + 1:
        short, long = min(short, seconds(50_000)), min(long, seconds(250_000))
    assert long < 2 * GROWTH * short + 1, f"{long:.1f} s after {short:.1f} s"
    assert long < 60


def test_findings_of_a_long_text_stand_where_they_are(linter):
    """Long texts are read in pieces; offsets are those of the whole."""
    filler = "Le bilan est normal et la surveillance continue. "
    text = filler * 900 + "Vu Mme Huguette Palanque, hospitalisée hier. " + filler * 900
    found = [f for f in linter.check(Post(text, lang="fr")).findings if f.entity in DIRECT]
    assert [text[f.span.start : f.span.end] for f in found] == ["Mme Huguette Palanque"]
