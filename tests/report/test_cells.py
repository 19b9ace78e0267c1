import pytest

from linter.finding import Span
from linter.report.cells import cells, clean, columns, fold, measure, wrap
from linter.report.lines import Lines


@pytest.mark.parametrize(
    ("text", "shown", "width"),
    [
        ("abc", "abc", 3),
        ("患者", "患者", 4),
        ("e\u0301te\u0301", "e\u0301te\u0301", 3),
        ("\u0301a", "◌\u0301a", 2),
        ("👩\u200d⚕\ufe0f", "👩⚕", 3),
        ("👍🏽", "👍", 2),
        ("1\ufe0f\u20e3", "1\u20e3", 1),
        ("\U0001fae8", "\U0001fae8", 2),
        ("a\x1b[31mb\x9b\x07\x00", "a·[31mb···", 10),
        ("\u202eabc\u2066\u200f\ufeff\u00ad", "·abc····", 8),
        ("\u2028\x85\x0b\ue000\ud800", "·····", 5),
        ("a\u00a0\u202fb\u3000c", "a\u00a0\u00a0b  c", 7),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab", 2),
        ("z" + "\u0301\u200d" * 50, "z" + "\u0301" * 3, 1),
    ],
)
def test_text_is_made_safe_and_measured(text, shown, width):
    assert "".join(cell.glyph for cell in cells(text)) == shown
    assert measure(text) == width


def test_tabs_reach_the_next_stop():
    assert columns(cells("a\tb\t患\tc")) == [0, 1, 4, 5, 8, 10, 12, 13]


def test_a_field_is_one_line():
    assert clean("  a \r\n\tb\n") == "a b"


def test_lines_break_at_spaces_and_in_long_words_only_where_they_must():
    assert wrap("un deux trois", 7) == ["un deux", "trois"]
    assert wrap("abcdefgh ij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("患者患者", 3) == ["患", "者", "患", "者"]
    assert wrap("", 9) == [""]
    assert wrap("患", 1) == ["患"]
    assert fold("  a  b", 4) == ["  a", "b"]
    assert wrap("12\u00a0% de", 5) == ["12\u00a0%", "de"]


def test_lines_end_with_lf_crlf_or_cr_only():
    lines = Lines("a\r\nb\rc\u2028d\n")
    assert [lines.line(number) for number in range(1, len(lines) + 1)] == ["a", "b", "c\u2028d", ""]
    assert str(lines.place(7)) == "3:3"
    assert lines.place(99) == (4, 1)


@pytest.mark.parametrize(
    ("span", "parts"),
    [
        (Span(0, 1), [(1, 0, 1)]),
        (Span(1, 2), [(1, 1, 1)]),
        (Span(2, 3), [(1, 1, 1)]),
        (Span(0, 4), [(1, 0, 1), (2, 0, 1)]),
        (Span(1, 5), [(2, 0, 1)]),
    ],
)
def test_a_span_is_cut_at_line_ends(span, parts):
    assert Lines("a\r\nb\n").parts(span) == parts
