"""The benchmark on texts from elsewhere counts as it says; the texts here are invented."""

import json

from click.testing import CliRunner

from benchmarks import outside
from linter.finding import Span


def _write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_posts_end_where_sentences_do():
    text = "Un deux trois. Quatre cinq.\nSix sept huit neuf."
    assert list(outside.cut(text, 5)) == ["Un deux trois. Quatre cinq.\n", "Six sept huit neuf."]
    assert "".join(outside.cut(text, 1)) == text


def test_absent_texts_are_no_failure(tmp_path, monkeypatch):
    monkeypatch.setenv("HIPPOLINT_SHARED", str(tmp_path))
    done = CliRunner().invoke(outside.main)
    assert done.exit_code == 0
    assert "not there" in done.stderr


def test_alarms_and_leaks_are_counted(tmp_path, monkeypatch):
    folder = tmp_path / "testdata"
    folder.mkdir()
    _write(
        folder / "clinical_cases_fr.jsonl", {"id": "a", "text": "La toux dure depuis dix jours."}
    )
    _write(
        folder / "clinical_cases_en.jsonl",
        {"id": "b", "text": "She coughs. Her own mail is ann.li@mail.example, write to her."},
    )
    text = "Mail : jean.dupont@mail.example, et qsdfgh"
    spans = [{"start": 7, "end": 31, "label": "MAIL"}, {"start": 36, "end": 42, "label": "NOM"}]
    _write(
        folder / "clinical_headers_fr.jsonl",
        {"id": "c", "lang": "fr", "text": text, "spans": spans},
        {"id": "d", "lang": "fr", "text": text, "spans": spans[:1]},
        {"id": "e", "lang": "fr", "text": "le 3 mai", "spans": []},
    )
    monkeypatch.setenv("HIPPOLINT_SHARED", str(tmp_path))
    done = CliRunner().invoke(outside.main, ["--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["figures"]["cases fr: held"]["value"] == 0
    assert told["figures"]["cases en: held"]["value"] == 100
    assert told["figures"]["snippets with none leaked"]["value"] == 50
    assert [row["hippolint"] for row in told["snippets"] if row["snippets"] == "recall NOM"] == [
        "0 %"
    ]


def test_leaked_words_are_shown_on_demand_only(capsys):
    post = outside.Post("Vu par qsdfgh hier", "x", "fr")
    mark = outside.Mark("NOM", Span(7, 13))
    outside.show_leaks(outside.Leaks(leaked=[(outside.Snippet(post, (mark,)), mark)]))
    assert "⟦qsdfgh⟧" in capsys.readouterr().out
