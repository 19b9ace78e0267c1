"""Reading and writing gold corpora."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.evaluation.gold import GoldError, GoldPost, GoldSpan, read_gold, write_gold
from linter.finding import Entity, Kind, Span, Subject
from linter.verdict import Decision

MARKED = """
### a-1 | fr | block

Vu [Mme Ève Dupont](PERSON:patient) ce jour 😅, [1](https://x.example).
[quel cinéma](DEGRADING:disbelief) !

### a-2 | en | allow
Nothing here (AGE: 45).
"""

GOOD = {
    "id": "x",
    "lang": "fr",
    "text": "Vu Secretname hier",
    "verdict": "block",
    "spans": [{"start": 3, "end": 13, "entity": "PERSON", "subject": "patient"}],
}


def test_marked_text_gives_spans_in_code_points(corpus):
    first, second = corpus(MARKED)
    assert first.text == "Vu Mme Ève Dupont ce jour 😅, [1](https://x.example).\nquel cinéma !"
    assert first.spans == (
        GoldSpan(Span(3, 17), Entity.PERSON, Subject.PATIENT),
        GoldSpan(Span(53, 64), Entity.DEGRADING, None, Kind.DISBELIEF),
    )
    assert first.text[53:64] == "quel cinéma"
    assert (second.id, second.lang, second.verdict) == ("a-2", "en", Decision.ALLOW)
    assert second.spans == ()


def test_text_stays_out_of_repr(corpus):
    assert "Dupont" not in repr(corpus(MARKED))


def test_what_is_written_is_read_back(corpus, tmp_path):
    posts = corpus(MARKED)
    write_gold(posts, tmp_path / "out.jsonl")
    assert read_gold(tmp_path / "out.jsonl") == posts
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["spans"] == [
        {"start": 3, "end": 17, "entity": "PERSON", "subject": "patient"},
        {"start": 53, "end": 64, "entity": "DEGRADING", "kind": "disbelief"},
    ]


@given(text=st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), data=st.data())
def test_any_text_survives_jsonl(tmp_path_factory, text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    mark = GoldSpan(Span(start, end), Entity.AGE, Subject.AUTHOR)
    path = tmp_path_factory.mktemp("gold") / "a.jsonl"
    posts = (GoldPost("1", "en", text, Decision.REVIEW, (mark,)),)
    write_gold(posts, path)
    assert read_gold(path) == posts


def test_a_folder_is_read_in_order_of_names(tmp_path):
    (tmp_path / "b.txt").write_text("### b | fr | allow\nRien.\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(json.dumps(GOOD) + "\n\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("not a corpus", encoding="utf-8")
    assert [post.id for post in read_gold(tmp_path)] == ["x", "b"]


def test_windows_files_read_the_same(corpus, tmp_path):
    posts = corpus(MARKED)
    (tmp_path / "w.txt").write_bytes(b"\xef\xbb\xbf" + MARKED.replace("\n", "\r\n").encode())
    assert read_gold(tmp_path / "w.txt") == posts


def test_line_separators_inside_json_do_not_end_the_line(tmp_path):
    post = GoldPost("1", "fr", "un\u2028deux\x85trois", Decision.ALLOW)
    write_gold([post], tmp_path / "a.jsonl")
    assert read_gold(tmp_path / "a.jsonl") == (post,)


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("Vu [Secretname](PERSON:patience)", 2, "unknown subject"),
        ("\nVu [Secretname](PERSONNE:patient)", 3, "unknown entity"),
        ("Vu [Secretname](DEGRADING:patient)", 2, "unknown kind"),
        ("Vu [Secretname](UNCHECKED:patient)", 2, "UNCHECKED tells of files"),
        ("Vu [Secretname](person:patient)", 2, "unreadable mark"),
        ("Vu [Secretname](PERSON:)", 2, "unreadable mark"),
        ("Vu [Secretname] (PERSON:patient)", 2, "unreadable mark"),
        ("a\nVu Secretname](PERSON:patient)", 3, "unreadable mark"),
        ("[le [Secretname](PERSON:patient)](FAMILY:patient)", 2, "unreadable mark"),
        ("Vu [ Secretname](PERSON:patient)", 2, "a blank"),
        ("  \n ", 1, "no text"),
    ],
)
def test_broken_marks_name_their_line_and_no_words(corpus, body, line, what):
    with pytest.raises(GoldError, match=what) as error:
        corpus(f"### a | fr | allow\n{body}\n")
    assert f"corpus.txt:{line}: " in str(error.value)
    assert "Secretname" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize("header", ["### a | de | allow", "### a | fr | hold", "### a fr allow"])
def test_broken_headers_are_told(corpus, header):
    with pytest.raises(GoldError, match=r"corpus\.txt:1: a post begins with"):
        corpus(f"{header}\nSecretname\n")


def test_words_before_the_first_header_are_told(corpus):
    with pytest.raises(GoldError, match=r"corpus\.txt:2: before any post"):
        corpus("\nSecretname\n### a | fr | allow\nx\n")


def test_every_problem_is_told_at_once(corpus):
    with pytest.raises(GoldError) as error:
        corpus(
            "### a | fr | allow\nx\n### a | fr | allow\ny\n### b | fr | allow\n[z](AGE:me)\n",
        )
    lines = str(error.value).splitlines()
    assert ["corpus.txt:3" in lines[0], "corpus.txt:6" in lines[1], len(lines)] == [True, True, 2]
    assert "corpus.txt:1 has this id" in lines[0]


def _broken(**change):
    return json.dumps({**GOOD, **change})


def _span(**change):
    return _broken(spans=[{**GOOD["spans"][0], **change}])


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"text": "Secretname"', "not JSON at column"),
        ("[" * 100_000, "not a post"),
        ('["Secretname"]', "expected one post a line"),
        (_broken(lang="de"), "unknown lang"),
        (_broken(verdict="hold"), "unknown verdict"),
        (_broken(text=3), '"text" must be there and be a string'),
        (_broken(spans=None), '"spans" must be there and be a list'),
        (_broken(spans=["Secretname"]), "span 1: expected"),
        (_broken(text="\ud83d Secretname there"), "surrogate"),
        (_span(end=99), "runs past the end"),
        (_span(start=True), '"start" must be there and be a whole number'),
        (_span(start=13), "span 1: a span runs forward"),
        (_span(entity="Secretname"), "span 1: unknown entity"),
        (_span(subject="Secretname"), "span 1: unknown subject"),
        (_span(subject=None), "PERSON needs a subject"),
        (_span(entity="DEGRADING"), "DEGRADING needs a kind"),
        (_span(kind="contempt"), "only DEGRADING has a kind"),
        (_broken(spans=GOOD["spans"] * 2), "overlap"),
    ],
)
def test_broken_json_lines_name_their_line_and_no_words(tmp_path, line, what):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**GOOD, "id": "first"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(GoldError, match=what) as error:
        read_gold(path)
    assert "a.jsonl:2: " in str(error.value)
    assert "Secretname" not in str(error.value)


def test_files_that_are_no_corpus_are_told(tmp_path):
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("### a | fr | allow\nabcès\n".encode("latin-1"))
    (tmp_path / "empty").mkdir()
    for name, what in {
        "empty.txt": "no posts",
        "latin.txt": "latin.txt:2: not UTF-8",
        "empty": "holds no",
        "absent.txt": "cannot be read",
        "a.csv": "a corpus is a",
    }.items():
        with pytest.raises(GoldError, match=what):
            read_gold(tmp_path / name)
