"""Sentences about patients as minimal pairs."""

import pytest

from linter.evaluation.gold import GoldError
from linter.evaluation.pairs import Stance, Target, read_pairs
from linter.finding import Entity, Kind

GOOD = """# g001
contempt | patient | asserted | [Quel boulet](DEGRADING:contempt), le 12.
contempt | self | joke | Quel boulet je fais.

# g002
harm | disease | joke | Qu'il crève, ce virus.
"""


def write(folder, text, name="fr-dev-a.txt"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_lines_are_read(tmp_path):
    one, two, three = read_pairs(write(tmp_path, GOOD))
    assert (one.kind, one.target, one.stance) == (Kind.CONTEMPT, Target.PATIENT, Stance.ASSERTED)
    assert one.degrades
    assert not two.degrades
    assert one.group == two.group != three.group
    assert one.post.text == "Quel boulet, le 12."
    assert [(m.entity, m.span.start, m.span.end) for m in one.post.spans] == [
        (Entity.DEGRADING, 0, 11)
    ]
    assert one.post.lang == "fr"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("contempt | self", "scorn | self", 3, "scorn"),
        ("| self |", "| myself |", 3, "myself"),
        ("contempt | self | joke | Quel", "contempt | self | Quel", 3, "form KIND"),
        ("[Quel boulet](DEGRADING:contempt)", "Quel boulet", 2, "if and only if"),
        ("harm | disease | joke", "harm | patient | asserted", 6, "if and only if"),
        ("(DEGRADING:contempt)", "(DEGRADING: contempt)", 2, "unreadable mark"),
        ("(DEGRADING:contempt)", "(DEGRADING:scorn)", 2, "unknown kind"),
    ],
)
def test_a_wrong_line_is_told(tmp_path, old, new, line, says):
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(GoldError) as caught:
        read_pairs(path)
    assert f"{path}:{line}: " in str(caught.value)
    assert says in str(caught.value)


def test_a_file_without_language_is_told(tmp_path):
    with pytest.raises(GoldError, match="begins with fr or en"):
        read_pairs(write(tmp_path, GOOD, "xx-dev-a.txt"))


def test_an_empty_file_is_told(tmp_path):
    with pytest.raises(GoldError, match="no sentences"):
        read_pairs(write(tmp_path, "\n"))
